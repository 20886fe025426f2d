package io.roundtable.role;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Member;
import java.util.Optional;

/** How the election stands at this moment, for roles. For the loop's thread. */
public interface ElectionOutcome {
    /** Whether it makes this peer the manager. */
    boolean shouldManage();

    /** How many others should rather manage, if they live. */
    int goFirst();

    /** Who sits at an address. */
    Optional<Member> memberAt(Address address);
}
