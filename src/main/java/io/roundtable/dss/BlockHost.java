package io.roundtable.dss;

import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a disk's block desk needs of the peer that it is part of. All on the loop's thread. */
public interface BlockHost {
    /**
     * Asks the peer that manages, which may be this one, whose {@link ManagerDesk#onFailed} answers.
     *
     * @param then told the answer once, null if there is none
     */
    void askManager(DssMessage.Failed failed, long timeoutMs, Consumer<@Nullable Message> then);

    /**
     * A share that a user read from is broken or gone.
     *
     * @param what one phrase
     */
    void onDamage(ShareKey share, String what);
}
