package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.disk.ShareReader;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a disk's block port takes, refuses and keeps. */
class BlocksTest {
    @TempDir
    private Path folder;

    private Rig rig;
    private UdpUser user;

    @BeforeEach
    void open() throws Exception {
        rig = new Rig(folder, 3);
        user = new UdpUser(rig.port.port());
        Content.configure(user, "dss1", 3, 128);
    }

    @AfterEach
    void close() throws Exception {
        user.close();
        rig.close();
    }

    private String completeError(byte[] content) throws Exception {
        return user.error("copy-complete", Content.completion("dss1", "f", "U1", content));
    }

    /** Nothing of a copy that failed is there, and the next one works. */
    private void nothingWasKept() throws Exception {
        assertTrue(rig.files("dss1").isEmpty());
        byte[] content = Content.random(2_000, 8);
        Content.copy(user, "dss1", "f", "U1", content);
        assertArrayEquals(content, rig.readNatively("dss1", "f"));
        Rig.await(() ->
                rig.disks.stream().allMatch(disk -> disk.store.statistics().shares() == 1));
    }

    @Test
    void blocksMayComeInAnyOrderAndAgain() throws Exception {
        byte[] content = Content.random(20_000, 1);
        JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
        List<int[]> order = new ArrayList<>();
        for (int stripe = 0; stripe < Content.stripes(content, 3, 128); stripe++) {
            for (int disk = 0; disk < 3; disk++) {
                order.add(new int[] {stripe, disk});
                if (stripe % 7 == 0) {
                    order.add(new int[] {stripe, disk});
                }
            }
        }
        Collections.shuffle(order, new Random(2));
        for (int[] each : order) {
            user.askAt(
                    Content.port(dss, each[1]), "write-block", Content.blockArgs(dss, "f", each[0], each[1], content));
        }
        user.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
        assertArrayEquals(content, rig.readNatively("dss1", "f"));
    }

    @Test
    void theSizeMustFitWhatWasWritten() throws Exception {
        byte[] content = Content.random(1_000, 1);
        for (int size : new int[] {768, 1_025, 5_000, 0}) {
            Content.write(user, Content.copyPrepare(user, "dss1", "f", "U1"), "f", content);
            String reason = completeError(new byte[size]);
            assertTrue(reason.contains("a file of " + size + " bytes has"), reason);
        }
        // Four stripes as well, but where the padding should be there is content.
        Content.write(user, Content.copyPrepare(user, "dss1", "f", "U1"), "f", content);
        String reason = completeError(new byte[900]);
        assertTrue(reason.contains("not padded with zeros"), reason);
        nothingWasKept();
    }

    @Test
    void aMissingBlockIsNoticed() throws Exception {
        byte[] content = Content.random(1_000, 1);
        JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
        for (int stripe = 0; stripe < 4; stripe++) {
            for (int disk = 0; disk < 3; disk++) {
                if (stripe != 1 || disk != 2) {
                    user.askAt(
                            Content.port(dss, disk), "write-block", Content.blockArgs(dss, "f", stripe, disk, content));
                }
            }
        }
        String reason = completeError(content);
        assertTrue(reason.contains("has 4 stripes, but blocks of 3 came"), reason);
        nothingWasKept();
    }

    @Test
    void aWrongParityIsNoticedBeforeTheFileCounts() throws Exception {
        byte[] content = Content.random(1_000, 1);
        JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
        Content.write(user, dss, "f", content);
        Object[] args = Content.blockArgs(dss, "f", 1, 1, content);
        byte[] block = Content.block(content, 3, 128, 1, 1);
        block[127] ^= 1;
        args[args.length - 1] = Base64.getEncoder().encodeToString(block);
        user.askAt(Content.port(dss, 1), "write-block", args);
        String reason = completeError(content);
        assertTrue(reason.startsWith("the parity is not that of the data"), reason);
        nothingWasKept();
    }

    @Test
    void blocksThatDoNotBelongThereAreRefused() throws Exception {
        byte[] content = Content.random(1_000, 1);
        Object[] before = {
            "dss_name", "dss1", "file_name", "f", "stripe_idx", 0, "disk_index", 0, "is_parity", false, "block_b64", ""
        };
        int port = rig.disk(rig.volume("dss1").disks().get(0).disk()).desk.port();
        assertEquals(
                "no copy of f into dss1 is in progress: begin with copy-prepare",
                UdpUser.error(user.callAt(port, "write-block", before)));
        JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
        assertEquals(
                "args.disk_index is 1, but this is disk 0 of 0 to 2",
                refused(dss, Content.blockArgs(dss, "f", 0, 1, content)));
        assertEquals("args.stripe_idx must be 0 or more", refused(dss, changed(dss, 5, -1)));
        assertTrue(
                refused(dss, changed(dss, 9, true)).startsWith("args.is_parity is true, but the parity of stripe 0"));
        assertEquals(
                "args.block_b64 has 127 bytes, but a block has 128; pad the last stripe with zeros",
                refused(dss, changed(dss, 11, Base64.getEncoder().encodeToString(new byte[127]))));
        assertEquals("args.block_b64 must be base64", refused(dss, changed(dss, 11, "%%")));
        // Far away: it would take room that no file fills.
        assertTrue(refused(dss, farAway(dss)).startsWith("args.stripe_idx must be 0 to 8388607"));
    }

