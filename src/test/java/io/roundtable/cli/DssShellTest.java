package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shell at a manager of the DSS protocol that has one DSS with one file. */
class DssShellTest {
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private DatagramSocket manager;

    @BeforeEach
    void start() throws Exception {
        manager = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(this::answer, "manager");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() {
        manager.close();
    }

    private void answer() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
                manager.receive(packet);
                JsonNode command = new JsonMapper()
                        .readTree(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
                String name = command.get("cmd").stringValue();
                heard.add(name);
                byte[] reply = """
                        {"status": "SUCCESS", "dss": {"dss_name": "dss1", "n": 0, "striping_unit": 1024, "disks": []},
                         "listing": {"dsses": [{"dss_name": "dss1", "n": 0, "striping_unit": 1024, "disks": [],
                          "files": {"a.txt": {"size": 1, "owner": "U1"}}}], "free_disks": []}}
                        """.getBytes(StandardCharsets.UTF_8);
                manager.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // Closed.
            return;
        }
    }

    private static Captured shell(int port, String script, String... more) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)));
        try {
            List<String> args = new ArrayList<>(List.of("shell", "--user", "U1", "--dss", "127.0.0.1:" + port));
            args.addAll(List.of(more));
            return Captured.run(args.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aMissingFileIsToldAsByEveryCommand() {
        Captured ran = shell(manager.getLocalPort(), "copy dss1 /no/such/file\n");
        assertTrue(ran.err().contains("there is no file '/no/such/file'"), ran.err());
        Captured folder = shell(manager.getLocalPort(), "copy dss1 /\n");
        assertTrue(folder.err().contains("'/' is no file"), folder.err());
    }

    @Test
    void whereNobodyCanBeAskedNothingIsDeleted() {
        Captured ran = shell(manager.getLocalPort(), "decommission dss1\n");

        assertEquals(
                new Captured(
                        1,
                        "",
                        "roundtable: dss1 holds 1 file of all its users: delete it for good? Say so with --yes\n"),
                ran);
        assertTrue(!heard.contains("decommission-dss"), heard::toString);
    }

    @Test
    void errorsAreInWordsOfTheShell() {
        Captured ran = shell(manager.getLocalPort(), "configure dss1 three 1024\nconfigure dss1 3 ''\nderegister\n");

        assertTrue(ran.err().contains("not a number: 'three'"), ran::err);
        assertTrue(!ran.err().contains("input string"), ran::err);
        assertEquals("deregister: done\n", ran.out());
    }

    @Test
    void aPortWhereNobodyListensIsToldAtOnce() {
        int port = manager.getLocalPort();
        manager.close();

        assertTimeout(Duration.ofSeconds(4), () -> {
            Captured ran = shell(port, "ls\n");
            assertEquals(new Captured(1, "", "roundtable: nobody listens at UDP 127.0.0.1:" + port + "\n"), ran);
        });
    }

    @Test
    void aDiskIsToldAtOnceToo(@TempDir Path folder) {
        int port = manager.getLocalPort();
        manager.close();

        assertTimeout(Duration.ofSeconds(4), () -> {
            Captured ran = Captured.run(
                    "disk",
                    "E4",
                    "127.0.0.1",
                    "" + port,
                    "0",
                    "0",
                    "--data",
                    folder.resolve("d").toString());
            assertEquals(new Captured(1, "", "roundtable: nobody listens at UDP 127.0.0.1:" + port + "\n"), ran);
        });
    }
}
