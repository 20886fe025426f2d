package io.roundtable.role;

import io.roundtable.net.Connection;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way to other native peers. For the loop's thread. */
public interface Peers {
    /** @param then told the answer, or null if there is none: in time, or because the connection ended */
    void request(Member to, Message message, long timeoutMs, Consumer<@Nullable Message> then);

    /** Sends a message that has no answer. */
    void tell(Member to, Message message);

    /** It has become known who is at the other end: when the last connection to a member ends, it is gone. */
    void belongsTo(Connection connection, Identity member);
}
