package io.roundtable.process;

import io.roundtable.protocol.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** One {@code roundtable peer}, known by its event log. */
final class PeerProcess implements Seat {
    private static final Duration START = Duration.ofSeconds(40);

    private final Running process;
    private final EventFile events;

    private PeerProcess(Running process, EventFile events) {
        this.process = process;
        this.events = events;
    }

    static PeerProcess start(Path folder, int gcdPort, int days, int id, String... more) {
        EventFile events = new EventFile(folder.resolve("peer-" + id + ".log"));
        List<String> args = new ArrayList<>(List.of("peer", "127.0.0.1:" + gcdPort, "--quiet"));
        args.addAll(List.of("--birthday", birthdayIn(days), "--id", Integer.toString(id), "--log", events.path()));
        args.addAll(List.of(more));
        Running process = Running.start(folder, "peer-" + id, Commands.roundtable(args.toArray(String[]::new)));
        return new PeerProcess(process, events);
    }

    /** A birthday that many days from now. */
    static String birthdayIn(int days) {
        return LocalDate.now().plusDays(days).format(DateTimeFormatter.ISO_LOCAL_DATE);
    }

    @Override
    public Running process() {
        return process;
    }

    EventFile events() {
        return events;
    }

    private JsonNode listening() {
        return Awaitility.await("start of " + process)
                .atMost(START)
                .until(() -> events.first("listening"), Optional::isPresent)
                .orElseThrow();
    }

    /** As it says itself: its days depend on the date at its start. */
    @Override
    public Identity identity() {
        return EventFile.identity(listening().get("self"));
    }

    int port() {
        String address = listening().get("address").asString();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Override
    public Optional<Identity> leader() {
        return events.leader();
    }

    @Override
    public boolean hasJoined() {
        return events.first("joined").isPresent();
    }

    @Override
    public String transcript() {
        StringBuilder text = new StringBuilder();
        events.all().forEach(event -> text.append(event).append('\n'));
        return text + process.err();
    }
}
