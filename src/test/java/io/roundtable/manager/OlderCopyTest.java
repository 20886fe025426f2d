package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.DiskMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A disk that starts on an older copy of its folder (a snapshot of its machine, a restored backup) lacks shares that the
 * catalog believes in; nothing that they could be computed from is given away or deleted.
 */
class OlderCopyTest {
    private static final long REPAIR_MS = 5_000;
    private static final ManagerOptions OPTIONS = ManagerBench.OPTIONS.withRepairAfterMs(REPAIR_MS);
    private final ManagerBench bench = new ManagerBench(4, OPTIONS);

    private OlderCopyTest() {
        bench.configure("dss1", 3, 1);
    }

    private void takeOver() {
        bench.takeOver();
        bench.helloAll();
    }

    @Test
    void noPlaceIsGivenAwayBeforeTheOthersHaveShownWhatTheyHold() {
        long file = bench.write("a.txt");
        FakeDisk behind = bench.at("dss1", 1);
        FakeDisk absent = bench.at("dss1", 2);
        behind.shares.clear();
        absent.isAway = true;
        takeOver();
        bench.pass(2 * REPAIR_MS);
        assertEquals(absent.id, bench.volume("dss1").disks().get(2));
        bench.comeBack(absent);
        bench.pass(2 * REPAIR_MS);
        assertEquals(List.of(), bench.file("a.txt").missing());
        assertEquals(3, bench.sharesOf(file));
    }

    @Test
    void listsAreAskedForAtOnceAfterATakeover() {
        bench.write("a.txt");
        long before = lists();
        takeOver();
        bench.carryOut(bench.manager.onTick(bench.nowMs));
        assertEquals(before + 4, lists());
    }

    private long lists() {
        return bench.disks.stream()
                .mapToLong(disk -> disk.ordersOf(DiskMessage.ListShares.class).size())
                .sum();
    }
}
