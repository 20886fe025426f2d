package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a command ended. */
record Outcome(List<String> command, int code, String out, String err) {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    /** Runs a command to its end. */
    static Outcome of(Path folder, String... args) {
        Running running =
                Running.start(folder, args[0].startsWith("-") ? "roundtable" : args[0], Commands.roundtable(args));
        try {
            int code = running.awaitEnd(LIMIT);
            return new Outcome(List.of(args), code, running.out(), running.err());
        } finally {
            running.kill();
        }
    }

    /** The same with a pipe as its standard input, through which the file's content comes. */
    static Outcome piped(Path folder, Path content, String... args) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "cat \"$0\" | \"$@\"", content.toString()));
        command.addAll(Commands.roundtable(args));
        Running running = Running.start(folder, "piped-" + args[0], command);
        try {
            int code = running.awaitEnd(LIMIT);
            return new Outcome(List.of(args), code, running.out(), running.err());
        } finally {
            running.kill();
        }
    }

    /** The same for any command. */
    static Outcome ofCommand(Path folder, List<String> command) {
        Running running = Running.start(folder, "command", command);
        try {
            int code = running.awaitEnd(LIMIT);
            return new Outcome(command, code, running.out(), running.err());
        } finally {
            running.kill();
        }
    }

    Outcome assertSuccess() {
        assertEquals(0, code, toString());
        // On a busy machine it may have had to wait, and says so.
        assertTrue(err.lines().allMatch(line -> line.startsWith("roundtable: waiting for ")), toString());
        return this;
    }

    /** It said why on one line of stderr, without a stack trace, and ended with this code. */
    void assertRefused(int expectedCode, String reason) {
        assertEquals(expectedCode, code, toString());
        assertEquals(1, err.lines().count(), toString());
        assertTrue(err.startsWith("roundtable: "), toString());
        assertTrue(err.contains(reason), toString());
        assertFalse(err.contains("Exception"), toString());
    }
}
