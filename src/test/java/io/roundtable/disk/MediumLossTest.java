package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody does to the data folder of a disk that runs: nothing is acknowledged that nobody would find again. */
class MediumLossTest {
    private static final DiskOptions OPTIONS = DiskOptions.defaults().withPackBytes(64 << 10);
    private static final ShareKey BEFORE = Shares.key(1, 1, 0);
    private static final ShareKey AFTER = Shares.key(1, 2, 0);
    private static final byte[] CONTENT = Shares.content(1, 5_000);

    @TempDir
    private Path above;

    private Path folder;
    private final AtomicLong random = new AtomicLong(42);
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private DiskStore store;

    /** What they do. */
    private enum Deed {
        REMOVE_ALL {
            @Override
            void on(Path folder) throws IOException {
                removeAll(folder);
            }
        },
        REMOVE_WHAT_IS_IN_IT {
            @Override
            void on(Path folder) throws IOException {
                removeAll(folder);
                Files.createDirectory(folder);
            }
        },
        MOVE_AWAY {
            @Override
            void on(Path folder) throws IOException {
                Files.move(folder, folder.resolveSibling("elsewhere"));
            }
        },
        PUT_A_COPY_IN_ITS_PLACE {
            @Override
            void on(Path folder) throws IOException {
                Path original = Files.move(folder, folder.resolveSibling("original"));
                copyAll(original, folder);
            }
        },
        REMOVE_THE_LOCK {
            @Override
            void on(Path folder) throws IOException {
                Files.delete(folder.resolve("lock"));
            }
        },
        REPLACE_THE_LOCK {
            @Override
            void on(Path folder) throws IOException {
                Files.delete(folder.resolve("lock"));
                Files.createFile(folder.resolve("lock"));
            }
        },
        REMOVE_THE_PACK {
            @Override
            void on(Path folder) throws IOException {
                Files.delete(folder.resolve("packs/0000001.pack"));
            }
        },
        REPLACE_THE_PACK {
            @Override
            void on(Path folder) throws IOException {
                Path pack = folder.resolve("packs/0000001.pack");
                Files.copy(pack, folder.resolve("packs/copy"));
                Files.move(folder.resolve("packs/copy"), pack, StandardCopyOption.REPLACE_EXISTING);
            }
        },
        REMOVE_THE_PACKS {
            @Override
            void on(Path folder) throws IOException {
                removeAll(folder.resolve("packs"));
            }
        };

        abstract void on(Path folder) throws IOException;
    }

    private static void removeAll(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }

