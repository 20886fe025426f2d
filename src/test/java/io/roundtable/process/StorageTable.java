package io.roundtable.process;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.VolumeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A GCD and peers with disks, all real processes that keep their folders when they are killed and started again. */
final class StorageTable implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Path folder;
    private final List<String> peerOptions;
    private final Map<Integer, Running> peers = new TreeMap<>();
    private final Map<Integer, EventFile> events = new TreeMap<>();
    private final Running[] gcds;
    private final EventFile[] gcdEvents;
    private final int[] gcdPorts;
    private final List<String> group = new ArrayList<>();
    private int generation;

    /** @param peerOptions of every peer, besides its identity and folder */
    StorageTable(Path folder, String... peerOptions) {
        this(1, folder, peerOptions);
    }

    /** @param gcdCount 1, or 3 that keep the catalog together */
    StorageTable(int gcdCount, Path folder, String... peerOptions) {
        this.folder = folder;
        this.peerOptions = List.of(peerOptions);
        this.gcds = new Running[gcdCount];
        this.gcdEvents = new EventFile[gcdCount];
        this.gcdPorts = new int[gcdCount];
        if (gcdCount > 1) {
            freePorts(gcdCount).forEach(port -> group.add("127.0.0.1:" + port));
        }
        for (int number = 0; number < gcdCount; number++) {
            startGcd(number);
        }
    }

    /**
     * Ports that were free a moment ago: those of a group's logs are told before they are opened. Below those that the
     * system gives to whoever wants any.
     */
    private static List<Integer> freePorts(int count) {
        Set<Integer> ports = new LinkedHashSet<>();
        while (ports.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                ports.add(socket.getLocalPort());
            } catch (IOException e) {
                // Somebody has it: another one.
                continue;
            }
        }
        return List.copyOf(ports);
    }

    // ---- processes

    void startGcd() {
        startGcd(0);
    }

    /** On the same port and folder as before. */
    void startGcd(int number) {
        EventFile log = new EventFile(folder.resolve("gcd-" + ++generation + ".log"));
        gcdEvents[number] = log;
        gcds[number] = launchGcd(number, gcdFolder(number), log);
        String address = await("start of the GCD", () -> log.first("listening"))
                .get("address")
                .asString();
        gcdPorts[number] = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** Waits until it has its catalog. */
    void awaitCatalog(int number) {
        await("the catalog of a GCD", () -> gcdEvents[number].first("catalog_opened"));
    }

    /** With another folder than its own; it may not start. */
    Running launchGcd(int number, Path data) {
        return launchGcd(number, data, new EventFile(folder.resolve("gcd-" + ++generation + ".log")));
    }

    private Running launchGcd(int number, Path data, EventFile log) {
        List<String> args = new ArrayList<>(List.of("gcd", "--port", Integer.toString(gcdPorts[number]), "--quiet"));
        args.addAll(List.of("--data", data.toString(), "--log", log.path()));
        if (!group.isEmpty()) {
            String mine = group.get(number);
            args.addAll(List.of("--group", String.join(",", group)));
            args.addAll(List.of("--log-port", mine.substring(mine.lastIndexOf(':') + 1)));
        }
        return Running.start(folder, "gcd", Commands.roundtable(args.toArray(String[]::new)));
    }

    Path gcdFolder(int number) {
        return folder.resolve("gcd-data" + number);
    }

    Running gcd() {
        return gcds[0];
    }

    Running gcd(int number) {
        return gcds[number];
    }

    List<Address> gcdAddresses() {
        List<Address> addresses = new ArrayList<>();
        for (int port : gcdPorts) {
            addresses.add(new Address("127.0.0.1", port));
        }
        return addresses;
    }

    private String gcdList() {
        return gcdAddresses().stream().map(Address::toString).collect(Collectors.joining(","));
    }

    /** Peer {@code number}: the higher, the higher its identity; with the folder that it had before. */
    void startPeer(int number) {
        startPeer(number, "--data", folder.resolve("disk" + number).toString());
    }

    /** One without a disk: it manages if it is the highest. */
    void startManager(int number) {
        startPeer(number, new String[0]);
    }

    private void startPeer(int number, String... disk) {
        EventFile log = new EventFile(folder.resolve("peer-" + number + "-" + ++generation + ".log"));
        List<String> args = new ArrayList<>(List.of("peer", gcdList(), "--quiet"));
        args.addAll(List.of("--birthday", PeerProcess.birthdayIn(10 * number)));
        args.addAll(List.of("--id", Integer.toString(1_000_000 + number), "--log", log.path()));
        args.addAll(List.of(disk));
        args.addAll(peerOptions);
        peers.put(number, Running.start(folder, "peer-" + number, Commands.roundtable(args.toArray(String[]::new))));
        events.put(number, log);
    }

    Running peer(int number) {
        return peers.get(number);
    }

    EventFile events(int number) {
        return events.get(number);
    }

    /** The highest peer that runs. */
    int highest() {
        return peers.entrySet().stream()
                .filter(each -> each.getValue().isAlive())
                .mapToInt(Map.Entry::getKey)
                .max()
                .orElseThrow();
    }

    /** Waits until so many disks are there. */
    void awaitDisks(int count) {
        try (VolumeClient client = client("observer")) {
            await(count + " disks", () -> {
                try {
                    long there = client.list().disks().stream()
                            .filter(disk -> disk.address().isPresent())
                            .count();
                    return Optional.of(there).filter(each -> each == count);
                } catch (GroupException e) {
                    return Optional.empty();
                }
            });
        }
    }

    /** Waits until the manager says that every file of a volume survives as much as its parity makes up for. */
    void awaitWhole(String volume) {
        try (VolumeClient client = client("observer")) {
            await(volume + " whole", () -> {
                try {
                    VolumeMessage.Explanation told = client.explain(volume);
                    boolean isWhole = client.list().volumes().stream()
                            .filter(each -> each.name().equals(volume))
                            .allMatch(each -> told.isKnown() && told.survives() == each.parity());
                    return Optional.of(isWhole && told.away().isEmpty()).filter(Boolean::booleanValue);
                } catch (GroupException e) {
                    return Optional.empty();
                }
            });
        }
    }

    /** The names of a volume's disks, by position. */
    List<String> disksOf(String volume) throws GroupException {
        try (VolumeClient client = client("observer")) {
            return client.list().volumes().stream()
                    .filter(each -> each.name().equals(volume))
                    .flatMap(each -> each.disks().stream())
                    .map(seat -> seat.name())
                    .toList();
        }
    }

    /** The peer that hosts a disk; a disk's name says nothing about that. */
    int hostOf(String disk) throws GroupException {
        try (VolumeClient client = client("observer")) {
            VolumeMessage.DiskLine line = client.list().disks().stream()
                    .filter(each -> each.name().equals(disk))
                    .findFirst()
                    .orElseThrow();
            int port = line.address().orElseThrow().port();
            for (Map.Entry<Integer, EventFile> each : events.entrySet()) {
                // One that answers the DSS protocol listens on that port, too.
                String address = each.getValue().of("listening").stream()
                        .filter(event -> event.has("address"))
                        .findFirst()
                        .orElseThrow()
                        .get("address")
                        .asString();
                if (address.endsWith(":" + port)) {
                    return each.getKey();
                }
            }
            throw new AssertionError("nobody hosts " + disk);
        }
    }

    // ---- tools

    VolumeClient client(String user) {
        return new VolumeClient(gcdAddresses(), user);
    }

    /** Runs a command of ours to its end. */
    Outcome tool(String command, String... args) {
        return Outcome.of(folder, atThisTable(command, args));
    }

    /**
     * What a command, or the shell, shows of {@code decommission dss1} to a person at a terminal who answers so to a
     * question.
     */
    String atTerminal(String answer, String command) {
        List<String> line = command.equals("shell")
                ? Commands.roundtable(atThisTable("shell"))
                : Commands.roundtable(atThisTable(command, "dss1"));
        String typed = command.equals("shell") ? "decommission dss1\n" + answer + "\nquit\n" : answer + "\n";
        Path typing = file("typed", typed.getBytes(StandardCharsets.UTF_8));
        return Outcome.ofCommand(folder, Commands.python("at_terminal.py", typing, String.join(" ", line)))
                .out();
    }

    /** A command that reads a file's content from a pipe. */
    Outcome pipedTool(Path content, String command, String... args) {
        return Outcome.piped(folder, content, atThisTable(command, args));
    }

    /** A command of ours that runs on, and reads what it is fed. */
    Running fedTool(String command, String... args) {
        return Running.startFed(folder, command, Commands.roundtable(atThisTable(command, args)));
    }

    /** Files of shares that are on their way to the disk of a peer. */
    List<Path> unsealed(int number) {
        try (Stream<Path> files = Files.list(folder.resolve("disk" + number).resolve("tmp"))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String[] atThisTable(String command, String... args) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(args));
        all.addAll(List.of("--gcd", gcdList()));
        return all.toArray(String[]::new);
    }

    Path file(String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T> T await(String what, Callable<Optional<T>> wanted) {
        try {
            return Awaitility.await(what)
                    .pollInterval(POLL)
                    .atMost(LIMIT)
                    .until(wanted, Optional::isPresent)
                    .orElseThrow();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + transcript(), e);
        }
    }

    String transcript() {
        StringBuilder text = new StringBuilder();
        events.forEach((number, log) -> {
            text.append("==== peer ").append(number).append('\n');
            log.all().stream()
                    .filter(event -> !EventFile.isOf("sent", event) && !EventFile.isOf("received", event))
                    .forEach(event -> text.append(event).append('\n'));
            text.append(peers.get(number).err());
        });
        for (Running gcd : gcds) {
            if (gcd != null) {
                text.append("==== gcd\n").append(gcd.err());
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        peers.values().forEach(Running::kill);
        for (Running gcd : gcds) {
            if (gcd != null) {
                gcd.kill();
            }
        }
    }
}
