package io.roundtable.gcd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Levels;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three GCDs that are replaced one after the other by ones of a later build, which knows one level more. */
class LevelGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BEFORE = Levels.KNOWN - 1;
    private static final Map<String, String> ATTRIBUTES = Map.of("type", "text/plain");

    @TempDir
    private Path folder;

    private final List<Address> places = new ArrayList<>();
    private final RatisLog[] logs = new RatisLog[3];

    @BeforeEach
    void pickPorts() throws IOException {
        places.addAll(FreePorts.pick(logs.length));
    }

    @AfterEach
    void close() {
        for (RatisLog log : logs) {
            if (log != null) {
                log.close();
            }
        }
    }

    private void open(int number, int known) throws IOException {
        if (logs[number] != null) {
            logs[number].close();
        }
        logs[number] = RatisLog.open(
                folder.resolve("gcd" + number), new Group(places, places.get(number), "127.0.0.1"), known);
    }

    private Catalog catalog(int number) throws Exception {
        return RatisLogTest.catalog(logs[number]);
    }

    /** Until all have logged what they know, as all of them see it. */
    private void awaitKnown(int... known) {
        for (int i = 0; i < logs.length; i++) {
            int at = i;
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                Levels levels = catalog(at).levels();
                for (int each = 0; each < logs.length; each++) {
                    String name = Membership.idOf(places.get(each)).toString();
                    if (levels.known(name) != known[each]) {
                        return false;
                    }
                }
                return true;
            });
        }
    }

    private long claim() {
        long[] epoch = new long[1];
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            Outcome outcome = logs[0].submit(new Entry.ClaimLease(LeaseTable.member(10), 0))
                    .get(20, TimeUnit.SECONDS);
            if (outcome instanceof Outcome.Leased leased) {
                epoch[0] = leased.epoch();
            }
            return epoch[0] != 0;
        });
        return epoch[0];
    }

    private static DiskId disk(int number) {
        return new DiskId(7, number);
    }

    /** Through one of them that need not lead. */
    private void change(int number, Change... changes) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            List<Request> requests = new ArrayList<>();
            for (Change each : changes) {
                requests.add(new Request(0, each));
            }
            Outcome outcome =
                    logs[number].submit(new Entry.Changes(claim(), requests, 0)).get(20, TimeUnit.SECONDS);
            assertInstanceOf(Outcome.Changed.class, outcome);
            return true;
        });
    }

    private static Change commit(String name, long fileId) {
        return new Change.CommitFile(
                1,
                name,
                "ann",
                fileId,
                1,
                "",
                List.of(Optional.of(disk(1)), Optional.of(disk(2)), Optional.of(disk(3))),
                77,
                ATTRIBUTES);
    }

    private void awaitAttributes(String file, Map<String, String> expected) {
        for (int i = 0; i < logs.length; i++) {
            int at = i;
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                VolumeEntry volume = Objects.requireNonNull(catalog(at).volume(1));
                assertEquals(77, Objects.requireNonNull(volume.file(file)).changedAtMs());
                return Objects.requireNonNull(volume.file(file)).attributes().equals(expected);
            });
        }
    }

    @Test
    void whatOnlyTheLaterBuildKnowsWaitsForTheLastGcdAndThenAnOlderOneIsTurnedAway() throws Exception {
        open(0, BEFORE);
        open(1, BEFORE);
        open(2, BEFORE);
        awaitKnown(BEFORE, BEFORE, BEFORE);
        change(
                1,
                new Change.AddDisk(disk(1), "D1"),
                new Change.AddDisk(disk(2), "D2"),
                new Change.AddDisk(disk(3), "D3"),
                new Change.CreateVolume("v", 1, 1024, List.of(disk(1), disk(2), disk(3)), "ann"));

        open(2, Levels.KNOWN);
        open(1, Levels.KNOWN);
        awaitKnown(BEFORE, Levels.KNOWN, Levels.KNOWN);
        change(2, commit("a", 9));
        awaitAttributes("a", Map.of());
        assertEquals(BEFORE, catalog(2).levels().level(), "one of them does not know more");

        open(0, Levels.KNOWN);
        awaitKnown(Levels.KNOWN, Levels.KNOWN, Levels.KNOWN);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> catalog(0).levels().level() == Levels.KNOWN);
        change(2, commit("b", 10));
        awaitAttributes("b", ATTRIBUTES);
        awaitAttributes("a", Map.of());

        open(1, BEFORE);
        String end = logs[1].failure().get(60, TimeUnit.SECONDS);
        assertTrue(end.contains("as new as that of the others"), end);
        change(2, commit("c", 11));
        assertEquals(3, Objects.requireNonNull(catalog(2).volume(1)).files().size(), "the others go on");
    }
}