    @BeforeEach
    void openStore() throws Exception {
        folder = above.resolve("disk");
        store = open();
        Shares.put(store, BEFORE, 1, CONTENT);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private DiskStore open() throws IOException {
        return DiskStore.open(new FileMedium(folder), OPTIONS, nowMs::incrementAndGet, random::incrementAndGet);
    }

    private static Fault fault(org.junit.jupiter.api.function.Executable request) {
        return assertThrows(DiskFaultException.class, request).fault();
    }

    @ParameterizedTest
    @EnumSource
    void noSmallShareIsAcknowledgedIntoWhatIsGone(Deed deed) throws Exception {
        deed.on(folder);
        if (deed == Deed.REMOVE_THE_LOCK || deed == Deed.REPLACE_THE_LOCK) {
            // Nobody else gets in by that: it has time until the next look at everything.
            nowMs.addAndGet(200);
        }
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> Shares.put(store, AFTER, 1, CONTENT)));
        assertTrue(store.lost().isPresent());
    }

    @ParameterizedTest
    @EnumSource(
            value = Deed.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REMOVE_THE_PACK", "REPLACE_THE_PACK", "REMOVE_THE_PACKS"})
    void norABigOneThatWasBegunBefore(Deed deed) throws Exception {
        try (ShareWriter writer = Shares.begin(store, AFTER, 1, CONTENT)) {
            deed.on(folder);
            assertEquals(Fault.OUT_OF_SERVICE, fault(() -> writer.seal(1, CONTENT.length)));
        }
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> Shares.begin(store, AFTER, 1, CONTENT)));
    }

    @ParameterizedTest
    @EnumSource
    void norIsAnEpochOrAListBelieved(Deed deed) throws Exception {
        deed.on(folder);
        assertThrows(DiskFaultException.class, () -> store.probe());
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.admit(2)));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.list(Optional.empty(), 10)));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.read(BEFORE)));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.check(BEFORE, Pace.UNLIMITED)));
        assertEquals(1, store.highestEpoch());
    }

    /** The folder of a check that finds everything broken is looked at before that is believed. */
    @ParameterizedTest
    @EnumSource
    void noCheckSaysThatAllIsWellOrThatTheShareIsBroken(Deed deed) throws Exception {
        deed.on(folder);
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.check(BEFORE, Pace.UNLIMITED)));
    }

    @ParameterizedTest
    @EnumSource
    void theLookOfEveryFewSecondsFindsItAndSaysWhatIsGone(Deed deed) throws Exception {
        List<String> told = new ArrayList<>();
        store.onLost(told::add);
        store.probe();
        deed.on(folder);
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.probe()));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.probe()));
        assertEquals(List.of(store.lost().orElseThrow()), told);
        assertTrue(told.get(0).contains(folder.toString()) || told.get(0).contains("packs/"), told.get(0));
    }

    @Test
    void anEpochIsNotRememberedInAFileThatIsGone() throws Exception {
        Files.delete(folder.resolve("epoch"));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.admit(2)));
        assertEquals(1, store.highestEpoch());
    }

    /** A second process starts there; two of them would tear the packs. */
    @Test
    void whoRemovesTheLockLetsNobodyIn() throws Exception {
        Files.delete(folder.resolve("lock"));
        String refusal = assertThrows(IOException.class, this::open).getMessage();
        assertTrue(refusal.contains("is in use by another peer"), refusal);
        // And whoever was refused has taken nobody's lock with it.
        assertThrows(IOException.class, this::open);
        nowMs.addAndGet(200);
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> Shares.put(store, AFTER, 1, CONTENT)));
    }

    @Test
    void whatIsWellAgainComesBackOnlyAsWhatItWas() throws Exception {
        Path elsewhere = Files.move(folder, folder.resolveSibling("elsewhere"));
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> Shares.put(store, AFTER, 1, CONTENT)));
        var id = store.id();
        store.close();

        assertThrows(IOException.class, () -> again(id));
        assertFalse(Files.exists(folder), "nothing is made where the disk does not lie");
        Files.createDirectory(folder);
        assertThrows(IOException.class, () -> again(id));
        try (Stream<Path> made = Files.list(folder)) {
            assertEquals(List.of(), made.toList());
        }
        try (DiskStore other = open()) {
            String refusal = assertThrows(IOException.class, () -> again(id)).getMessage();
            assertTrue(
                    refusal.contains("another disk")
                            && refusal.contains(other.id().toString()),
                    refusal);
        }
        removeAll(folder);

        Files.move(elsewhere, folder);
        store = again(id);
        assertArrayEquals(CONTENT, Shares.read(store, BEFORE));
        assertEquals(Fault.NO_SUCH_SHARE, fault(() -> store.read(AFTER)));
        Shares.put(store, AFTER, 1, CONTENT);
    }

    private DiskStore again(io.roundtable.protocol.DiskId id) throws IOException {
        return DiskStore.open(FileMedium.existing(folder), OPTIONS, nowMs::incrementAndGet, id);
    }

    @Test
    void aPackThatCompactionTakesAwayIsNotMissed() throws Exception {
        for (int round = 0; round < 20; round++) {
            for (int file = 0; file < 20; file++) {
                Shares.put(store, Shares.key(2, file, 0), 1, Shares.content(file, 5_000));
            }
            while (store.compact()) {
                store.probe();
            }
            store.probe();
        }
        assertEquals(Optional.empty(), store.lost());
    }

    @Test
    void whoGaveTheMediumUpIsNotAnsweredByIt() {
        store.lose("it does not answer");
        assertEquals(Fault.OUT_OF_SERVICE, fault(() -> store.probe()));
        DiskFaultException refusal = assertThrows(DiskFaultException.class, () -> Shares.put(store, AFTER, 1, CONTENT));
        assertEquals("the disk is away: it does not answer", refusal.getMessage());
    }
}
