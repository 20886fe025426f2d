package io.roundtable.process;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Eight writers and readers while processes die and hang: whatever was acknowledged is there in the end, no read ever
 * gives a wrong byte, and nobody notices more than a delay.
 */
class StorageFaultsProcessTest {
    private static final int PEERS = 5;
    private static final int DISKS = 4;
    private static final int ROUNDS = 7;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1})
    void whatWasAcknowledgedIsThereAfterEveryFault(long seed) throws Exception {
        Random random = new Random(seed);
        try (StorageTable table = new StorageTable(folder, "--repair-after", "60s")) {
            for (int number = 1; number <= PEERS; number++) {
                table.startPeer(number);
            }
            table.awaitDisks(PEERS);
            table.tool("configure", "dss1", Integer.toString(DISKS), "4096").assertSuccess();

            try (Traffic traffic = new Traffic(table, "dss1", random)) {
                for (int round = 0; round < ROUNDS; round++) {
                    traffic.awaitProgress();
                    fault(table, traffic, random, round);
                    table.awaitWhole("dss1");
                }
                traffic.awaitProgress();
                traffic.end();
                traffic.compareAll();
                table.peer(table.hostOf(table.disksOf("dss1").get(random.nextInt(DISKS))))
                        .kill();
                traffic.compareAll();
            }
        }
    }

    private void fault(StorageTable table, Traffic traffic, Random random, int round) throws Exception {
        switch (round % ROUNDS) {
            case 0 -> killAndRestart(table, table.highest());
            case 1 -> killAndRestart(table, 1 + random.nextInt(PEERS));
            case 2 -> {
                table.gcd().kill();
                table.startGcd();
            }
            case 3 -> hang(table, traffic, table.highest());
            case 4 -> hang(table, traffic, 1 + random.nextInt(PEERS));
            case 5 -> hangGcd(table);
            default -> {
                int highest = table.highest();
                table.gcd().kill();
                table.peer(highest).kill();
                table.startGcd();
                table.startPeer(highest);
            }
        }
    }

    private void killAndRestart(StorageTable table, int number) {
        table.peer(number).kill();
        table.startPeer(number);
    }

    /** Until somebody else manages, or the group has noticed that a disk is away. */
    private void hang(StorageTable table, Traffic traffic, int number) throws Exception {
        table.peer(number).stop();
        try {
            traffic.awaitProgress();
        } finally {
            table.peer(number).wake();
        }
        table.awaitDisks(PEERS);
    }

    /** The only GCD, until the manager's lease has run out. */
    private void hangGcd(StorageTable table) {
        int highest = table.highest();
        int ended = table.events(highest).of("managing_ended").size();
        table.gcd().stop();
        try {
            table.await(
                    "the lease runs out",
                    () -> table.events(highest).of("managing_ended").stream()
                            .skip(ended)
                            .findFirst());
        } finally {
            table.gcd().wake();
        }
        table.awaitDisks(PEERS);
    }
}
