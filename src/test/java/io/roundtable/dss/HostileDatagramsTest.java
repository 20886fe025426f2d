package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whatever a datagram holds, the manager and its disks answer it in one line, lose nothing, and go on. */
class HostileDatagramsTest {
    @TempDir
    private Path folder;

    private static String deep(int depth) {
        return "{\"cmd\":\"ls\",\"args\":{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}}";
    }

    private static String configure(String n) {
        return "{\"cmd\":\"configure-dss\",\"args\":{\"dss_name\":\"evil\",\"n\":" + n + ",\"striping_unit\":128}}";
    }

    /** None of them means anything. */
    private static List<String> nonsense() {
        String command = "{\"cmd\":\"ls\",\"args\":{}}";
        return List.of(
                command.substring(0, command.length() - 1),
                command.substring(0, 9),
                command + command,
                command + " x",
                "{",
                "\"ls\"",
                "[]",
                "null",
                "NaN",
                "",
                "\u0000".repeat(50),
                deep(9),
                deep(3_000),
                "[".repeat(8_000),
                "{\"a\":".repeat(1_500),
                "{\"cmd\":null}",
                "{\"cmd\":5,\"args\":{}}",
                "{\"cmd\":[\"ls\"],\"args\":{}}",
                "{\"cmd\":\"ls\",\"args\":[]}",
                "{\"cmd\":\"ls\",\"args\":\"x\"}",
                "{\"cmd\":\"LS \",\"args\":{}}",
                "{\"cmd\":\"" + "a".repeat(5_000) + "\",\"args\":{}}",
                "{\"" + "a".repeat(5_000) + "\":1,\"cmd\":\"ls\"}",
                configure("NaN"),
                configure("Infinity"),
                configure("-Infinity"),
                configure("3.0"),
                configure("3e0"),
                configure("1e400"),
                configure("3.5"),
                configure("-3"),
                configure("1" + "0".repeat(39)),
                configure("1" + "0".repeat(5_000)),
                configure("\"1" + "0".repeat(100) + "\""),
                configure("\"0x3\""),
                configure("true"),
                configure("[3]"),
                configure("{}"),
                configure("03"),
                configure("+3"),
                // Which of the two is meant nobody can know.
                "{\"cmd\":\"configure-dss\",\"cmd\":\"ls\",\"args\":{}}",
                configure("3,\"n\":4"),
                "{\"cmd\":\"ls\",\"args\":{},\"args\":{\"x\":1}}");
    }

    private static void assertOneClearLine(String sent, byte[] answer, JsonNode read) {
        String error = UdpUser.error(read);
        String what = sent.substring(0, Math.min(80, sent.length())) + " -> " + error;
        assertFalse(error.isBlank(), what);
        assertTrue(error.length() < 300, what);
        assertFalse(error.contains("\n") || error.contains("Exception") || error.contains("tools.jackson"), what);
        assertTrue(answer.length < 600, what);
    }

    /** U1 has written f to dss1; it is not complete yet. */
    private static JsonNode written(UdpUser user, byte[] content) throws Exception {
        user.ask("register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", user.localPort(), "c_port", 9);
        Content.configure(user, "dss1", 3, 128);
        JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
        Content.write(user, dss, "f", content);
        return dss;
    }

    @Test
    void nonsenseIsRefusedInOneLineAndChangesNothing() throws Exception {
        byte[] content = Content.random(3_000, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            JsonNode dss = written(user, content);
            for (String each : nonsense()) {
                for (int port : List.of(rig.port.port(), Content.port(dss, 0))) {
                    user.send(port, each.getBytes(StandardCharsets.UTF_8));
                    byte[] answer = user.receiveBytes();
                    assertOneClearLine(each, answer, UdpUser.MAPPER.readTree(answer));
                }
            }
            user.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
            assertEquals(1, rig.volumes().volumes().size());
            assertArrayEquals(content, rig.readNatively("dss1", "f"));
        }
    }

    /** Blocks that a broken user sends twice, late, for another disk, another stripe, another file. */
    @Test
    void aWrongBlockIsNeverTakenForARightOne() throws Exception {
        byte[] content = Content.random(3_000, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            JsonNode dss = written(user, content);
            Content.write(user, dss, "f", content);
            String block = Base64.getEncoder().encodeToString(new byte[128]);
            for (Object[] wrong : new Object[][] {
                {"dss1", "f", 0, 1},
                {"dss1", "f", -1, 0},
                {"dss1", "f", Long.MAX_VALUE, 0},
                {"dss1", "f", "9223372036854775808", 0},
                {"dss1", "other", 0, 0},
                {"dss2", "f", 0, 0},
                {"", "f", 0, 0},
                {"dss1", "../f", 0, 0},
                {"dss1", "f", 0, -1}
            }) {
                JsonNode answer = user.callAt(
                        Content.port(dss, 0),
                        "write-block",
                        "dss_name",
                        wrong[0],
                        "file_name",
                        wrong[1],
                        "stripe_idx",
                        wrong[2],
                        "disk_index",
                        wrong[3],
                        "is_parity",
                        false,
                        "block_b64",
                        block);
                assertFalse(UdpUser.error(answer).isBlank());
            }
            user.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
            assertArrayEquals(content, rig.readNatively("dss1", "f"));
            // Late: the copy is over.
            assertTrue(UdpUser.error(user.callAt(
                            Content.port(dss, 0),
                            "write-block",
                            "dss_name",
                            "dss1",
                            "file_name",
                            "f",
                            "stripe_idx",
                            0,
                            "disk_index",
                            0,
                            "is_parity",
                            false,
                            "block_b64",
                            block))
                    .startsWith("no copy of f"));
        }
    }
}
