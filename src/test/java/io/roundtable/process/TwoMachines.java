package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Two machines and a cable between them: network namespaces, so root is needed; a test that cannot have them is skipped. Each
 * process may have a hosts file of its own, which changes under it.
 */
final class TwoMachines implements AutoCloseable {
    static final String HERE = "10.213.77.1";
    static final String THERE = "10.213.77.2";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    final String here = "rt-here-" + ProcessHandle.current().pid();
    final String there = "rt-there-" + ProcessHandle.current().pid();
    private final Map<String, Running> running = new LinkedHashMap<>();

    TwoMachines(Path folder) throws InterruptedException {
        this.folder = folder;
        assumeTrue(run("unshare", "-n", "true") == 0, "needs root: network namespaces cannot be made");
        need("ip", "netns", "add", here);
        need("ip", "netns", "add", there);
        need("ip", "-n", here, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", there);
        for (String[] side : new String[][] {{here, HERE}, {there, THERE}}) {
            need("ip", "-n", side[0], "addr", "add", side[1] + "/24", "dev", "veth0");
            need("ip", "-n", side[0], "link", "set", "veth0", "up");
            need("ip", "-n", side[0], "link", "set", "lo", "up");
        }
    }

    static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1; // no such program
        }
    }

    static void need(String... command) throws InterruptedException {
        assertEquals(0, run(command), () -> String.join(" ", command));
    }

    private static List<String> in(String machine, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", machine));
        all.addAll(command);
        return all;
    }

    /** @param name of the files that take its output */
    Running start(String machine, String name, String... args) {
        return keep(name, Running.start(folder, name, in(machine, Commands.roundtable(args))));
    }

    /** One that reads this file where others read /etc/hosts; it is to be written in place. */
    Running startWithHosts(Path hosts, String machine, String name, String... args) {
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
        command.addAll(List.of("mount --bind " + hosts + " /etc/hosts && exec \"$@\"", "sh"));
        command.addAll(Commands.roundtable(args));
        return keep(name, Running.start(folder, name, in(machine, command)));
    }

    private Running keep(String name, Running process) {
        running.put(name, process);
        return process;
    }

    /** SIGKILL to what was started under that name. */
    void kill(String name) {
        Objects.requireNonNull(running.get(name), name).kill();
    }

    Path hosts(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "");
    }

    /** How a command ended. */
    record Ended(int code, String out, String err) {}

    Ended tool(String machine, String... args) {
        Running tool = Running.start(folder, args[0], in(machine, Commands.roundtable(args)));
        try {
            int code = tool.awaitEnd(LIMIT);
            return new Ended(code, tool.out(), tool.err());
        } finally {
            tool.kill();
        }
    }

    @Override
    public void close() throws InterruptedException {
        running.values().forEach(Running::kill);
        run("ip", "netns", "del", here);
        run("ip", "netns", "del", there);
    }
}
