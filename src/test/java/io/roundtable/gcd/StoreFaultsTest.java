package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.folder.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data folder with one thing wrong, whichever it is: the GCD has the whole catalog, or does not start and says so in one
 * sentence. It never begins anew, and what is there stays there.
 */
class StoreFaultsTest {
    private static final int USERS = 90;
    /** The rest of the log since the last snapshot: nothing tells one that was taken away from one that ended there. */
    private static final String OPEN_SEGMENT = "log_inprogress_";

    /** A log with a snapshot whose entries are gone, one whose entries are there, closed segments and an open one. */
    @TempDir
    private static Path place;

    @TempDir
    private Path folder;

    /** What may be there instead of a file or a folder; the last two cannot be looked into, by root neither. */
    enum Fault {
        MISSING,
        EMPTY,
        FOLDER,
        LINK_IN_A_CIRCLE
    }

    @BeforeAll
    static void write() throws Exception {
        Path live = place.resolve("live");
        for (int part = 0; part < 3; part++) {
            // Each start begins a new segment.
            try (RatisLog log = RatisLog.open(live)) {
                log.submit(new Entry.ClaimLease(LeaseTable.member(10), 0)).get(20, TimeUnit.SECONDS);
                long epoch = log.lease().epoch();
                for (int i = 0; i < USERS / 3; i++) {
                    Change add = new Change.AddUser("user" + part + "-" + i, Optional.empty(), Optional.empty());
                    log.submit(new Entry.Changes(epoch, List.of(new Request(0, add)), 0))
                            .get(20, TimeUnit.SECONDS);
                }
                if (part < 2) {
                    takeSnapshot(log);
                } else {
                    // As a kill leaves it.
                    copy(live, place.resolve("store"));
                }
            }
        }
    }

    static void takeSnapshot(RatisLog log) throws Exception {
        RaftServer server = log.server();
        assertTrue(server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                        ClientId.randomId(),
                        server.getId(),
                        server.getGroupIds().iterator().next(),
                        1,
                        20_000,
                        1))
                .get(20, TimeUnit.SECONDS)
                .isSuccess());
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                if (!each.getFileName().toString().equals("in_use.lock")) {
                    Files.copy(each, to.resolve(from.relativize(each).toString()));
                }
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> aStoreThatHoldsACatalogIsNeverBegunAnew() throws IOException {
        Path store = place.resolve("store");
        List<Path> all;
        try (Stream<Path> found = Files.walk(store)) {
            all = found.filter(each -> !each.equals(store)).toList();
        }
        return all.stream()
                .map(store::relativize)
                .map(Path::toString)
                .flatMap(name -> Stream.of(Fault.values())
                        .map(fault -> DynamicTest.dynamicTest(name + " " + fault, () -> check(name, fault))));
    }

    private void check(String name, Fault fault) throws Exception {
        Path store = Files.createTempDirectory(folder, "store").resolve("gcd");
        copy(place.resolve("store"), store);
        spoil(store.resolve(name), fault);
        Map<String, Long> before = files(store);

        String reason = "";
        try (RatisLog log = RatisLog.open(store)) {
            log.started().get(20, TimeUnit.SECONDS);
            int users = RatisLogTest.catalog(log).users().size();
            boolean mayBeShort = name.contains(OPEN_SEGMENT) && (fault == Fault.MISSING || fault == Fault.EMPTY);
            assertEquals(mayBeShort ? USERS / 3 * 2 : USERS, users);
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        } catch (ExecutionException e) {
            reason = String.valueOf(e.getCause().getMessage());
        }
        if (!reason.isEmpty()) {
            assertEquals(1, reason.lines().count(), reason);
            assertTrue(reason.contains(store.toString()), reason);
            Map<String, Long> after = files(store);
            before.forEach((file, size) -> assertEquals(size, after.get(file), file));
        }
    }

    private static void spoil(Path file, Fault fault) throws IOException {
        Folders.delete(file);
        switch (fault) {
            case MISSING -> assertFalse(Files.exists(file));
            case EMPTY -> Files.createFile(file);
            case FOLDER -> Files.createDirectories(file.resolve("in"));
            case LINK_IN_A_CIRCLE -> Files.createSymbolicLink(file, file);
        }
    }

    /** All that holds anything, by size. */
    private static Map<String, Long> files(Path store) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(store)) {
            for (Path each : all.toList()) {
                String name = each.getFileName().toString();
                boolean isFile = Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS);
                if (isFile && !name.equals("in_use.lock")) {
                    sizes.put(store.relativize(each).toString(), Files.size(each));
                }
            }
        }
        return sizes;
    }
}
