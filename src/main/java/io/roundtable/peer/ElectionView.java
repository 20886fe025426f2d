package io.roundtable.peer;

import io.roundtable.election.PeerMachine;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.PeerState;
import io.roundtable.role.ElectionOutcome;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the machine's state means for roles. */
final class ElectionView implements ElectionOutcome {
    private final PeerOptions options;
    private final Supplier<PeerMachine> machine;
    private final BooleanSupplier isStopped;

    ElectionView(PeerOptions options, Supplier<PeerMachine> machine, BooleanSupplier isStopped) {
        this.options = options;
        this.machine = machine;
        this.isStopped = isStopped;
    }

    @Override
    public Optional<Member> memberAt(Address address) {
        return machine.get().roster().all().stream()
                .filter(member -> member.address().equals(address))
                .findFirst();
    }

    /** The leader manages; a lab node cannot, and then the highest native member does: the GCD tells which that is. */
    @Override
    public boolean shouldManage() {
        PeerMachine now = machine.get();
        if (isStopped.getAsBoolean() || now.isFeigning() || options.dialect() != Dialect.NATIVE) {
            return false;
        }
        Identity leader = now.leader();
        Member leading = leader == null ? null : now.roster().get(leader);
        return now.state() == PeerState.LEADER
                || (now.state() == PeerState.FOLLOWER && leading != null && !leading.isNative());
    }

    /** Under a lab leader, how many native members are higher: who lives among them nobody here may have heard lately. */
    @Override
    public int goFirst() {
        PeerMachine now = machine.get();
        return now.state() == PeerState.LEADER
                ? 0
                : (int) now.roster().above(options.identity()).stream()
                        .filter(Member::isNative)
                        .count();
    }
}
