package io.roundtable.role;

import io.roundtable.protocol.Message;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way to the group's GCD. For the loop's thread. */
public interface Gcd {
    /** @param then told the answer, or null if there is none: in time, or because the connection ended */
    void ask(Message question, long timeoutMs, Consumer<@Nullable Message> then);
}
