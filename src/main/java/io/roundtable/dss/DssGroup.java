package io.roundtable.dss;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the DSS dialect needs of the peer that it is part of. All on the loop's thread. */
public interface DssGroup {
    /** The epoch in which this peer manages at this moment; empty if it does not. */
    OptionalLong epoch();

    /** Who manages, as far as is known; need not be right. */
    Optional<Member> manager();

    /** Under which address others know this peer; empty before it has a seat. */
    Optional<Address> self();

    /** Asks this peer's own manager; answered with {@link VolumeMessage.Elsewhere} if it does not manage. */
    void ask(VolumeMessage request, Consumer<Message> then);

    /**
     * Sends an order to the peer that hosts a disk, which may be this one.
     *
     * @param then told the answer once, null if there is none
     */
    void order(VolumeInfo.Seat disk, DssMessage order, long timeoutMs, Consumer<@Nullable Message> then);

    /**
     * Sends a request to the peer that manages, on the kept connection.
     *
     * @param then told the answer once, null if there is none
     */
    void pass(Member manager, DssMessage request, long timeoutMs, Consumer<@Nullable Message> then);
}
