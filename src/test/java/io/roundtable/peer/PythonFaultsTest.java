package io.roundtable.peer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.election.Timing;
import io.roundtable.event.EventFormat;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real Python nodes, each with one bug of {@code src/test/python/stranger_bugs.py}, all at one table with one peer. */
class PythonFaultsTest {
    private static final int PATIENCE_S = 30;
    private static final int SETTLED_MS = Timing.NATIVE.labVictorTimeoutMs();

    /**
     * A node and the line that tells what is wrong with it.
     *
     * @param arguments of stranger.py, after the identity and the GCD
     */
    private record Bug(int days, String arguments, String... line) {}

    private Table table;
    private final List<Process> nodes = new ArrayList<>();

    @BeforeEach
    void lay() throws Exception {
        table = new Table();
    }

    @AfterEach
    void clear() throws Exception {
        for (Process node : nodes) {
            node.destroyForcibly().waitFor();
        }
        table.close();
        assertEquals(List.of(), table.complaints);
    }

    private void seat(List<Bug> bugs) throws IOException {
        for (Bug bug : bugs) {
            List<String> command = new ArrayList<>(List.of(
                    "python3",
                    "src/test/python/stranger.py",
                    String.valueOf(bug.days),
                    String.valueOf(1_000_000 + bug.days),
                    table.gcd().host(),
                    String.valueOf(table.gcd().port())));
            command.addAll(List.of(bug.arguments.split(" ")));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            try {
                nodes.add(builder.start());
            } catch (IOException e) {
                Assumptions.abort("no python3 here: " + e.getMessage());
            }
        }
    }

    private Stream<String> lines() {
        return table.events.stream().map(EventFormat::human);
    }

    private boolean isTold(String... parts) {
        return lines().anyMatch(line -> Stream.of(parts).allMatch(line::contains));
    }

    private void awaitAll(List<Bug> bugs) {
        await().atMost(PATIENCE_S, TimeUnit.SECONDS).untilAsserted(() -> {
            List<String> missing = bugs.stream()
                    .filter(bug -> !isTold(bug.line))
                    .map(bug -> bug.arguments)
                    .toList();
            assertTrue(
                    missing.isEmpty(),
                    () -> missing + " in\n"
                            + lines().filter(line -> !line.contains(" sent ") && !line.contains(" received "))
                                    .collect(Collectors.joining("\n")));
        });
    }

    private static String answer(String kind, int days) {
        return " " + kind + " peer=(" + days + "," + (1_000_000 + days) + ") to=ELECTION ";
    }

    @Test
    void whatIsWrongWithAnAnswer() throws Exception {
        List<Bug> bugs = List.of(
                new Bug(201, "--bug raw-text", answer("bad_answer", 201), "got=\"b'OK'\"", "plain text"),
                new Bug(202, "--bug wrong-word", answer("bad_answer", 202), "got=\"'YES'\""),
                new Bug(203, "--bug set", answer("bad_answer", 203), "hint=\"a set"),
                new Bug(204, "--bug set --pickle 2", answer("bad_answer", 204), "hint=\"a set"),
                new Bug(205, "--bug enum", answer("bad_answer", 205), "hint=\"an object of a class"),
                new Bug(206, "--bug half-pickle", answer("bad_answer", 206), "hint=\"a pickle without its end"),
                new Bug(207, "--bug other-year", answer("other_year", 207), "got=\"'GOT_IT'\""),
                new Bug(208, "--year f25 --bug other-year", answer("other_year", 208), "expected=\"'GOT_IT'\""),
                new Bug(209, "--bug closes", answer("no_answer", 209), "reason=closed"),
                // The lowest: of whoever others ask too, the answer would come only after theirs.
                new Bug(200, "--bug blocks", answer("late_answer", 200), "got=\"('OK', None)\""),
                new Bug(211, "--hangs", answer("no_answer", 211), "reason=silent"),
                new Bug(212, "--ok-twice", answer("extra_message", 212), "got=\"('OK', None)\""));
        seat(bugs);
        await().atMost(PATIENCE_S, TimeUnit.SECONDS)
                .until(() -> lines().filter(line -> line.contains("gcd member_joined"))
                                .count()
                        == bugs.size());

        table.seat(1);

        awaitAll(bugs);
    }

    @Test
    void whatIsWrongWithAMessage() throws Exception {
        table.seat(new Identity(300, 1_000_300), Dialect.NATIVE);
        // Nobody is blamed for what it says to a leader that has only just begun.
        await().atMost(PATIENCE_S, TimeUnit.SECONDS).until(() -> {
            Control.Status status = table.status(0);
            return status.leader() != null && System.currentTimeMillis() - status.leaderSinceMs() > SETTLED_MS;
        });
        List<Bug> bugs = List.of(
                new Bug(5, "--bug list-of-ids", " bad_input ", "got=\"[(", "hint=\"members travel as a dict"),
                new Bug(6, "--bug bare-pid", " bad_input peer=(6,1000006) in=ELECTION ", "got=\"(6, 1000006)\""),
                new Bug(7, "--bug bare-word", " bad_input ", "got=\"'ELECTION'\"", "hint=\"a bare word"),
                new Bug(8, "--bug port-0", " gcd bad_input peer=(8,1000008) ", "hint=\"bind and listen first"),
                new Bug(9, "--host 0.0.0.0", " gcd bad_input peer=(9,1000009) ", "hint=\"one listens there"),
                new Bug(11, "--bug hangs-after-join", " gcd not_closed peer=(11,1000011) to=JOIN "),
                new Bug(
                        99,
                        "--announces self --bug ids-as-text",
                        " wrong_leader peer=(99,1000099) leader=(300,1000300) ",
                        "as text '99'"));
        seat(bugs);

        awaitAll(bugs);
    }

    @Test
    void whoNeverAnnounces() throws Exception {
        List<Bug> bugs = List.of(
                new Bug(300, "--bug never-announces", " no_coordinator peer=(300,1000300) ", "said OK 3 times"));
        seat(bugs);
        await().atMost(PATIENCE_S, TimeUnit.SECONDS).until(() -> isTold("gcd member_joined"));

        table.seat(1);

        awaitAll(bugs);
    }
}