    private static Object[] changed(JsonNode dss, int at, Object value) {
        Object[] args = Content.blockArgs(dss, "f", 0, 0, new byte[300]);
        args[at] = value;
        return args;
    }

    private static Object[] farAway(JsonNode dss) {
        // A multiple of 3: disk 0 holds data.
        return changed(dss, 5, 3_000_000_000L);
    }

    private String refused(JsonNode dss, Object[] args) throws Exception {
        return UdpUser.told(user.callAt(Content.port(dss, 0), "write-block", args));
    }

    @Test
    void readsNeedAPrepareAndStayWithinTheFile() throws Exception {
        byte[] content = Content.random(1_000, 1);
        Content.copy(user, "dss1", "f", "U1", content);
        int port = rig.disk(rig.volume("dss1").disks().get(0).disk()).desk.port();
        assertEquals("no read of f is in progress: begin with read-prepare", readError(port, "f", 0, 0));
        user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1");
        assertEquals("args.stripe_idx is 4, but f has 4 stripes", readError(port, "f", 4, 0));
        assertEquals("args.stripe_idx must be 0 or more", readError(port, "f", -1, 0));
        assertEquals("args.disk_index is 2, but this is disk 0 of 0 to 2", readError(port, "f", 0, 2));
        user.ask("read-complete", "dss_name", "dss1");
        Rig.await(() -> user.callAt(port, "read-block", "file_name", "f", "stripe_idx", 0, "disk_index", 0)
                .get("status")
                .stringValue()
                .equals("FAILURE"));
    }

    private String readError(int port, String file, int stripe, int disk) throws Exception {
        return UdpUser.told(
                user.callAt(port, "read-block", "file_name", file, "stripe_idx", stripe, "disk_index", disk));
    }

    @Test
    void everyBlockOfEverySizeIsReadAsTheSheetLaysItOut() throws Exception {
        for (int size : new int[] {1, 128, 129, 256, 700, 128 * 2 * 5 + 3}) {
            byte[] content = Content.random(size, size);
            Content.copy(user, "dss1", "f", "U1", content);
            JsonNode dss = user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1")
                    .get("dss");
            for (int stripe = 0; stripe < Content.stripes(content, 3, 128); stripe++) {
                for (int disk = 0; disk < 3; disk++) {
                    assertArrayEquals(
                            Content.block(content, 3, 128, stripe, disk),
                            Content.readBlock(user, dss, "f", stripe, disk));
                }
            }
            user.ask("read-complete", "dss_name", "dss1");
        }
    }

    @Test
    void aRottenBlockIsRefusedAndReported() throws Exception {
        byte[] content = Content.random(100_000, 1);
        Content.copy(user, "dss1", "f", "U1", content);
        VolumeInfo volume = rig.volume("dss1");
        FileInfo file = rig.files("dss1").get(0);
        Rig.Disk disk = rig.disk(volume.disks().get(1).disk());
        ShareKey key = new ShareKey(volume.id(), file.fileId(), 1);
        try (ShareReader reader = disk.store.read(key)) {
            long at = reader.position(0) + 128 * 200 + 5;
            ByteBuffer one = ByteBuffer.allocate(1);
            reader.file().read(one, at);
            one.put(0, (byte) (one.get(0) ^ 4)).rewind();
            reader.file().write(one, at);
        }
        JsonNode dss = user.ask("read-prepare", "dss_name", "dss1", "file_name", "f", "user_name", "U1")
                .get("dss");
        assertArrayEquals(Content.block(content, 3, 128, 199, 1), Content.readBlock(user, dss, "f", 199, 1));
        assertEquals(
                "the block does not match its checksum: compute the block from the other disks",
                readError(disk.desk.port(), "f", 200, 1));
        Rig.await(() -> rig.damage.equals(List.of(key + " the block does not match its checksum")));
    }

