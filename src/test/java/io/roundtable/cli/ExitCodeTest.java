package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong is one line on stderr and a code: 2 for wrong usage, 1 for failure. */
class ExitCodeTest {
    private static void assertFails(int code, String words, String... args) {
        Captured ran = Captured.run(args);

        String what = String.join(" ", args) + " said:\n" + ran.err();
        assertEquals(code, ran.code(), what);
        assertEquals(1, ran.err().lines().count(), what);
        assertTrue(ran.err().startsWith("roundtable: "), what);
        assertTrue(ran.err().contains(words), what);
        assertEquals("", ran.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "--nonsense",
                "peer",
                "peer --birthday 03-14",
                "peer --birthday 02-30 --id 1234567",
                "peer --birthday 03-14 --id 999999",
                "peer --birthday 03-14 --id 10000000",
                "peer --birthday 03-14 --id abc",
                "peer nohostport --birthday 03-14 --id 1234567",
                "peer localhost:0 --birthday 03-14 --id 1234567",
                "peer localhost:99999 --birthday 03-14 --id 1234567",
                "peer --birthday 03-14 --id 1234567 --port 65536",
                "peer --birthday 03-14 --id 1234567 --port -1",
                "peer --birthday 03-14 --id 1234567 --listen no.such.host.invalid",
                "peer --birthday 03-14 --id 1234567 --listen 0.0.0.0",
                "peer --birthday 03-14 --id 1234567 --advertise größe",
                "peer --birthday 03-14 --id 1234567 --chaos-mode sometimes",
                "peer --birthday 03-14 --id 1234567 --config /no/such/file",
                "up --peers 0",
                "up --peers 2001",
                "up --peers many",
                "up --seed x",
                "up --for 3",
                "up --ok-form shout",
                "up surplus",
                "gcd --port 65536",
                "gcd --listen no.such.host.invalid",
                "fail",
                "fail x",
                "fail 1234567 --for 25h",
                "fail 1234567 --for 0s",
                "fail 1234567 --mode hide",
                "recover",
                "members --gcd nowhere",
                "leader --gcd :1",
                "watch --gcd ::"
            })
    void wrongUsageEndsWith2(String line) {
        assertFails(2, "", line.isEmpty() ? new String[0] : line.split(" "));
    }

    @Test
    void toolsWithoutAGcdEndWith1() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        String gcd = "127.0.0.1:" + port;
        for (List<String> args : List.of(
                List.of("members"),
                List.of("leader"),
                List.of("watch"),
                List.of("fail", "1234567"),
                List.of("recover", "1234567"))) {
            List<String> all = new java.util.ArrayList<>(args);
            all.addAll(List.of("--gcd", gcd));
            assertFails(1, gcd, all.toArray(String[]::new));
        }
    }

    @Test
    void aPortInUseEndsWith1AndSaysWhatToDo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            assertFails(1, "--port", "gcd", "--port", port, "--quiet");
            assertFails(1, "--port", "up", "--port", port, "--quiet");
        }
    }

    @Test
    void anUnknownHostEndsWith1() {
        assertFails(1, "no.such.host.invalid", "members", "--gcd", "no.such.host.invalid:23600");
    }

    @Test
    void aGcdThatIsNotFoundInTimeEndsThePeerWith1() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        assertFails(
                1,
                "roundtable gcd --port " + port,
                "peer",
                "127.0.0.1:" + port,
                "--birthday",
                "03-14",
                "--id",
                "1234567",
                "--join-within",
                "300ms",
                "--quiet");
    }

    @Test
    void aLogFileThatCannotBeWrittenEndsWith1() {
        assertFails(1, "/no/such/folder", "gcd", "--port", "0", "--log", "/no/such/folder/x.log");
    }

    @Test
    void aWholeTableThatRanItsTimeEndsWith0() {
        Captured ran = Captured.run("up", "--peers", "3", "--port", "0", "--quiet", "--for", "300ms");

        assertEquals(new Captured(0, "", ""), ran);
    }
}
