package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.VolumeInfo;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** With a disk away, a living peer serves its blocks: users write and read all n as ever. */
class StandInTest {
    @TempDir
    private Path folder;

    private static void away(Rig rig, int position) throws Exception {
        rig.disk(rig.volume("dss1").disks().get(position).disk()).isThere = false;
        Rig.await(() -> !rig.volume("dss1").disks().get(position).isThere());
    }

    @ParameterizedTest
    @CsvSource({"3,128,0", "4,1024,3", "5,256,2", "7,128,6"})
    void copiesAndReadsWorkWithOneDiskAway(int n, int unit, int lost) throws Exception {
        int stripe = (n - 1) * unit;
        try (Rig rig = new Rig(folder, n);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", n, unit);
            byte[] before = Content.random(5 * stripe + 7, 1);
            Content.copy(user, "dss1", "before", "U1", before);
            away(rig, lost);
            assertArrayEquals(before, read(user, "before"));
            for (int size : new int[] {0, 1, stripe, stripe + 1, 9 * stripe}) {
                byte[] content = Content.random(size, size);
                Content.copy(user, "dss1", "f" + size, "U1", content);
                assertArrayEquals(content, read(user, "f" + size));
                assertEquals(
                        List.of(lost),
                        rig.files("dss1").stream()
                                .filter(file -> file.name().equals("f" + size))
                                .findFirst()
                                .orElseThrow()
                                .missing());
            }
            // Once it is back the group gives it what it lacks, and it serves its own blocks.
            rig.disk(rig.volume("dss1").disks().get(lost).disk()).isThere = true;
            Rig.await(() ->
                    rig.files("dss1").stream().allMatch(file -> file.missing().isEmpty()));
            assertArrayEquals(Content.random(stripe + 1, stripe + 1), rig.readNatively("dss1", "f" + (stripe + 1)));
            assertArrayEquals(before, read(user, "before"));
        }
    }

    private static byte[] read(UdpUser user, String file) throws Exception {
        JsonNode answer = user.ask("read-prepare", "dss_name", "dss1", "file_name", file, "user_name", "U1");
        JsonNode dss = answer.get("dss");
        Set<Integer> ports = new HashSet<>();
        for (int disk = 0; disk < dss.get("n").intValue(); disk++) {
            ports.add(Content.port(dss, disk));
        }
        assertEquals(dss.get("n").intValue(), ports.size(), "each has a port of its own");
        byte[] content =
                Content.readAll(user, dss, file, answer.get("file").get("size").intValue());
        user.ask("read-complete", "dss_name", "dss1");
        return content;
    }

    @Test
    void aDiskThatHangsIsStoodInForAtOnce() throws Exception {
        byte[] content = Content.random(3_000, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            Content.copy(user, "dss1", "f", "U1", content);
            rig.disk(rig.volume("dss1").disks().get(1).disk()).hangs = true;
            long since = System.nanoTime();
            assertArrayEquals(content, read(user, "f"));
            Content.copy(user, "dss1", "g", "U1", content);
            long ms = (System.nanoTime() - since) / 1_000_000;
            assertTrue(ms < 6_000, ms + " ms");
            assertArrayEquals(content, read(user, "g"));
        }
    }

    @Test
    void withTwoDisksAwayItIsSaidThatThereAreTooFew() throws Exception {
        try (Rig rig = new Rig(folder, 4);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 4, 128);
            Content.copy(user, "dss1", "f", "U1", Content.random(300, 1));
            away(rig, 0);
            away(rig, 1);
            for (String cmd : List.of("read-prepare", "copy-prepare", "disk-failure")) {
                assertEquals(
                        "more disks of the volume are away than its parity makes up for",
                        user.error(cmd, "dss_name", "dss1", "file_name", "f", "owner", "U1", "user_name", "U1"));
            }
        }
    }

    @Test
    void aWrongParityIsNoticedEvenIfItsDiskIsAway() throws Exception {
        byte[] content = Content.random(128 * 6, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            away(rig, 2);
            JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
            Content.write(user, dss, "f", content);
            user.askAt(Content.port(dss, 2), "write-block", Content.blockArgs(dss, "f", 0, 2, new byte[128 * 6]));
            String reason = user.error("copy-complete", Content.completion("dss1", "f", "U1", content));
            assertTrue(reason.startsWith("the parity is not that of the data"), reason);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "2"})
    void aDiskFailureWorksWhicheverDiskItsUserChooses(int chosen) throws Exception {
        byte[] content = Content.random(3_000, 1);
        try (Rig rig = new Rig(folder, 4);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            Content.copy(user, "dss1", "f", "U1", content);
            away(rig, 2);
            JsonNode dss = user.ask("disk-failure", "dss_name", "dss1", "user_name", "U1")
                    .get("dss");
            user.askAt(Content.port(dss, chosen), "fail");
            for (int stripe = 0; stripe < Content.stripes(content, 3, 128); stripe++) {
                for (int disk = 0; disk < 3; disk++) {
                    if (disk != chosen) {
                        assertArrayEquals(
                                Content.block(content, 3, 128, stripe, disk),
                                Content.readBlock(user, dss, "f", stripe, disk));
                    }
                }
                user.askAt(
                        Content.port(dss, chosen), "write-block", Content.blockArgs(dss, "f", stripe, chosen, content));
            }
            user.askAt(Content.port(dss, chosen), "set-mode", "state", "normal");
            user.ask("recovery-complete", "dss_name", "dss1");
            assertArrayEquals(content, read(user, "f"));
            VolumeInfo volume = rig.volume("dss1");
            rig.disk(volume.disks().get(2).disk()).isThere = true;
            Rig.await(() -> rig.volume("dss1").disks().get(2).isThere());
            assertArrayEquals(content, rig.readNatively("dss1", "f"));
        }
    }

    @Test
    void whatAStandInTookGoesOnUnderTheNextManager() throws Exception {
        byte[] content = Content.random(3_000, 1);
        try (Rig rig = new Rig(folder, 3);
                UdpUser user = new UdpUser(rig.port.port())) {
            Content.configure(user, "dss1", 3, 128);
            away(rig, 1);
            JsonNode dss = Content.copyPrepare(user, "dss1", "f", "U1");
            Content.write(user, dss, "f", content);
            rig.changeManager();
            user.ask("copy-complete", Content.completion("dss1", "f", "U1", content));
            assertArrayEquals(content, read(user, "f"));
        }
    }
}
