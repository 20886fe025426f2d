package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Seats a {@link StrangerPlan}, lets its fault happen, and sees that everyone alive agrees, and that we spare the nodes. */
final class StrangerTable implements AutoCloseable {
    static final Duration AGREEMENT = Duration.ofSeconds(15);
    /** Once all have agreed for this long, our peers have nothing more to say: they repeat a victory for 15 s. */
    static final Duration SETTLED = Duration.ofSeconds(22);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration SHORT_STAY = Duration.ofSeconds(2);
    private static final Duration MUTE_STOP = Duration.ofSeconds(4);
    private static final int ID = 4_000_000;
    private static final Pattern OPEN = Pattern.compile("OPEN_PROBES (\\d+)");

    private final StrangerPlan plan;
    private final Table table;
    private final Duration stay;
    /** By seat. */
    private final Map<Integer, Seat> seats = new TreeMap<>();

    private final List<Long> killsMs = new ArrayList<>();
    private final List<Seat> killed = new ArrayList<>();
    private Seat stopped;

    /** @param stay how long all must stay agreed in the end */
    StrangerTable(Path folder, StrangerPlan plan, Duration stay) {
        this.plan = plan;
        this.stay = stay;
        this.table = new Table(folder);
    }

    void run() {
        if (plan.joinWord().isEmpty()) {
            table.withGcd();
        } else {
            table.withPythonGcd(plan.joinWord());
        }
        for (int seat : plan.sequence()) {
            Seat taken = plan.isOurs(seat)
                    ? table.peer(50 * (seat + 1), ID + seat)
                    : table.python("stranger.py", 50 * (seat + 1), ID + seat, options(seat));
            seats.put(seat, taken);
            table.awaitJoined(taken);
        }
        agree("all have joined", SHORT_STAY);
        strike();
    }

    private String[] options(int seat) {
        String options = plan.seats().get(seat);
        return options.isEmpty() ? new String[0] : options.split(" ");
    }

    /** From each kill to agreement, milliseconds. */
    List<Long> killsMs() {
        return killsMs;
    }

    private void strike() {
        switch (plan.fault()) {
            case KILL_TWO -> {
                kill(SHORT_STAY);
                kill(stay);
            }
            case STOP -> stop();
            case IGNORE -> feign("ignore");
            case CLOSE -> feign("close");
        }
    }

    private void kill(Duration stayAfter) {
        Seat leader = highest();
        killed.add(leader);
        leader.process().kill();
        killsMs.add(agree("the leader was killed", stayAfter));
    }

    private void stop() {
        Seat leader = highest();
        leader.process().stop();
        if (has(leader, "--spins", "--ok never", "--mute")) {
            // It looks alive: nobody can tell the difference.
            Awaitility.await().pollDelay(MUTE_STOP).until(() -> true);
        } else {
            stopped = leader;
            agree("the leader was stopped", SHORT_STAY);
            stopped = null;
        }
        leader.process().wake();
        agree("the leader goes on", stay);
    }

    private void feign(String mode) {
        Seat ours = null;
        for (Seat each : seats.values()) {
            ours = each instanceof PeerProcess ? each : ours;
        }
        String id = Integer.toString(ours.identity().id());
        Outcome ordered = table.tool("fail", id, "--mode", mode, "--for", "4s");
        assertEquals(0, ordered.code(), ordered::err);
        PeerProcess peer = (PeerProcess) ours;
        table.awaitThat("recovery", () -> peer.events().first("recovered").isPresent());
        agree("a peer has recovered", stay);
    }

    // ---- agreement

    private boolean has(Seat seat, String... options) {
        for (Map.Entry<Integer, Seat> each : seats.entrySet()) {
            for (String option : options) {
                if (each.getValue() == seat && plan.seats().get(each.getKey()).contains(option)) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Seat> takingPart() {
        return seats.values().stream()
                .filter(each -> !killed.contains(each) && each != stopped && !has(each, "--hangs"))
                .toList();
    }

    private Seat highest() {
        return table.highest(takingPart());
    }

    /** Who does not agree. */
    private List<Seat> astray() {
        if (takingPart().isEmpty()) {
            return List.of(); // those that only hang are left
        }
        Seat highest = highest();
        Identity leader = highest.identity();
        return takingPart().stream()
                .filter(each -> each.leader().filter(leader::equals).isEmpty())
                .filter(each -> !isTheirs(each, highest))
                .toList();
    }

    /** A node that never doubts a silent leader follows one that is stopped, and no node of another kind tells it better. */
    private boolean isTheirs(Seat astray, Seat highest) {
        return stopped != null && has(astray, "--spins") && highest instanceof PythonNode;
    }

    /** @return how long it took, milliseconds */
    private long agree(String after, Duration stayAfter) {
        long began = System.nanoTime();
        try {
            Awaitility.await().pollInterval(POLL).atMost(AGREEMENT).until(() -> astray().isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "after " + after + " do not follow " + highest().identity() + ": " + names(), e);
        }
        final long tookMs = (System.nanoTime() - began) / 1_000_000;
        try {
            stay(stayAfter);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("after " + after + " did not stay agreed: " + names(), e);
        }
        demandMercy();
        return tookMs;
    }

    private void stay(Duration time) {
        boolean isWatched = time.compareTo(SETTLED) > 0;
        stayFor(isWatched ? SETTLED : time);
        if (isWatched) {
            Map<Integer, Long> before = heardOfElections();
            stayFor(time.minus(SETTLED));
            assertEquals(before, heardOfElections(), "a settled table sends nothing but probes: heard by seat");
        }
    }

    private void stayFor(Duration time) {
        Awaitility.await()
                .pollInterval(POLL.multipliedBy(4))
                .during(time)
                .atMost(time.plusSeconds(5))
                .until(() -> astray().isEmpty());
    }

    private List<String> names() {
        return astray().stream()
                .map(each -> each.identity() + " follows " + each.leader())
                .toList();
    }

    /** Messages of elections that each node had from ours; a silent one is looked at now and then. */
    private Map<Integer, Long> heardOfElections() {
        Map<Integer, Long> heard = new TreeMap<>();
        seats.forEach((seat, each) -> {
            if (each instanceof PythonNode && !has(each, "--hangs")) {
                heard.put(
                        seat,
                        each.process()
                                .out()
                                .lines()
                                .filter(line -> line.startsWith("GOT")
                                        && !line.startsWith("GOT PROBE")
                                        && line.endsWith("ours"))
                                .count());
            }
        });
        return heard;
    }

    /** Nobody dies of what we send, nor is sent too much of it. */
    private void demandMercy() {
        long ours =
                seats.values().stream().filter(PeerProcess.class::isInstance).count();
        for (Seat each : seats.values()) {
            assertTrue(each.isAlive() || killed.contains(each), () -> each.identity() + " died");
            if (each instanceof PythonNode) {
                String out = each.process().out();
                List<String> complaints = out.lines()
                        .filter(line ->
                                line.startsWith("BAD ours") || line.startsWith("DIED") || line.startsWith("TOO_MANY"))
                        .toList();
                assertEquals(List.of(), complaints, () -> "of " + each.identity());
                Matcher open = OPEN.matcher(out);
                while (open.find()) {
                    String line = open.group();
                    assertTrue(Long.parseLong(open.group(1)) <= ours, () -> each.identity() + ": " + line);
                }
            }
        }
    }

    String transcript() {
        return table.transcript();
    }

    @Override
    public void close() {
        table.close();
    }
}
