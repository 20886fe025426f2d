package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user in another language, written from the protocol alone, against real disks. */
class PythonUserTest {
    private static final Path SCRIPT = Path.of("src/test/resources/python/dss_user.py");

    @TempDir
    private Path folder;

    private record Ran(int status, String out, String err) {}

    @BeforeAll
    static void pythonIsThere() throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder("python3", "-c", "pass").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "python3 is not installed");
    }

    private Ran python(Rig rig, String name, String... commands) throws Exception {
        List<String> line =
                new ArrayList<>(List.of("python3", SCRIPT.toString(), "127.0.0.1", "" + rig.port.port(), name));
        line.addAll(List.of(commands));
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = new ProcessBuilder(line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the user hangs");
            return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    private String run(Rig rig, String name, String... commands) throws Exception {
        Ran ran = python(rig, name, commands);
        assertEquals(0, ran.status, ran.err);
        return ran.out;
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    @Test
    void aWholeLifeOfADssAsTheCourseKnowsIt() throws Exception {
        byte[] content = Content.random(3_600, 1);
        Path source = file("a.txt", content);
        Path target = folder.resolve("back.txt");
        try (Rig rig = new Rig(folder, 4)) {
            String out = run(
                    rig,
                    "U1",
                    "configure dss1 3 1024",
                    "copy dss1 " + source,
                    "ls",
                    "read dss1 a.txt " + target,
                    "disk-failure dss1",
                    "read dss1 a.txt " + target,
                    "decommission dss1",
                    "configure dss1 4 128",
                    "decommission dss1",
                    "deregister");

            assertArrayEquals(content, Files.readAllBytes(target));
            String[] lines = out.split("\n");
            assertTrue(
                    lines[0].matches("dss1: Disk array with n=3 \\(D\\d, D\\d, D\\d\\) with striping-unit 1 KB\\."),
                    lines[0]);
            assertEquals("  a.txt 3,600 B U1", lines[1]);
            assertTrue(out.contains("recovered D"), out);
            assertTrue(rig.volumes().volumes().isEmpty());
            assertTrue(rig.volumes().users().isEmpty());
        }
    }

    @Test
    void whatThePythonUserWroteOurLayoutReadsByteForByte() throws Exception {
        int[] sizes = {0, 1, 127, 128, 256, 257, 5_000, 70_000};
        try (Rig rig = new Rig(folder, 5)) {
            List<String> commands = new ArrayList<>(List.of("configure dss1 5 128"));
            for (int size : sizes) {
                commands.add("copy dss1 " + file("f" + size, Content.random(size, size)));
            }
            run(rig, "U1", commands.toArray(String[]::new));

            for (int size : sizes) {
                assertArrayEquals(Content.random(size, size), rig.readNatively("dss1", "f" + size), "of " + size);
            }
            for (FileInfo file : rig.files("dss1")) {
                assertEquals(Rig.sha256(Content.random((int) file.sizeBytes(), file.sizeBytes())), file.sha256());
            }
        }
    }

    @Test
    void whatWeWroteThePythonUserReadsByteForByte() throws Exception {
        int[] sizes = {0, 1, 2_048, 2_049, 40_000};
        try (Rig rig = new Rig(folder, 3)) {
            rig.configure("dss1", 3, 1, 1024);
            List<String> commands = new ArrayList<>();
            for (int size : sizes) {
                rig.writeNatively("dss1", "f" + size, "U2", Content.random(size, size));
                commands.add("read dss1 f" + size + " " + folder.resolve("out" + size));
            }
            rig.request(new VolumeMessage.DeregisterUser(0, "U2"));
            run(rig, "U2", commands.toArray(String[]::new));

            for (int size : sizes) {
                assertArrayEquals(Content.random(size, size), Files.readAllBytes(folder.resolve("out" + size)));
            }
        }
    }

    @Test
    void damageOnTheWayIsSeenByTheParityAndReadAgain() throws Exception {
        byte[] content = Content.random(30_000, 4);
        try (Rig rig = new Rig(folder, 3)) {
            Path target = folder.resolve("back");
            String out = run(
                    rig,
                    "U1",
                    "configure dss1 3 512",
                    "copy dss1 " + file("b.bin", content),
                    "read dss1 b.bin " + target + " 30");

            assertArrayEquals(content, Files.readAllBytes(target));
            assertTrue(out.matches("(?s).*rereads=[1-9]\\d*\\n"), out);
        }
    }

    @Test
    void theLargestUnitThatFitsADatagramWorks() throws Exception {
        byte[] content = Content.random(2_200_000, 5);
        try (Rig rig = new Rig(folder, 3)) {
            Path target = folder.resolve("back");
            run(rig, "U1", "configure dss1 3 32768", "copy dss1 " + file("big", content), "read dss1 big " + target);

            assertArrayEquals(content, Files.readAllBytes(target));
            assertArrayEquals(content, rig.readNatively("dss1", "big"));
        }
    }

    @Test
    void aUserRecoversADiskWhileTheGroupHasNotRebuiltItYet() throws Exception {
        byte[] content = Content.random(20_000, 6);
        DssOptions brief = new DssOptions(60_000, 4_000, 90_000, 3_000, 60_000, 300, false);
        try (Rig rig = new Rig(folder, 3, brief)) {
            run(rig, "U1", "configure dss1 3 256", "copy dss1 " + file("c", content));
            rig.isRebuildHeldUp = true;
            Ran ran = python(rig, "U2", "disk-failure dss1");
            assertEquals(0, ran.status, ran.err);

            rig.isRebuildHeldUp = false;
            Rig.await(() -> rig.files("dss1").get(0).missing().isEmpty());
            assertArrayEquals(content, rig.readNatively("dss1", "c"));
        }
    }

    @Test
    void aRefusalIsToldInTheProtocolsWords() throws Exception {
        try (Rig rig = new Rig(folder, 3)) {
            Ran ran = python(rig, "U1", "configure dss1 4 1024");
            assertEquals(1, ran.status);
            assertEquals("fewer than n disks with state Free\n", ran.err);
            assertEquals("duplicate or bad user_name\n", python(rig, "U1").err);
        }
    }
}
