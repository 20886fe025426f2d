package io.roundtable.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A Python user of the DSS protocol with the manners of a published program, typed at line by line. */
final class DssUser implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A block is a question and its answer. */
    private static final Duration BLOCK_LIMIT = Duration.ofMillis(3);

    private static final Pattern ANSWERED = Pattern.compile("# (\\S+) answered after (\\d+) ms");

    private final Path folder;
    private final Running process;
    private int linesSeen;
    private Duration limit = LIMIT;

    /**
     * Starts it.
     *
     * @param folder where the files are that it looks for before each command
     * @param version older or newer
     * @param words behind the arguments
     */
    DssUser(Path folder, String version, String name, int port, String... words) {
        this(folder, List.of(), version, name, "127.0.0.1", port, 0, words);
    }

    /**
     * Starts it.
     *
     * @param before what the command begins with, such as that it runs on another machine
     * @param ownPort that it sends from; 0 for a free one
     */
    DssUser(
            Path folder,
            List<String> before,
            String version,
            String name,
            String ip,
            int port,
            int ownPort,
            String... words) {
        this.folder = folder;
        List<String> command = new ArrayList<>(before);
        command.addAll(Commands.python("dss_user.py", version, name, ip, port, ownPort, 9));
        command.addAll(List.of("pause=" + folder, "strike=" + folder));
        command.addAll(List.of(words));
        process = Running.startFed(folder, "user-" + name, command);
    }

    /** The commands that follow may move so many blocks each, one after the other. */
    void allowFor(long blocks) {
        limit = LIMIT.plus(BLOCK_LIMIT.multipliedBy(blocks));
    }

    Running process() {
        return process;
    }

    String out() {
        return process.out() + process.err();
    }

    /** What came of registering. */
    boolean isRegistered() {
        return outcome();
    }

    /** Types a line. */
    void type(String line) {
        try {
            process.feed((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types a line and waits. */
    boolean succeeds(String line) {
        type(line);
        return outcome();
    }

    /** Waits for the outcome of the line that was typed first and not waited for yet. */
    boolean outcome() {
        await("an outcome", () -> outcomes().size() > linesSeen || !process.isAlive());
        if (outcomes().size() <= linesSeen) {
            throw new AssertionError("it has ended: " + out());
        }
        String line = outcomes().get(linesSeen++);
        return line.contains(" -> {\"status\": \"SUCCESS\"") && !line.contains("SHA256 MISMATCH");
    }

    /** The last line whose outcome was waited for. */
    String lastOutcome() {
        return outcomes().get(linesSeen - 1);
    }

    private List<String> outcomes() {
        String out = process.out();
        return out.substring(0, out.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    // ---- in the middle

    /** It will wait before it sends that command. */
    void holdBefore(String cmd) {
        try {
            Files.createFile(folder.resolve("before-" + cmd));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitHeld(String cmd) {
        await("held before " + cmd, () -> process.out().contains("# paused before " + cmd + "\n"));
    }

    /** Lets it send; whoever has the process id gets a signal so many seconds later, or so long before if negative. */
    void goOn(String cmd, Running hit, String signal, double seconds) {
        try {
            Files.writeString(folder.resolve("strike-" + cmd), hit.pid() + " " + signal + " " + seconds);
            Files.delete(folder.resolve("before-" + cmd));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitAnswered(String cmd) {
        await("answer to " + cmd, () -> process.out().contains("# " + cmd + " answered"));
    }

    /** The longest that any command waited for its answer. */
    long longestSilenceMs() {
        Matcher answered = ANSWERED.matcher(process.out());
        long longest = 0;
        while (answered.find()) {
            longest = Math.max(longest, Long.parseLong(answered.group(2)));
        }
        return longest;
    }

    private void await(String what, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(limit)
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + out(), e);
        }
    }

    @Override
    public void close() {
        process.kill();
    }
}
