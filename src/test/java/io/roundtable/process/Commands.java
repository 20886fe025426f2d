package io.roundtable.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the real launcher and the tests' Python programs are started; tests run in the project's folder. */
final class Commands {
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final Path PYTHON_SOURCES = HOME.resolve("src/test/python");

    private static final long SIGINT_BIT = 1L << (2 - 1);

    private Commands() {}

    static List<String> roundtable(String... args) {
        List<String> command = new ArrayList<>();
        command.add(HOME.resolve("roundtable").toString());
        command.addAll(List.of(args));
        return command;
    }

    /**
     * The same, heeding Ctrl-C even where these tests do not: what a shell runs in the background, CI scripts too,
     * ignores SIGINT, and so does all that it starts.
     */
    static List<String> interruptible(List<String> command) {
        if (!ignoresInterrupt()) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
        all.addAll(command);
        return all;
    }

    private static boolean ignoresInterrupt() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGINT_BIT) != 0);
        } catch (IOException e) {
            return false; // not Linux: then it cannot be told, and is rarely so
        }
    }

    static List<String> python(String script, Object... args) {
        List<String> command = new ArrayList<>(
                List.of("python3", PYTHON_SOURCES.resolve(script).toString()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        return command;
    }

    /** Skips the test that asks on a machine without Python. */
    static void assumePython() {
        boolean isThere;
        try {
            isThere = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            isThere = false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assumeTrue(isThere, "no python3 on this machine: nothing to seat beside our peers");
    }

    static Map<String, byte[]> hostilePickles() throws IOException {
        Map<String, byte[]> pickles = new TreeMap<>();
        Path folder = HOME.resolve("src/test/resources/fixtures/pickle");
        try (var files = Files.newDirectoryStream(folder, "hostile-*.pickle")) {
            for (Path file : files) {
                pickles.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return pickles;
    }
}
