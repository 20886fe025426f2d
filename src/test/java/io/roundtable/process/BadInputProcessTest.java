package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user can get wrong ends in one line on stderr and an exit code: 2 for wrong usage, 1 for failure. */
class BadInputProcessTest {
    private static final int USAGE = 2;
    private static final int FAILURE = 1;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    peer --birthday 31-12 --id 1234567               | '31-12' is no birthday
                    peer --birthday 02-30 --id 1234567               | '02-30' is no birthday
                    peer --birthday 2026-13-01 --id 1234567          | '2026-13-01' is no birthday
                    peer --birthday soon --id 1234567                | 'soon' is no birthday
                    peer --birthday 03-14 --id 999999                | 1000000 to 9999999
                    peer --birthday 03-14 --id 10000000              | 1000000 to 9999999
                    peer --birthday 03-14 --id seven                 | --id
                    peer --birthday 03-14                            | --id
                    peer localhost:99999 --birthday 03-14 --id 1234567 | the GCD's address
                    peer localhost --birthday 03-14 --id 1234567     | the GCD's address
                    gcd --port 70000                                 | --port must be 0 to 65535
                    up --peers 0                                     | --peers must be 1 to 2000
                    up --ches                                        | --ches
                    up --chaos --chaos-mode sometimes                | --chaos-mode
                    up --for soon                                    | 'soon' is no duration
                    fail 1234567 --for 0s                            | --for
                    seat                                             | seat
                    """)
    void wrongUsageEndsWithTwo(String arguments, String reason) {
        Outcome.of(folder, arguments.split(" ")).assertRefused(USAGE, reason);
    }

    @Test
    void aConfigFileThatCannotBeReadOrUnderstoodEndsWithTwo() throws IOException {
        Outcome.of(folder, "gcd", "--config", folder.resolve("none.conf").toString())
                .assertRefused(USAGE, "cannot read the config file");
        Outcome.of(folder, "gcd", "--config", folder.toString()).assertRefused(USAGE, "cannot read the config file");

        Path unknown = Files.writeString(folder.resolve("unknown.conf"), "# ours\nprot = 23600\n");
        Outcome.of(folder, "gcd", "--config", unknown.toString()).assertRefused(USAGE, "unknown.conf:2: ");

        Path binary = Files.write(folder.resolve("binary.conf"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        Outcome.of(folder, "gcd", "--config", binary.toString()).assertRefused(USAGE, "config file");
    }

    @Test
    void aPortInUseEndsWithOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            for (String[] command :
                    new String[][] {{"gcd"}, {"up"}, {"peer", "--birthday", "03-14", "--id", "1234567"}}) {
                List<String> args = new ArrayList<>(Arrays.asList(command));
                args.addAll(List.of("--port", port));
                Outcome.of(folder, args.toArray(String[]::new)).assertRefused(FAILURE, "in use");
            }
        }
    }

    @Test
    void aLogFileThatCannotBeWrittenEndsWithOne() {
        Outcome.of(folder, "gcd", "--port", "0", "--log", "/nowhere/gcd.log")
                .assertRefused(FAILURE, "cannot write the log file '/nowhere/gcd.log'");
    }

    @Test
    void aGcdThatIsUnknownAbsentOrNoneEndsWithOne() throws IOException {
        peerOf("no-such-host.invalid:23600").assertRefused(FAILURE, "unknown host 'no-such-host.invalid'");
        for (String tool : List.of("members", "leader", "watch")) {
            Outcome.of(folder, tool, "--gcd", "no-such-host.invalid:23600").assertRefused(FAILURE, "unknown host");
        }
        try (Socket bound = new Socket()) {
            // Nobody listens there, and nobody else can begin to.
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String deaf = "127.0.0.1:" + bound.getLocalPort();
            peerOf(deaf).assertRefused(FAILURE, "no GCD listens at " + deaf);
            for (String tool : List.of("members", "leader", "watch")) {
                Outcome.of(folder, tool, "--gcd", deaf).assertRefused(FAILURE, "cannot be reached");
            }
        }
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String silent = "127.0.0.1:" + mute.getLocalPort();
            peerOf(silent).assertRefused(FAILURE, "the GCD at " + silent + " does not answer");
            Outcome.of(folder, "members", "--gcd", silent).assertRefused(FAILURE, "does not answer");
        }
    }

    private Outcome peerOf(String gcd) {
        return Outcome.of(
                folder, "peer", gcd, "--birthday", "03-14", "--id", "1234567", "--join-within", "3s", "--quiet");
    }

    @Test
    void anIdentityThatIsTakenAndAliveIsRefusedAndADeadOnesIsFree() {
        try (Table table = new Table(folder).withGcd()) {
            PeerProcess holder = table.peer(200, 4_000_001);
            table.awaitJoined(holder);

            PeerProcess second = PeerProcess.start(folder, table.gcdPort(), 200, 4_000_001, "--ok-form", "text");
            assertEquals(FAILURE, second.process().awaitEnd(Duration.ofSeconds(10)));
            String err = second.process().err();
            assertEquals(1, err.lines().count(), err);
            assertTrue(err.contains("is taken by a live peer at 127.0.0.1:" + holder.port()), err);
            assertTrue(holder.isAlive());

            // Only what has hung or been killed gives its seat away.
            holder.process().kill();
            PeerProcess third = table.peer(200, 4_000_001);
            table.awaitThat(
                    "the seat of the dead one",
                    () -> third.events().of("joined").size() == 2);
            assertTrue(third.isAlive());
        }
    }

    @Test
    void aPeerWhoseGcdGoesAwaySaysSoOnceAndStays() {
        try (Table table = new Table(folder).withGcd()) {
            PeerProcess peer = table.peer(200, 4_000_001);
            table.awaitJoined(peer);
            table.gcd().kill();
            table.awaitThat("gcd_lost", () -> !peer.events().of("gcd_lost").isEmpty());

            Outcome.of(folder, "leader", "--gcd", "127.0.0.1:" + table.gcdPort())
                    .assertRefused(FAILURE, "cannot be reached");
            table.restartGcd();
            table.awaitThat("it joins again", () -> peer.events().of("joined").size() == 2);
            assertEquals(1, peer.events().of("gcd_lost").size());
            assertFalse(peer.events().leader().isEmpty());
            assertEquals("", peer.process().err());
        }
    }

    @Test
    void anOrderToAnUnknownIdEndsWithOne() {
        try (Table table = new Table(folder).withGcd()) {
            table.tool("leader").assertRefused(FAILURE, "no leader");
            table.tool("fail", "1234567").assertRefused(FAILURE, "knows no member with id 1234567");
            table.tool("recover", "1234567").assertRefused(FAILURE, "knows no member with id 1234567");
        }
    }
}
