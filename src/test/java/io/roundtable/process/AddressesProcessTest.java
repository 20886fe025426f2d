package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people write for addresses, on one machine and on two: names that move, come late, or mean another machine. */
class AddressesProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private TwoMachines machines;

    @BeforeEach
    void connect() throws Exception {
        machines = new TwoMachines(folder);
    }

    @AfterEach
    void end() throws Exception {
        if (machines != null) {
            machines.close();
        }
    }

    private EventFile log(String name) {
        return new EventFile(folder.resolve(name + ".log"));
    }

    private EventFile startGcd(String machine, String name, String... more) {
        EventFile log = log(name);
        List<String> args = new ArrayList<>(List.of("gcd", "--quiet", "--log", log.path()));
        args.addAll(List.of(more));
        machines.start(machine, name, args.toArray(String[]::new));
        await("the GCD listens", log, "listening", 1, LIMIT);
        return log;
    }

    private static String[] peer(String gcd, EventFile log, String... more) {
        List<String> args = new ArrayList<>(List.of("peer", gcd, "--quiet", "--log", log.path()));
        args.addAll(List.of("--birthday", PeerProcess.birthdayIn(50), "--id", "1000050"));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private static void await(String what, EventFile log, String event, int times, Duration limit) {
        Awaitility.await(what).atMost(limit).until(() -> log.of(event), all -> all.size() >= times);
    }

    // ---- two spellings of one address

    @Test
    void aPeerThatAdvertisesLocalhostManages() {
        startGcd(machines.here, "gcd");
        EventFile log = log("peer");

        machines.start(machines.here, "peer", peer("LOCALHOST:23600", log, "--advertise", "localhost"));

        await("it manages", log, "managing", 1, LIMIT);
    }

    @Test
    void aGroupLivesOnIpv6AloneHoweverItIsSpelt() {
        startGcd(machines.here, "gcd", "--listen", "::1");
        EventFile log = log("peer");

        machines.start(
                machines.here,
                "peer",
                peer("[0:0:0:0:0:0:0:1]:23600", log, "--listen", "[::1]", "--data", "" + folder));

        await("it manages", log, "managing", 1, LIMIT);
        await("its disk is there", log, "disk_named", 1, LIMIT);
        TwoMachines.Ended disks = machines.tool(machines.here, "disks", "--gcd", "[::1]:23600");
        assertEquals(0, disks.code(), disks::toString);
        TwoMachines.Ended members = machines.tool(machines.here, "members", "--gcd", "[::0001]:23600");
        assertTrue(members.out().contains(" [::1]:"), members::toString);
    }

    // ---- loopback means another machine to everybody else

    @Test
    void aPeerThatOnlyItsOwnMachineReachesIsRefusedByAGcdElsewhere() {
        EventFile gcd = startGcd(machines.here, "gcd", "--listen", "0.0.0.0", "--advertise", TwoMachines.HERE);

        TwoMachines.Ended refused = machines.tool(machines.there, peer(TwoMachines.HERE + ":23600", log("peer")));

        assertEquals(1, refused.code(), refused::toString);
        assertEquals(1, refused.err().lines().count(), refused::toString);
        assertTrue(refused.err().contains("--listen") && refused.err().contains("--advertise"), refused::toString);
        assertEquals(Optional.empty(), gcd.first("member_joined"));
    }

    @Test
    void nobodyFromElsewhereJoinsAPeerThatItCannotReach() {
        startGcd(machines.here, "gcd", "--listen", "0.0.0.0", "--advertise", TwoMachines.HERE);
        EventFile log = log("peer");
        machines.start(machines.here, "peer", peer("localhost:23600", log));
        await("it has joined", log, "joined", 1, LIMIT);

        TwoMachines.Ended refused = machines.tool(
                machines.there,
                "peer",
                TwoMachines.HERE + ":23600",
                "--listen",
                "0.0.0.0",
                "--advertise",
                TwoMachines.THERE,
                "--birthday",
                PeerProcess.birthdayIn(60),
                "--id",
                "1000060",
                "--quiet");

        assertEquals(1, refused.code(), refused::toString);
        assertTrue(refused.err().contains("1000050") && refused.err().contains("--advertise"), refused::toString);
    }

    // ---- names that move, and whatever is started first

    @Test
    void aPeerFindsItsGcdUnderANameThatComesLateAndMoves() throws Exception {
        Path hosts = machines.hosts("hosts");
        EventFile log = log("peer");
        String[] args = peer("alpha:23600", log, "--listen", "0.0.0.0", "--advertise", TwoMachines.THERE);
        Running peer = machines.startWithHosts(hosts, machines.there, "peer", args);
        await("it waits", log, "gcd_awaited", 1, LIMIT);
        assertTrue(
                log.first("gcd_awaited").orElseThrow().get("reason").asString().contains("unknown host 'alpha'"));
        startGcd(machines.here, "gcd-1", "--listen", "0.0.0.0", "--advertise", TwoMachines.HERE);

        // First to where nobody listens: a refused connection.
        Files.writeString(hosts, TwoMachines.THERE + " alpha\n");
        Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        Files.writeString(hosts, TwoMachines.HERE + " alpha\n");
        await("it joins where the name is now", log, "joined", 1, Duration.ofSeconds(5));

        machines.kill("gcd-1");
        await("the GCD is gone", log, "gcd_lost", 1, LIMIT);
        startGcd(machines.there, "gcd-2", "--listen", "0.0.0.0", "--advertise", TwoMachines.THERE);
        Files.writeString(hosts, TwoMachines.THERE + " alpha\n");
        await("it joins where the name is now", log, "joined", 2, Duration.ofSeconds(5));
        assertEquals(1, log.of("gcd_awaited").size(), "said once");
        assertTrue(peer.isAlive());
    }

    @Test
    void aClientThatIsToldToWaitWaitsForTheGroupAndSaysSoOnce() throws Exception {
        Path hosts = machines.hosts("hosts");
        List<Running> clients = new ArrayList<>();
        for (String command : List.of("ls", "leader", "members")) {
            clients.add(
                    machines.startWithHosts(hosts, machines.here, command, command, "--wait", "--gcd", "alpha:23600"));
        }
        for (Running client : clients) {
            Awaitility.await().atMost(LIMIT).until(() -> client.err().contains("waiting for "));
            assertTrue(client.err().contains("unknown host 'alpha'"), client::err);
        }
        Files.writeString(hosts, TwoMachines.HERE + " alpha\n");
        startGcd(machines.here, "gcd", "--listen", "0.0.0.0", "--advertise", TwoMachines.HERE);
        EventFile log = log("peer");
        machines.start(
                machines.here,
                "peer",
                peer(TwoMachines.HERE + ":23600", log, "--listen", "0.0.0.0", "--advertise", TwoMachines.HERE));

        for (Running client : clients) {
            assertEquals(0, client.awaitEnd(LIMIT), client::err);
            assertEquals(1, client.err().lines().count(), client::err);
        }
    }

    @Test
    void aVolumeCommandThatWaitsSaysForWhat() {
        startGcd(machines.here, "gcd");
        TwoMachines.Ended started = machines.tool(machines.here, "members");
        assertEquals(0, started.code(), started::toString);

        Running ls = machines.start(machines.here, "ls", "ls");

        // The JVM's start, and the two seconds.
        Awaitility.await().atMost(Duration.ofSeconds(4)).until(() -> ls.err().contains("no peer manages now"));
        assertEquals(1, ls.err().lines().count(), ls::err);
        assertTrue(ls.err().startsWith("roundtable: waiting for the manager: "), ls::err);
    }

    @Test
    void aPeerThatWasGivenATimeEndsAfterIt() {
        TwoMachines.Ended ended =
                machines.tool(machines.here, peer("nobody.invalid:23600", log("peer"), "--join-within", "500ms"));

        assertEquals(1, ended.code(), ended::toString);
        assertTrue(ended.err().contains("unknown host 'nobody.invalid'"), ended::toString);
        assertEquals(1, ended.err().lines().count(), ended::toString);
    }
}
