package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The manager carries out a command and ends before its answer is on the way: the next one is given the same command, and
 * answers as if it were the first.
 */
class LostAnswersTest {
    private static final byte[] CONTENT = Content.random(3_000, 1);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    /** What a user does, from registering to deregistering; every command's answer is lost, or that of one alone. */
    private final class Life implements AutoCloseable {
        private final Rig rig = new Rig(folder, 4, DssOptions.DEFAULT.withOpen(true));
        private final UdpUser blocks = new UdpUser(rig.port.port());
        private final Address from = new Address("127.0.0.1", blocks.localPort());
        private final String lost;
        private long lastRequest = 100;
        final Set<String> said = new LinkedHashSet<>();

        Life(String lost) throws Exception {
            this.lost = lost;
        }

        private JsonNode give(byte[] json, boolean isAgain) throws Exception {
            CompletableFuture<Message> answer = new CompletableFuture<>();
            DssMessage.Datagram datagram = datagram(from, lastRequest, json, isAgain);
            rig.onLoop(() -> {
                rig.desk.onDatagram(datagram, answer::complete);
                return null;
            });
            return MAPPER.readTree(((DssMessage.Reply) answer.get(20, TimeUnit.SECONDS)).json());
        }

        JsonNode ask(String cmd, Object... args) throws Exception {
            byte[] json = UdpUser.command(cmd, args);
            lastRequest++;
            said.add(cmd);
            JsonNode first = give(json, false);
            assertEquals("SUCCESS", first.get("status").stringValue(), cmd + " " + first);
            if (!lost.equals("all") && !lost.equals(cmd)) {
                return first;
            }
            rig.changeManager();
            JsonNode again = give(json, true);
            assertEquals("SUCCESS", again.get("status").stringValue(), cmd + " again: " + again);
            assertEquals(new TreeSet<>(first.propertyNames()), new TreeSet<>(again.propertyNames()));
            if (cmd.equals("ls")) {
                assertEquals(first, again);
            }
            return again;
        }

        /** U1 has dss1. */
        void begin() throws Exception {
            ask("register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", blocks.localPort(), "c_port", 9);
            ask("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128);
        }

        void live() throws Exception {
            ask("register-disk", "disk_name", "F1", "ip", "127.0.0.1", "m_port", 9, "c_port", 9);
            begin();
            JsonNode dss = ask("copy-prepare", "dss_name", "dss1", "file_name", "f", "owner", "U1")
                    .get("dss");
            Content.write(blocks, dss, "f", CONTENT);
            ask("copy-complete", Content.completion("dss1", "f", "U1", CONTENT));
            ask("ls");
            dss = ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1")
                    .get("dss");
            assertArrayEquals(CONTENT, Content.readAll(blocks, dss, "f", CONTENT.length));
            ask("read-complete", "dss_name", "dss1");
            dss = ask("disk-failure", "dss_name", "dss1", "user_name", "U1").get("dss");
            blocks.askAt(Content.port(dss, 1), "fail");
            blocks.askAt(Content.port(dss, 1), "set-mode", "state", "normal");
            ask("recovery-complete", "dss_name", "dss1");
            dss = ask("decommission-dss", "dss_name", "dss1", "user_name", "U1").get("dss");
            for (int disk = 0; disk < 3; disk++) {
                blocks.askAt(Content.port(dss, disk), "wipe");
            }
            ask("decommission-complete", "dss_name", "dss1");
            ask("deregister-disk", "disk_name", "D1");
            ask("deregister-user", "user_name", "U1");
            assertEquals(0, rig.volumes().volumes().size());
        }

        @Override
        public void close() throws Exception {
            blocks.close();
            rig.close();
        }
    }

    private static DssMessage.Datagram datagram(Address from, long requestId, byte[] json, boolean isAgain) {
        return new DssMessage.Datagram(from, requestId, json, isAgain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "register-user",
                "register-disk",
                "configure-dss",
                "copy-prepare",
                "copy-complete",
                "ls",
                "read-prepare",
                "read-complete",
                "disk-failure",
                "recovery-complete",
                "decommission-dss",
                "decommission-complete",
                "deregister-disk",
                "deregister-user",
                "all"
            })
    void theNextManagerAnswersAsTheFirstDid(String lost) throws Exception {
        try (Life life = new Life(lost)) {
            life.live();
        }
    }

