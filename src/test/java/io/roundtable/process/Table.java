package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;

/** A GCD and the members around it, all real processes; closing it ends those that still run. */
final class Table implements AutoCloseable {
    /**
     * The slowest that a lab leader's death is found is 3 s to the probe, 1 s of silence, 3 s for a dead victor; the
     * rest is for machines with much else to do.
     */
    static final Duration AGREEMENT = Duration.ofSeconds(40);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Path folder;
    private final List<Seat> seats = new ArrayList<>();
    private final List<Running> others = new ArrayList<>();
    private Running gcd;
    private int gcdPort;
    private int gcds;
    private String joinWord = "JOIN";

    Table(Path folder) {
        this.folder = folder;
    }

    /** Another party at the same GCD, which stays this table's. */
    Table sameGcd() {
        Table party = new Table(folder);
        party.gcd = gcd;
        party.gcdPort = gcdPort;
        party.gcds = gcds;
        return party;
    }

    // ---- seating

    /** Our GCD, on a free port. */
    Table withGcd() {
        startGcd(0);
        return this;
    }

    /** Our GCD again, where it was before. */
    void restartGcd() {
        startGcd(gcdPort);
    }

    private void startGcd(int port) {
        EventFile events = new EventFile(folder.resolve("gcd-" + ++gcds + ".log"));
        gcd = run("gcd", "gcd", "--port", Integer.toString(port), "--quiet", "--log", events.path());
        JsonNode listening = await("start of the GCD", () -> events.first("listening"));
        String address = listening.get("address").asString();
        gcdPort = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** The tests' Python GCD, on a free port. */
    Table withPythonGcd() {
        return withPythonGcd("JOIN");
    }

    /** @param word with which it is joined, by the year of the course */
    Table withPythonGcd(String word) {
        joinWord = word;
        startPythonGcd(0);
        return this;
    }

    void restartPythonGcd() {
        startPythonGcd(gcdPort);
    }

    private void startPythonGcd(int port) {
        Running started = keep(Running.start(folder, "gcd.py", Commands.python("gcd.py", port, joinWord)));
        gcd = started;
        String line = await(
                "start of gcd.py",
                // Whole lines only: the last one may not be written to its end.
                () -> started.out().contains("\n")
                        ? started.out()
                                .lines()
                                .filter(each -> each.startsWith("LISTENING"))
                                .findFirst()
                        : Optional.empty());
        gcdPort = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
    }

    Running gcd() {
        return gcd;
    }

    int gcdPort() {
        return gcdPort;
    }

    /** The newest GCD's events. */
    EventFile gcdEvents() {
        return new EventFile(folder.resolve("gcd-" + gcds + ".log"));
    }

    PeerProcess peer(int days, int id, String... more) {
        PeerProcess peer = PeerProcess.start(folder, gcdPort, days, id, more);
        seats.add(peer);
        return peer;
    }

    PythonNode python(String script, int days, int id, String... options) {
        PythonNode node = PythonNode.start(folder, script, gcdPort, days, id, options);
        seats.add(node);
        return node;
    }

    void awaitJoined(Seat seat) {
        await("JOIN of " + seat.process(), () -> Optional.of(seat).filter(Seat::hasJoined));
    }

    // ---- tools

    /** Starts a command of ours that goes on running. */
    Running run(String name, String... args) {
        return keep(Running.start(folder, name, Commands.roundtable(args)));
    }

    private Running keep(Running started) {
        others.add(started);
        return started;
    }

    /** Runs a command of ours to its end, at this table's GCD. */
    Outcome tool(String command, String... args) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(args));
        all.addAll(List.of("--gcd", "127.0.0.1:" + gcdPort));
        return Outcome.of(folder, all.toArray(String[]::new));
    }

    // ---- agreement

    List<Seat> living() {
        return seats.stream().filter(Seat::isAlive).toList();
    }

    Seat highest(List<? extends Seat> among) {
        return among.stream().max(Comparator.comparing(Seat::identity)).orElseThrow();
    }

    /** Waits until all that live name the highest of them, and returns it. */
    Seat awaitAgreement() {
        return awaitAgreement(living());
    }

    /** Waits until all of these name the highest of them, and returns it. */
    Seat awaitAgreement(List<? extends Seat> among) {
        Seat highest = highest(among);
        Identity leader = highest.identity();
        try {
            Awaitility.await()
                    .pollInterval(POLL)
                    .atMost(AGREEMENT)
                    .until(() -> among.stream()
                            .allMatch(
                                    seat -> seat.leader().filter(leader::equals).isPresent()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no agreement on " + leader + " within " + AGREEMENT + "\n" + transcript(), e);
        }
        assertEquals(List.of(), among.stream().filter(seat -> !seat.isAlive()).toList(), "died by themselves");
        return highest;
    }

    /** Waits until something is there. */
    <T> T await(String what, Callable<Optional<T>> wanted) {
        try {
            return Awaitility.await(what)
                    .pollInterval(POLL)
                    .atMost(AGREEMENT)
                    .until(wanted, Optional::isPresent)
                    .orElseThrow();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + transcript(), e);
        }
    }

    void awaitThat(String what, Callable<Boolean> wanted) {
        await(what, () -> Optional.of(wanted.call()).filter(Boolean::booleanValue));
    }

    /** Messages that any Python node could not read. */
    List<String> unreadByPython() {
        return seats.stream()
                .filter(PythonNode.class::isInstance)
                .flatMap(node -> ((PythonNode) node).complaints().stream())
                .toList();
    }

    String transcript() {
        StringBuilder text = new StringBuilder();
        for (Seat seat : seats) {
            text.append("==== ").append(seat.isAlive() ? "" : "dead: ").append(seat.process());
            text.append(", leader ").append(seat.leader()).append('\n');
            text.append(seat.transcript()).append('\n');
        }
        for (Running other : others) {
            text.append("==== ").append(other).append('\n').append(other.out()).append(other.err());
        }
        return text.toString();
    }

    @Override
    public void close() {
        seats.stream().map(Seat::process).forEach(Running::kill);
        others.forEach(Running::kill);
    }
}