    @Test
    void modesAreSetAndTold() throws Exception {
        int port = rig.disks.get(0).desk.port();
        assertEquals(
                "fail",
                user.askAt(port, "set-mode", "state", "fail").get("mode").stringValue());
        assertTrue(readError(port, "f", 0, 0).startsWith("the disk has failed"));
        assertEquals(
                "normal",
                user.askAt(port, "set-mode", "state", "normal").get("mode").stringValue());
        assertTrue(readError(port, "f", 0, 0).startsWith("no read of f"));
        assertEquals(
                "args.state must be normal or fail", UdpUser.told(user.callAt(port, "set-mode", "state", "tired")));
        assertEquals("unsupported", UdpUser.error(user.callAt(port, "ls")));
    }

    @Test
    void ordersOfAFormerManagerAndForAnotherDiskAreRefused() throws Exception {
        Rig.Disk disk = rig.disks.get(0);
        disk.store.admit(5);
        DssMessage.Release old = new DssMessage.Release(disk.store.id(), 4, 1, false);
        assertEquals(DiskMessage.Fault.STALE_EPOCH, refusal(disk, old).fault());
        DssMessage.Release other = new DssMessage.Release(rig.disks.get(1).store.id(), 5, 1, false);
        assertEquals(DiskMessage.Fault.BAD_REQUEST, refusal(disk, other).fault());
        DssMessage.SealStaged unknown = new DssMessage.SealStaged(disk.store.id(), 5, 77, 1, 0, false);
        assertEquals(DiskMessage.Fault.NO_SUCH_SHARE, refusal(disk, unknown).fault());
        DssMessage.Stage impossible = new DssMessage.Stage(
                disk.store.id(), 5, 9, new ShareKey(1, 1, 0), "d", "f", 2, 1, 100, Rig.USER, false);
        assertEquals(DiskMessage.Fault.BAD_REQUEST, refusal(disk, impossible).fault());
        assertEquals(new DssMessage.Heard(-1), answer(disk, new DssMessage.Pulse(disk.store.id(), 5, 77, false)));
    }

    private DiskMessage.DiskRefusal refusal(Rig.Disk disk, DssMessage order) throws Exception {
        return (DiskMessage.DiskRefusal) answer(disk, order);
    }

    private Message answer(Rig.Disk disk, DssMessage order) throws Exception {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        rig.onLoop(() -> {
            disk.desk.onOrder(order, answer::complete);
            return null;
        });
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void stagingsAreBoundedAndWhatAnEarlierProcessLeftIsDeleted() throws Exception {
        Rig.Disk disk = rig.disks.get(0);
        for (int i = 0; i < SoftState.STAGINGS_MAX; i++) {
            assertEquals(new DssMessage.Ready(disk.desk.port()), answer(disk, stage(disk, i)));
        }
        assertEquals(
                DiskMessage.Fault.FULL,
                refusal(disk, stage(disk, SoftState.STAGINGS_MAX)).fault());
        Path left = Files.createDirectories(folder.resolve("dss"));
        Files.writeString(left.resolve("staged-1"), "old");
        try (SoftState state = new SoftState(SoftState.prepare(folder))) {
            assertEquals(0, state.stagings());
            assertEquals(0, left.toFile().list().length);
        }
    }

    @Test
    void aLinkInThePlaceOfTheFolderForBlocksIsRefusedAndWhatItLeadsToIsLeftAlone() throws Exception {
        Path foreign = Files.createDirectories(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("precious.txt"), "keep");
        Files.createSymbolicLink(folder.resolve("dss"), foreign);
        assertThrows(IOException.class, () -> SoftState.prepare(folder));
        assertEquals("keep", Files.readString(foreign.resolve("precious.txt")));
    }

    @Test
    void aFolderThatSomebodyPutAmongTheBlocksIsDeletedAndALinkNotFollowed() throws Exception {
        Path foreign = Files.createDirectories(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("precious.txt"), "keep");
        Path inside = Files.createDirectories(folder.resolve("dss/a/b"));
        Files.createSymbolicLink(inside.resolve("link"), foreign);
        try (SoftState state = new SoftState(SoftState.prepare(folder))) {
            assertEquals(0, state.stagings());
            assertEquals(0, folder.resolve("dss").toFile().list().length);
        }
        assertEquals("keep", Files.readString(foreign.resolve("precious.txt")));
    }

    private static DssMessage.Stage stage(Rig.Disk disk, int number) {
        return new DssMessage.Stage(
                disk.store.id(),
                1,
                100 + number,
                new ShareKey(9, 1 + number, 0),
                "d",
                "f" + number,
                3,
                1,
                128,
                Rig.USER,
                false);
    }
}
