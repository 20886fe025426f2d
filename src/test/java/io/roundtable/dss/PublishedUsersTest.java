package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What the published user programs say and leave out, and what they can make of the answers. */
class PublishedUsersTest {
    @TempDir
    private Path folder;

    /** A file as the older program copies it: without a word on its content. */
    private static void copyAsOlder(UdpUser user, String dss, String file, byte[] content) throws Exception {
        Content.write(user, Content.copyPrepare(user, dss, file, "u1"), file, content);
        user.ask("copy-complete", "dss_name", dss, "file_name", file, "owner", "u1", "size", content.length);
    }

    /** As the older program reads it: it does not say who reads, nor what it has read. */
    private static byte[] readAsOlder(UdpUser user, String dss, String file) throws Exception {
        JsonNode answer = user.ask("read-prepare", "dss_name", dss, "file_name", file);
        byte[] content = Content.readAll(
                user, answer.get("dss"), file, answer.get("file").get("size").intValue());
        user.ask("read-complete");
        return content;
    }

    @ParameterizedTest
    @CsvSource({"3,128", "4,1024", "5,4096", "6,16384", "7,32768", "7,128", "3,32768"})
    void theOlderProgramCopiesAndReadsFilesOfEverySize(int n, int unit) throws Exception {
        int stripe = (n - 1) * unit;
        try (Rig rig = new Rig(folder, n);
                UdpUser user = new UdpUser(rig.port.port())) {
            user.ask("configure-dss", "dss_name", "dss1", "n", "" + n, "striping_unit", "" + unit);
            for (int size : new int[] {0, 1, unit, stripe, stripe + 1, 3 * stripe - 1}) {
                byte[] content = Content.random(size, size);
                copyAsOlder(user, "dss1", "f" + size, content);
                assertArrayEquals(content, rig.readNatively("dss1", "f" + size));
                assertArrayEquals(content, readAsOlder(user, "dss1", "f" + size));
            }
            JsonNode file = user.ask("ls")
                    .get("listing")
                    .get("dsses")
                    .get(0)
                    .get("files")
                    .get("f1");
            assertTrue(file.has("sha256") && file.get("sha256").isNull(), file.toString());
            JsonNode read = user.ask("read-prepare", "dss_name", "dss1", "file_name", "f1");
            assertTrue(read.get("file").get("sha256").isNull(), read.toString());
            user.ask("read-complete");
            // Nothing is held: neither an empty file's read, which is never completed, nor any other.
            user.ask("read-prepare", "dss_name", "dss1", "file_name", "f0");
            user.ask("decommission-dss", "dss_name", "dss1", "user_name", "u1");
            user.ask("decommission-complete", "dss_name", "dss1");
        }
    }

    @Test
    void numbersMayBeSaidAsText() throws Exception {
        byte[] content = Content.random(1_000, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            user.ask("configure-dss", "dss_name", "dss1", "n", "3", "striping_unit", " 128 ");
            JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
            for (int stripe = 0; stripe < 4; stripe++) {
                for (int disk = 0; disk < 3; disk++) {
                    Object[] args = Content.blockArgs(dss, "f", stripe, disk, content);
                    args[5] = "" + stripe;
                    args[7] = "" + disk;
                    user.askAt(Content.port(dss, disk), "write-block", args);
                }
            }
            user.ask("copy-complete", "dss_name", "dss1", "file_name", "f", "owner", "U1", "size", "1000");
            assertArrayEquals(content, rig.readNatively("dss1", "f"));
            user.ask("read-prepare", "dss_name", "dss1", "file_name", "f");
            user.askAt(Content.port(dss, 1), "read-block", "file_name", "f", "stripe_idx", "3", "disk_index", "1");
        }
    }

