package io.roundtable.process;

import io.roundtable.protocol.Identity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the small Python nodes of {@code src/test/python}, known by what it prints. */
final class PythonNode implements Seat {
    private static final Pattern LEADER = Pattern.compile("LEADER \\((\\d+), (\\d+)\\)");

    private final Running process;
    private final Identity identity;

    private PythonNode(Running process, Identity identity) {
        this.process = process;
        this.identity = identity;
    }

    static PythonNode start(Path folder, String script, int gcdPort, int days, int id, String... options) {
        List<String> command = Commands.python(script, days, id, "127.0.0.1", gcdPort);
        command.addAll(List.of(options));
        return new PythonNode(Running.start(folder, script, command), new Identity(days, id));
    }

    @Override
    public Running process() {
        return process;
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public Optional<Identity> leader() {
        Matcher line = LEADER.matcher(process.out());
        Identity last = null;
        while (line.find()) {
            last = new Identity(Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)));
        }
        return Optional.ofNullable(last);
    }

    @Override
    public boolean hasJoined() {
        return process.out().contains("JOINED");
    }

    /** Messages that it could not read. */
    List<String> complaints() {
        return process.out().lines().filter(line -> line.startsWith("BAD")).toList();
    }

    @Override
    public String transcript() {
        return process.out() + process.err();
    }
}
