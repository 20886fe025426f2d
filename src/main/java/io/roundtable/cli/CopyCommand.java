package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a file to a volume. */
@Command(
        name = "copy",
        aliases = "put",
        description =
                "Write a file, or all files of a folder, to a volume; it returns once as many disks may be lost as the"
                        + " volume has parity, one unless configured with --parity.",
        footer = {
            "",
            "Example: roundtable copy dss1 wizard-of-oz.txt --as oz.txt",
            "Example: roundtable put dss1 a.txt",
            "A folder's files are called photos/a.jpg, photos/2026/b.jpg and so on; links in it are left out:",
            "Example: roundtable copy dss1 photos"
        })
final class CopyCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "The file or folder; - for standard input.")
    private String path = "";

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Its name on the volume. Default: the last part of the path; needed for standard input.")
    private @Nullable String as;

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            copy(volumes, volume, path, as);
        }
        return 0;
    }

    static void copy(VolumeClient volumes, String volume, String path, @Nullable String as) throws Exception {
        if (path.equals("-")) {
            if (as == null) {
                throw new UsageException("standard input has no name: give one with --as NAME");
            }
            // Not System.in, which copies everything once more.
            try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
                send(volumes, volume, as, in.getChannel(), -1);
            }
            return;
        }
        Path file = Path.of(path);
        if (Files.isDirectory(file)) {
            copyFolder(volumes, volume, file, as);
            return;
        }
        String last = String.valueOf(file.getFileName());
        try (FileChannel in = FileChannel.open(file)) {
            send(volumes, volume, as == null ? last : as, in, in.size());
        } catch (NoSuchFileException e) {
            throw noFile(path);
        }
    }

    /** @throws IOException if nothing lies there */
    static void demandFile(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw noFile(path.toString());
        }
    }

    private static IOException noFile(String path) {
        return new IOException("there is no file '" + path + "'");
    }

    private static void copyFolder(VolumeClient volumes, String volume, Path folder, @Nullable String as)
            throws Exception {
        // Of . and .. too.
        Path last = folder.toRealPath().getFileName();
        if (as == null && last == null) {
            throw new UsageException("'" + folder + "' has no name: give one with --as NAME");
        }
        boolean isNamed = !folder.endsWith(".") && !folder.endsWith("..");
        String name = as != null ? as : String.valueOf(isNamed ? folder.getFileName() : last);
        FolderCopy.copy(volumes, volume, folder, name.endsWith("/") ? name.substring(0, name.length() - 1) : name);
    }

    /** @return how many bytes there were */
    static long send(VolumeClient volumes, String volume, String name, FileChannel in, long size) throws Exception {
        // A pipe or a device says 0, and may have more.
        long hint = size > 0 ? size : -1;
        try (Progress progress = new Progress(name)) {
            return volumes.write(volume, name, in, hint, done -> progress.show(done, hint))
                    .sizeBytes();
        }
    }
}
