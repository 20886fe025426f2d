package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.process.StrangerTables.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The matrix, with {@code mvn verify -Pmatrix}: some 70 tables, which have every pair of a kind of node, its place, the order of
 * joining, the GCD, what happens, and the number of ours; then tables with several kinds. What came of each is in
 * {@code target/strangers/matrix.md}. Every third table must stay agreed for 30 s, and at rest at their end.
 */
class StrangersMatrixProcessTest {
    private static final Duration LONG_STAY = Duration.ofSeconds(30);
    private static final Duration STAY = Duration.ofSeconds(10);
    private static final Duration KILLED_STAY = Duration.ofSeconds(2);
    private static final long FAST_MS = 2_000;
    private static final long MARGIN_MS = 500;
    private static final int LONG_EVERY = 3;
    private static final int AT_A_TIME = 2;
    private static final int OF_THEIR_OWN = 4;
    private static final Duration SPUN = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @BeforeAll
    static void needsPython() {
        Commands.assumePython();
    }

    @Test
    void everyPairOfWhatNodesDo() throws IOException {
        List<StrangerPlan> plans = new ArrayList<>(StrangerPlan.several());
        plans.addAll(StrangerPlan.pairwise());
        List<Result> results = StrangerTables.run(
                folder, plans, AT_A_TIME, plan -> plans.indexOf(plan) % LONG_EVERY == 0 ? LONG_STAY : STAY);
        List<String> rows = new ArrayList<>(List.of(
                "| seats, lowest first | order | GCD | what happens | seconds | kill to agreement | |",
                "|---|---|---|---|---|---|---|"));
        results.forEach(result -> rows.add(result.row()));
        Files.write(Files.createDirectories(Path.of("target", "strangers")).resolve("matrix.md"), rows);
        assertEquals(
                List.of(), results.stream().filter(result -> !result.isClean()).toList());
    }

    /** As many lines as its loop has turns: it spins once somebody has closed a PROBE that it never answers. */
    @Test
    void aSilentLeaderSpinsNoMoreUnderOursThanUnderItsOwnKind() {
        try (Table mixed = new Table(folder).withGcd();
                Table own = new Table(folder).withPythonGcd("JOIN")) {
            final PythonNode overOurs = mixed.python("stranger.py", 300, 4_000_003, "--spins");
            final PythonNode overOwn = own.python("stranger.py", 300, 4_000_003, "--spins");
            mixed.peer(100, 4_000_001);
            mixed.peer(200, 4_000_002);
            own.python("stranger.py", 100, 4_000_001, "--spins");
            own.python("stranger.py", 200, 4_000_002, "--spins");
            mixed.awaitAgreement();
            own.awaitAgreement();
            Awaitility.await().pollDelay(SPUN).atMost(SPUN.multipliedBy(2)).until(() -> true);
            long ours = lines(overOurs);
            long theirs = lines(overOwn);
            System.out.println("lines of a silent leader in 30 s: " + ours + " under two of ours, " + theirs
                    + " under two of its own kind");
            assertTrue(ours <= 2 * theirs, () -> ours + " lines under ours, " + theirs + " under its own");
        }
    }

    private static long lines(PythonNode node) {
        List<String> lines = node.process()
                .out()
                .lines()
                .filter(line -> line.startsWith("LINES"))
                .toList();
        return Long.parseLong(lines.get(lines.size() - 1).substring("LINES ".length()));
    }

    /** How fast nodes find a new leader by themselves, and with two of ours at the table. */
    @Test
    void aLeaderIsReplacedAsFastAsAmongTheirOwnKind() {
        for (String kind : List.of("", "--year f24 --ok-apart", "--year f25")) {
            String word = kind.contains("f25") ? "HOWDY" : kind.contains("f24") ? "BEGIN" : "JOIN";
            List<Long> mixed = kills(List.of(kind, StrangerPlan.OURS, kind, StrangerPlan.OURS, kind), word);
            List<Long> own =
                    kills(Stream.generate(() -> kind).limit(OF_THEIR_OWN + 1).toList(), word);
            System.out.println("kill to agreement of [" + kind + "]: mixed " + mixed + " ms, own kind " + own + " ms");
            // They wait for OKs and victors by their own time limits: ours must not make that longer.
            long limitMs = Math.max(FAST_MS, Collections.max(own) + MARGIN_MS);
            assertTrue(Collections.max(mixed) <= limitMs, () -> kind + ": mixed " + mixed + ", own kind " + own);
        }
    }

    private List<Long> kills(List<String> seats, String word) {
        StrangerPlan plan = new StrangerPlan(seats, StrangerPlan.Order.LOWEST_FIRST, word, StrangerPlan.Fault.KILL_TWO);
        List<Result> results;
        try {
            results = StrangerTables.run(
                    Files.createTempDirectory(folder, "kills"), List.of(plan, plan), AT_A_TIME, each -> KILLED_STAY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertEquals(
                List.of(), results.stream().filter(result -> !result.isClean()).toList());
        return results.stream().flatMap(result -> result.killsMs().stream()).toList();
    }
}
