package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An ext4 file system of its own, in a file, that can be made to fail. Only where tests run as root and may mount. */
final class LoopFileSystem implements AutoCloseable {
    /** EXT4_IOC_SHUTDOWN without a flush of the journal: from then on everything that needs the device is EIO. */
    private static final String SHUTDOWN =
            "import fcntl,os,struct,sys; fcntl.ioctl(os.open(sys.argv[1],os.O_RDONLY),0x8004587d,struct.pack('I',2))";

    private final Path folder;

    private LoopFileSystem(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where it cannot be had. */
    static LoopFileSystem at(Path folder, long bytes) throws Exception {
        Files.createDirectories(folder);
        Path image = Path.of(folder + ".img");
        boolean isMade = run("truncate", "-s", Long.toString(bytes), image.toString())
                && run("mkfs.ext4", "-q", "-F", image.toString())
                && run("mount", "-o", "loop", image.toString(), folder.toString());
        assumeTrue(isMade, "no file system can be mounted here");
        return new LoopFileSystem(folder);
    }

    void fail() throws Exception {
        assertEquals(true, run("python3", "-c", SHUTDOWN, folder.toString()));
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(List.of(command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // No such program here.
            return false;
        }
    }

    @Override
    public void close() throws Exception {
        run("umount", "-l", folder.toString());
    }
}
