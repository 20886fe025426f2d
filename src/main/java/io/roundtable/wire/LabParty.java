package io.roundtable.wire;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import org.jspecify.annotations.Nullable;

/** One side of a lab exchange, as far as a message names it. */
public record LabParty(
        @Nullable Identity identity, @Nullable Address address) {
    public static LabParty of(Member member) {
        return new LabParty(member.identity(), member.address());
    }
}
