package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What known implementations of the protocol get wrong: one promise for each. */
class KnownFaultsTest {
    /** Users are given up after a second, so that a test can wait for it. */
    private static final DssOptions IMPATIENT = new DssOptions(1_000, 100, 2_000, 3_000, 60_000, 2_500, false);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {65_536, 131_072, 1_048_576})
    void aUnitThatDoesNotFitADatagramIsRefusedInsteadOfStoringNothing(int unit) throws Exception {
        byte[] content = Content.random(300_000, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            String told = user.error("configure-dss", "dss_name", "dss1", "n", 3, "striping_unit", unit);
            assertEquals(
                    "unsupported: a block of " + unit + " bytes does not fit a datagram; use roundtable configure",
                    told);
            rig.configure("dss1", 3, 1, unit);

            String copy = user.error("copy-prepare", "dss_name", "dss1", "file_name", "f", "owner", "U1");
            assertEquals(
                    "unsupported: a block of " + unit + " bytes does not fit a datagram; use roundtable copy", copy);
            rig.writeNatively("dss1", "f", "U1", content);
            String read = user.error("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
            assertEquals(
                    "unsupported: a block of " + unit + " bytes does not fit a datagram; use roundtable read", read);
            String failure = user.error("disk-failure", "dss_name", "dss1", "user_name", "U1");
            assertTrue(failure.endsWith("use roundtable disk-failure"), failure);
        }
    }

    @Test
    void noMalformedDatagramStopsTheManagerOrADisk() throws Exception {
        Random random = new Random(3);
        List<String> texts = List.of(
                "",
                "{",
                "[]",
                "null",
                "7",
                "\"ls\"",
                "{}",
                "{\"cmd\":7}",
                "{\"cmd\":\"ls\",\"args\":[]}",
                "{\"cmd\":\"ls\"} {}",
                "{\"cmd\":\"no-such-command\",\"args\":{}}",
                "{\"cmd\":\"configure-dss\",\"args\":{\"dss_name\":\"d\",\"n\":1e99,\"striping_unit\":128}}",
                "{\"cmd\":\"configure-dss\",\"args\":{\"dss_name\":null,\"n\":3,\"striping_unit\":128}}",
                "{\"cmd\":\"copy-complete\",\"args\":{\"dss_name\":{\"a\":[]},\"size\":\"x\"}}",
                "{\"cmd\":\"write-block\",\"args\":{\"dss_name\":\"d\",\"file_name\":\"f\",\"stripe_idx\":99999999999999999999,"
                        + "\"disk_index\":-1,\"is_parity\":0,\"block_b64\":\"%\"}}",
                "{\"cmd\":\"read-block\",\"args\":{\"file_name\":\"\\u0000\",\"stripe_idx\":-1,\"disk_index\":0}}",
                "[".repeat(60_000),
                "{\"cmd\":" + "{\"a\":".repeat(10_000),
                "{\"cmd\":\"" + "x".repeat(60_000),
                "{\"" + "k".repeat(60_000) + "\":1}",
                "{\"cmd\":" + "9".repeat(60_000) + "}");
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            for (int port : List.of(rig.port.port(), rig.disks.get(0).desk.port())) {
                for (String text : texts) {
                    user.send(port, text.getBytes(StandardCharsets.UTF_8));
                    assertFalse(
                            UdpUser.error(user.receive()).isEmpty(), text.substring(0, Math.min(80, text.length())));
                }
                for (int i = 0; i < 300; i++) {
                    byte[] bytes = new byte[random.nextInt(2_000)];
                    random.nextBytes(bytes);
                    user.send(port, bytes);
                    UdpUser.error(user.receive());
                }
                byte[] good = UdpUser.command(
                        "write-block",
                        "dss_name",
                        "d",
                        "file_name",
                        "f",
                        "stripe_idx",
                        0,
                        "disk_index",
                        0,
                        "is_parity",
                        false,
                        "block_b64",
                        "AAAA");
                for (int i = 0; i < 500; i++) {
                    byte[] bytes = good.clone();
                    for (int change = random.nextInt(4); change >= 0; change--) {
                        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                    }
                    user.send(port, Arrays.copyOf(bytes, bytes.length - random.nextInt(20)));
                    UdpUser.error(user.receive());
                }
            }
            Content.configure(user, "dss1", 3, 128);
            Content.copy(user, "dss1", "f", "U1", Content.random(1_000, 4));
            assertArrayEquals(Content.random(1_000, 4), rig.readNatively("dss1", "f"));
        }
    }

    @Test
    void aCopyCompleteFromTheWrongOwnerDoesNotReleaseTheLock() throws Exception {
        byte[] content = Content.random(700, 5);
        try (Rig rig = new Rig(folder, 3);
                UdpUser owner = new UdpUser(rig.port.port());
                UdpUser other = new UdpUser(rig.port.port())) {
            Content.configure(owner, "dss1", 3, 128);
            JsonNode dss = Content.copyPrepare(owner, "dss1", "f", "U1");

            assertEquals("NOT_OWNER", other.error("copy-complete", Content.completion("dss1", "f", "U2", content)));
            assertEquals(
                    "busy: copy in progress",
                    other.error("copy-prepare", "dss_name", "dss1", "file_name", "g", "owner", "U2"));
            Content.write(owner, dss, "f", content);
            owner.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
            assertArrayEquals(content, rig.readNatively("dss1", "f"));
        }
    }

    @Test
    void noOneElseEndsARecoveryOrDecommissionOrRead() throws Exception {
        try (Rig rig = new Rig(folder, 3);
                UdpUser first = new UdpUser(rig.port.port());
                UdpUser second = new UdpUser(rig.port.port())) {
            register(first, "U1");
            register(second, "U2");
            Content.configure(first, "dss1", 3, 128);
            Content.copy(first, "dss1", "f", "U1", Content.random(500, 1));

            first.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
            // Always a success, but another's read goes on.
            second.ask("read-complete", "dss_name", "dss1");
            assertEquals("reads-in-progress", second.error("disk-failure", "dss_name", "dss1", "user_name", "U2"));
            first.ask("read-complete", "dss_name", "dss1");

            first.ask("disk-failure", "dss_name", "dss1", "user_name", "U1");
            assertEquals("NOT_OWNER", second.error("recovery-complete", "dss_name", "dss1"));
            assertEquals("NOT_OWNER", second.error("recovery-complete", "dss_name", "dss1", "user_name", "U2"));
            first.ask("recovery-complete", "dss_name", "dss1");

            first.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
            assertEquals("NOT_OWNER", second.error("decommission-complete", "dss_name", "dss1"));
            first.ask("decommission-complete", "dss_name", "dss1");
        }
    }

    @Test
    void aUserThatRegisteredByAHostsNameSpeaksFromBothItsPorts() throws Exception {
        try (Rig rig = new Rig(folder, 3);
                UdpUser first = new UdpUser(rig.port.port());
                UdpUser other = new UdpUser(rig.port.port())) {
            Content.configure(first, "dss1", 3, 128);
            Content.copy(first, "dss1", "f", "U1", Content.random(500, 1));
            for (String host : List.of("LOCALHOST", "my-machine")) {
                first.ask(
                        "register-user",
                        "user_name",
                        "U1",
                        "ip",
                        host,
                        "m_port",
                        first.localPort(),
                        "c_port",
                        other.localPort());
                first.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
                other.ask("read-complete", "dss_name", "dss1");
                first.ask("deregister-user", "user_name", "U1");
            }
        }
    }

    @Test
    void aUserThatTakesANewSocketForEveryCommandMayEndWhatItBegan() throws Exception {
        try (Rig rig = new Rig(folder, 3);
                UdpUser first = new UdpUser(rig.port.port());
                UdpUser again = new UdpUser(rig.port.port())) {
            Content.configure(first, "dss1", 3, 128);
            first.ask("disk-failure", "dss_name", "dss1", "user_name", "U1");
            again.ask("recovery-complete", "dss_name", "dss1");
        }
    }

    private static void register(UdpUser user, String name) throws Exception {
        user.ask(
                "register-user",
                "user_name",
                name,
                "ip",
                "127.0.0.1",
                "m_port",
                user.localPort(),
                "c_port",
                user.localPort());
    }

    @Test
    void aUserWhoDiesInTheMiddleOfACopyBlocksNobodyForGoodAndLeavesNothing() throws Exception {
        try (Rig rig = new Rig(folder, 3, IMPATIENT);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            try (UdpUser dying = new UdpUser(rig.port.port())) {
                JsonNode dss = Content.copyPrepare(dying, "dss1", "f", "U1");
                dying.askAt(Content.port(dss, 0), "write-block", Content.blockArgs(dss, "f", 0, 0, new byte[300]));
            }
            assertEquals(
                    "busy: copy in progress",
                    user.error("copy-prepare", "dss_name", "dss1", "file_name", "f", "owner", "U1"));

            Rig.await(() -> user.call("copy-prepare", "dss_name", "dss1", "file_name", "g", "owner", "U2")
                    .get("status")
                    .stringValue()
                    .equals("SUCCESS"));
            assertTrue(rig.files("dss1").isEmpty());
            // That copy is silent too.
            Rig.await(() -> rig.disks.stream()
                    .allMatch(disk ->
                            files(folder.resolve("D" + disk.host.identity().days())
                                            .resolve("dss"))
                                    == 0));
        }
    }

    private static int files(Path in) {
        String[] names = in.toFile().list();
        return names == null ? 0 : names.length;
    }

    @Test
    void aUserWhoKeepsWritingIsNotGivenUpHoweverLongItTakes() throws Exception {
        byte[] content = Content.random(128 * 2 * 40, 9);
        try (Rig rig = new Rig(folder, 3, IMPATIENT);
                UdpUser user = new UdpUser(rig.port.port());
                UdpUser other = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3 * IMPATIENT.holdMs());
            while (System.nanoTime() < until) {
                Content.write(user, dss, "f", content);
                assertEquals(
                        "busy: copy in progress",
                        other.error("decommission-dss", "dss_name", "dss1", "user_name", "U2"));
            }
            user.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
            assertArrayEquals(content, rig.readNatively("dss1", "f"));
        }
    }

    @Test
    void aUserWhoDiesReadingDoesNotBlockDecommissionForGood() throws Exception {
        try (Rig rig = new Rig(folder, 3, IMPATIENT);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            Content.copy(user, "dss1", "f", "U1", Content.random(500, 1));
            try (UdpUser dying = new UdpUser(rig.port.port())) {
                dying.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
            }
            assertEquals("reads-in-progress", user.error("decommission-dss", "dss_name", "dss1", "user_name", "U1"));
            Rig.await(() -> user.call("decommission-dss", "dss_name", "dss1", "user_name", "U1")
                    .get("status")
                    .stringValue()
                    .equals("SUCCESS"));
            user.ask("decommission-complete", "dss_name", "dss1");
        }
    }

    @Test
    void aUserWhoDiesInADiskFailureOrDecommissionBlocksNobodyForGood() throws Exception {
        try (Rig rig = new Rig(folder, 3, IMPATIENT);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            Content.copy(user, "dss1", "f", "U1", Content.random(500, 1));
            JsonNode dss = user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1")
                    .get("dss");
            user.askAt(Content.port(dss, 1), "fail");
            assertEquals(
                    "busy: disk-failure in progress",
                    user.error("copy-prepare", "dss_name", "dss1", "file_name", "f", "owner", "U1"));

            Rig.await(() -> user.call("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1")
                    .get("status")
                    .stringValue()
                    .equals("SUCCESS"));
            assertArrayEquals(
                    Content.block(Content.random(500, 1), 3, 128, 0, 1), Content.readBlock(user, dss, "f", 0, 1));
            user.ask("read-complete", "dss_name", "dss1");

            user.ask("decommission-dss", "dss_name", "dss1", "user_name", "U1");
            Rig.await(() -> rig.volumes().volumes().isEmpty());
            // Never completed, and yet the name and the disks are free again.
            Content.configure(user, "dss1", 3, 256);
            Content.copy(user, "dss1", "g", "U1", Content.random(100, 2));
        }
    }

    @Test
    void anEmptyFileIsCopiedAndRead() throws Exception {
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 1024);
            Content.copy(user, "dss1", "empty", "U1", new byte[0]);

            JsonNode file = user.ask("read-prepare", "dss_name", "dss1", "file_name", "empty", "user_name", "U1")
                    .get("file");
            assertEquals(0, file.get("size").intValue());
            assertEquals(Rig.sha256(new byte[0]), file.get("sha256").stringValue());
            user.ask("read-complete", "dss_name", "dss1");
            assertEquals(0, rig.readNatively("dss1", "empty").length);
        }
    }

    @Test
    void nobodyDeregistersADiskThatIsNotTheirs() throws Exception {
        try (Rig rig = new Rig(folder, 4);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            String free = user.ask("ls").get("listing").get("free_disks").get(0).stringValue();
            String used = rig.volume("dss1").disks().get(0).name();

            assertEquals("no such disk", user.error("deregister-disk", "disk_name", "D9"));
            assertEquals("disk is InDSS; cannot deregister", user.error("deregister-disk", "disk_name", used));
            assertEquals(
                    "NOT_OWNER: a disk goes only by the group's own command; use roundtable deregister-disk " + free,
                    user.error("deregister-disk", "disk_name", free));
            assertEquals(4, rig.volumes().disks().size());
        }
    }

    @Test
    void filesOfOneNameInTwoDssesDoNotOverwriteEachOtherNotEvenOnOneDisk() throws Exception {
        byte[] one = Content.random(900, 1);
        byte[] two = Content.random(900, 2);
        try (Rig rig = new Rig(folder, 6);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            Content.configure(user, "dss2", 3, 128);
            JsonNode first = Content.copyPrepare(user, "dss1", "same", "U1");
            JsonNode second = Content.copyPrepare(user, "dss2", "same", "U1");
            Content.write(user, first, "same", one);
            Content.write(user, second, "same", two);
            user.ask("copy-complete", Content.completion("dss1", "same", "U1", one));
            user.ask("copy-complete", Content.completion("dss2", "same", "U1", two));
            assertArrayEquals(one, rig.readNatively("dss1", "same"));
            assertArrayEquals(two, rig.readNatively("dss2", "same"));

            // A disk belongs to one DSS; even so it keeps what is on its way apart by DSS.
            Rig.Disk disk = rig.disks.get(0);
            for (int volume = 8; volume <= 9; volume++) {
                DssMessage.Stage stage = new DssMessage.Stage(
                        disk.store.id(),
                        1,
                        volume,
                        new ShareKey(volume, 1, 0),
                        "d" + volume,
                        "same",
                        3,
                        1,
                        128,
                        Rig.USER,
                        false);
                assertEquals(new DssMessage.Ready(disk.desk.port()), order(rig, disk, stage));
            }
            for (int volume = 8; volume <= 9; volume++) {
                byte[] block = new byte[128];
                block[0] = (byte) volume;
                user.askAt(
                        disk.desk.port(),
                        "write-block",
                        "dss_name",
                        "d" + volume,
                        "file_name",
                        "same",
                        "stripe_idx",
                        0,
                        "disk_index",
                        0,
                        "is_parity",
                        false,
                        "block_b64",
                        Base64.getEncoder().encodeToString(block));
            }
            DssMessage.StagedSealed eight = seal(rig, disk, 8);
            DssMessage.StagedSealed nine = seal(rig, disk, 9);
            assertNotEquals(eight.checkBits(), nine.checkBits());
        }
    }

    private static Message order(Rig rig, Rig.Disk disk, DssMessage order) throws Exception {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        rig.onLoop(() -> {
            disk.desk.onOrder(order, answer::complete);
            return null;
        });
        return answer.get(20, TimeUnit.SECONDS);
    }

    private static DssMessage.StagedSealed seal(Rig rig, Rig.Disk disk, long hold) throws Exception {
        return (DssMessage.StagedSealed)
                order(rig, disk, new DssMessage.SealStaged(disk.store.id(), 1, hold, 1, 200, false));
    }

    @Test
    void failAndWipeFromAnybodyLoseNothingOfTheGroup() throws Exception {
        byte[] content = Content.random(4_000, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            Content.copy(user, "dss1", "f", "U1", content);
            VolumeInfo volume = rig.volume("dss1");
            for (VolumeInfo.Seat seat : volume.disks()) {
                int port = rig.disk(seat.disk()).desk.port();
                user.askAt(port, "fail");
                assertArrayEquals(content, rig.readNatively("dss1", "f"));
                user.askAt(port, "wipe");
            }
            assertArrayEquals(content, rig.readNatively("dss1", "f"));
            JsonNode dss = user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1")
                    .get("dss");
            assertArrayEquals(Content.block(content, 3, 128, 2, 0), Content.readBlock(user, dss, "f", 2, 0));
        }
    }
}