    @Test
    void anOldNumberNeverAnswersForAnotherContent() throws Exception {
        byte[] second = Content.random(3_000, 2);
        try (Life life = new Life("none")) {
            life.begin();
            Object[] prepare = {"dss_name", "dss1", "file_name", "f", "owner", "U1"};
            Object[] complete = {"dss_name", "dss1", "file_name", "f", "size", 3_000, "owner", "U1"};
            Content.write(life.blocks, life.ask("copy-prepare", prepare).get("dss"), "f", CONTENT);
            life.ask("copy-complete", complete);
            long number = life.lastRequest;
            Content.write(life.blocks, life.ask("copy-prepare", prepare).get("dss"), "f", second);
            life.lastRequest = number - 1;
            life.ask("copy-complete", complete);
            assertArrayEquals(second, life.rig.readNatively("dss1", "f"));
        }
    }

    /** Without a SHA-256 an older file of that size looks like what was copied. */
    @Test
    void aCopyThatFailedIsNotCompleteTheSecondTime() throws Exception {
        try (Life life = new Life("none")) {
            life.begin();
            Object[] prepare = {"dss_name", "dss1", "file_name", "f", "owner", "U1"};
            byte[] complete = UdpUser.command(
                    "copy-complete", "dss_name", "dss1", "file_name", "f", "size", 3_000, "owner", "U1");
            Content.write(life.blocks, life.ask("copy-prepare", prepare).get("dss"), "f", CONTENT);
            life.lastRequest++;
            assertEquals("SUCCESS", life.give(complete, false).get("status").stringValue());
            life.lastRequest++;
            assertEquals("SUCCESS", life.give(complete, false).get("status").stringValue(), "sent again");
            life.ask("copy-prepare", prepare);
            for (int time = 0; time < 2; time++) {
                life.lastRequest++;
                JsonNode answer = life.give(complete, false);
                assertEquals("FAILURE", answer.get("status").stringValue(), "no block was written: " + answer);
            }
        }
    }

    /** The next manager knows no copy, and finds an older file of that size by that owner. */
    @Test
    void norAtTheNextManager() throws Exception {
        try (Life life = new Life("none")) {
            life.ask("register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", 8, "c_port", 9);
            life.ask("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", 128);
            Object[] prepare = {"dss_name", "dss1", "file_name", "f", "owner", "U1"};
            byte[] complete = UdpUser.command(
                    "copy-complete", "dss_name", "dss1", "file_name", "f", "size", 3_000, "owner", "U1");
            Content.write(life.blocks, life.ask("copy-prepare", prepare).get("dss"), "f", CONTENT);
            life.lastRequest++;
            assertEquals("SUCCESS", life.give(complete, false).get("status").stringValue());
            life.ask("copy-prepare", prepare);
            life.lastRequest++;
            assertEquals("FAILURE", life.give(complete, false).get("status").stringValue(), "no block was written");
            life.rig.changeManager();
            JsonNode answer = life.give(complete, true);
            assertEquals("FAILURE", answer.get("status").stringValue(), "the older one: " + answer);
        }
    }

    @Test
    void aDecommissionIsCompletedAtTheNextManager() throws Exception {
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port());
                UdpUser other = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            user.ask("register-user", "user_name", "U1", "ip", "127.0.0.1", "m_port", user.localPort(), "c_port", 9);
            other.ask("register-user", "user_name", "U2", "ip", "127.0.0.1", "m_port", other.localPort(), "c_port", 9);
            user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
            Rig.await(() -> rig.volumes().volumes().isEmpty());
            rig.changeManager();

            assertEquals("NOT_OWNER", other.error("decommission-complete", "dss_name", "dss1", "user_name", "U2"));
            assertEquals("no such dss", other.error("decommission-complete", "dss_name", "dss2"));
            user.ask("decommission-complete", "dss_name", "dss1");
            assertEquals("no such dss", user.error("decommission-complete", "dss_name", "dss1"));
        }
    }
}