    @Test
    void aReadIsCompletedWhoeverSaysSoAndEndsTheSendersOldest() throws Exception {
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            user.ask("read-complete");
            user.ask("read-complete", "dss_name", "nowhere");
            Content.configure(user, "dss1", 3, 128);
            Content.copy(user, "dss1", "a", "U1", Content.random(300, 1));
            Content.copy(user, "dss1", "b", "U1", Content.random(300, 2));
            user.ask("read-complete", "dss_name", "dss1");
            JsonNode dss = user.ask("read-prepare", "dss_name", "dss1", "file_name", "a")
                    .get("dss");
            user.ask("read-prepare", "dss_name", "dss1", "file_name", "b");
            user.ask("read-complete");
            Rig.await(() -> !user.callAt(
                            Content.port(dss, 0), "read-block", "file_name", "a", "stripe_idx", 0, "disk_index", 0)
                    .get("status")
                    .stringValue()
                    .equals("SUCCESS"));
            Content.readBlock(user, dss, "b", 0, 0);
            assertEquals("reads-in-progress", user.error("decommission-dss", "dss_name", "dss1", "user_name", "U1"));
        }
    }

    @Test
    void disksSayWhatIsWrongInTheWordsOfTheCourse() throws Exception {
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            int port = rig.disks.get(0).desk.port();
            user.send(port, "{\"cmd\":".getBytes(StandardCharsets.UTF_8));
            assertEquals("bad json", UdpUser.error(user.receive()));
            assertEquals("missing/invalid fields", UdpUser.error(user.callAt(port, "read-block", "file_name", "f")));
            assertEquals("missing/invalid fields", UdpUser.error(user.callAt(port, "write-block")));
            assertEquals(
                    "not found",
                    UdpUser.error(user.callAt(port, "read-block", "file_name", "f", "stripe_idx", 0, "disk_index", 0)));
            user.askAt(port, "fail");
            assertEquals(
                    "simulated failure",
                    UdpUser.error(user.callAt(port, "read-block", "file_name", "f", "stripe_idx", 0, "disk_index", 0)));
        }
    }

    @Test
    void noAnswerIsLongerThanTheBufferThatItIsReadInto() throws Exception {
        try (Rig rig = new Rig(folder, 6);
                UdpUser user = new UdpUser(rig.port.port())) {
            rig.configure("dss2", 3, 1, 128);
            rig.configure("dss1", 3, 1, 128);
            for (int i = 0; i < 70; i++) {
                rig.writeNatively("dss1", "a-rather-long-name-of-a-file-" + i, "U1", new byte[0]);
                rig.writeNatively("dss2", "ä-name-with-umlauts-" + i, "U1", new byte[0]);
            }
            for (int i = 0; i < 700; i++) {
                user.ask("register-user", "user_name", "user-number-" + i, "ip", "h", "m_port", 1, "c_port", 1);
            }
            for (String cmd : List.of("ls", "disk-failure")) {
                user.send(UdpUser.command(cmd, "dss_name", "dss1", "user_name", "U1"));
                assertTrue(user.receiveBytes().length <= 12_000, cmd);
            }
            JsonNode listing = user.ask("ls").get("listing");
            assertTrue(listing.get("truncated").booleanValue());
            assertEquals(2, listing.get("dsses").size());
            assertEquals(6, listing.get("disks").size());
            assertSorted(names(listing.get("users"), null));
        }
    }

    private static void assertSorted(List<String> names) {
        List<String> sorted = new ArrayList<>(names);
        Collections.sort(sorted);
        assertEquals(sorted, names);
    }

    private static List<String> names(JsonNode list, String field) {
        List<String> names = new ArrayList<>();
        list.forEach(each -> names.add((field == null ? each : each.get(field)).stringValue()));
        return names;
    }

    @Test
    void everythingIsListedByNameAndADiskThatIsAwayIsNotFree() throws Exception {
        try (Rig rig = new Rig(folder, 11);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "zz", 3, 128);
            Content.configure(user, "aa", 3, 128);
            for (String name : List.of("zoe", "adam", "eve")) {
                user.ask("register-user", "user_name", name, "ip", "h", "m_port", 1, "c_port", 1);
            }
            JsonNode before = user.ask("ls").get("listing");
            assertEquals(List.of("adam", "eve", "zoe"), names(before.get("users"), null));
            assertEquals(List.of("aa", "zz"), names(before.get("dsses"), "dss_name"));
            assertSorted(names(before.get("disks"), "name"));
            assertSorted(names(before.get("free_disks"), null));
            String away = before.get("free_disks").get(0).stringValue();
            rig.disks.get(Integer.parseInt(away.substring(1)) - 1).isThere = false;
            Rig.await(() -> !names(user.ask("ls").get("listing").get("free_disks"), null)
                    .contains(away));
            user.ask("ls").get("listing").get("disks").forEach(disk -> {
                if (disk.get("name").stringValue().equals(away)) {
                    assertEquals("Away", disk.get("state").stringValue());
                }
            });
        }
    }

    @Test
    void aFreeDiskIsDeregisteredByAnybodyWhereThatWasSaid() throws Exception {
        try (Rig rig = new Rig(folder, 4, DssOptions.DEFAULT.withOpen(true));
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            JsonNode listing = user.ask("ls").get("listing");
            String used = rig.volume("dss1").disks().get(0).name();
            assertEquals("disk is InDSS; cannot deregister", user.error("deregister-disk", "disk_name", used));
            // The manager has to have seen first what lies on it.
            String free = listing.get("free_disks").get(0).stringValue();
            Rig.await(() -> user.call("deregister-disk", "disk_name", free)
                    .get("status")
                    .stringValue()
                    .equals("SUCCESS"));
            assertEquals(3, rig.volumes().disks().size());
            assertEquals("no such disk", user.error("deregister-disk", "disk_name", free));
        }
    }
}
