package io.roundtable.peer;

import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Member;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Says once that others cannot reach this peer where it tells them to: it advertises an address that each machine takes for
 * itself, and somebody is on another machine. A GCD of ours refuses it for that; one of the course does not.
 */
final class ReachCheck {
    private static final String WHY =
            "others are on other machines, and this is each machine's own address; start this peer"
                    + " with --listen 0.0.0.0 --advertise HOST, the name that others reach it by";

    private final EventLoop loop;
    private final BiConsumer<EventKind, List<Fact>> report;
    private boolean isTold;

    ReachCheck(EventLoop loop, BiConsumer<EventKind, List<Fact>> report) {
        this.loop = loop;
        this.report = report;
    }

    /** Looks at what the GCD answered; on the loop's thread. */
    void look(Address self, boolean isGcdHere, List<Member> members) {
        if (isTold || !self.isOfThisMachineOnly()) {
            return;
        }
        if (!isGcdHere) {
            tell(self);
            return;
        }
        for (Member each : members) {
            if (!each.address().isOfThisMachineOnly()) {
                loop.resolve(each.address(), found -> {
                    if (found != null && !loop.isThisMachine(found.getAddress())) {
                        tell(self);
                    }
                });
            }
        }
    }

    private void tell(Address self) {
        if (!isTold) {
            isTold = true;
            report.accept(EventKind.UNREACHABLE, List.of(Fact.of("address", self), Fact.of("reason", WHY)));
        }
    }
}
