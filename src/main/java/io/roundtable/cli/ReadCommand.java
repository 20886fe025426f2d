package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads a file from a volume. */
@Command(
        name = "read",
        aliases = "get",
        description = "Read a file from a volume.",
        footer = {
            "",
            "Example: roundtable read dss1 oz.txt out.txt",
            "Example: roundtable get dss1 oz.txt - | wc",
            "Where OUT is a folder, the file goes into it under its own name, with the folders that this has:",
            "Example: roundtable read dss1 photos/2026/b.jpg back",
            "All files of a folder that was copied:",
            "Example: roundtable read dss1 photos/ back",
            "With P, that percentage of the blocks is damaged on the way, to see them read again:",
            "Example: roundtable read dss1 oz.txt out.txt 30"
        })
final class ReadCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            description = "The file on it; with a slash at its end, all whose names begin so.")
    private String name = "";

    @Parameters(
            index = "2",
            paramLabel = "OUT",
            description = "Where to; - for standard output. A file is there only once it is whole.")
    private String out = "";

    @Parameters(
            index = "3",
            arity = "0..1",
            paramLabel = "P",
            defaultValue = "0",
            description = "Percentage of blocks to be damaged on the way, 0 to 100. Default: ${DEFAULT-VALUE}.")
    private int percent;

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            read(volumes, volume, name, out, percent);
        }
        return 0;
    }

    static void read(VolumeClient volumes, String volume, String name, String out, int percent) throws Exception {
        if (percent < 0 || percent > 100) {
            throw new UsageException("P is a percentage, 0 to 100, not " + percent);
        }
        if (name.endsWith("/")) {
            if (out.equals("-")) {
                throw new UsageException("'" + name + "' stands for many files: name a folder to read them into");
            }
            readAll(volumes, volume, name, Path.of(out), percent);
            return;
        }
        DamagedRead damage = new DamagedRead(percent, ThreadLocalRandom.current()::nextInt, name);
        try (damage) {
            if (out.equals("-")) {
                try (FileOutputStream to = new FileOutputStream(FileDescriptor.out)) {
                    volumes.read(volume, name, to.getChannel(), damage);
                } catch (IOException e) {
                    throw StandardOutput.isClosed(e) ? new StandardOutput.WriteException(e) : e;
                }
            } else if (Files.isDirectory(Path.of(out))) {
                readInto(volumes, volume, name, new OutFolder(Path.of(out)), damage);
            } else {
                readTo(volumes, volume, name, Path.of(out), damage);
            }
        } catch (GroupException e) {
            throw RefusalHints.owned(volumes, volume, name, e);
        }
        if (percent > 0) {
            System.err.println("damaged blocks that were read again: " + damage.rereads());
        }
    }

    private static void readAll(VolumeClient volumes, String volume, String prefix, Path out, int percent)
            throws Exception {
        boolean isMade = !Files.isDirectory(out);
        if (isMade) {
            Files.createDirectory(out);
        }
        try {
            readAll(volumes, volume, prefix, new OutFolder(out), percent);
        } finally {
            if (isMade) {
                OutFolder.deleteIfEmpty(out);
            }
        }
    }

    private static void readAll(VolumeClient volumes, String volume, String prefix, OutFolder folder, int percent)
            throws GroupException {
        ManyFiles all = new ManyFiles(volumes, volume, "read");
        long found = Listing.forEach(
                volumes,
                volume,
                prefix,
                file -> all.transfer(file.name(), () -> {
                    DamagedRead damage = new DamagedRead(percent, ThreadLocalRandom.current()::nextInt, file.name());
                    try (damage) {
                        return readInto(volumes, volume, file.name(), folder, damage);
                    }
                }));
        if (found == 0) {
            throw new GroupException("no file on " + volume + " has a name that begins with '" + prefix + "'");
        }
        all.end();
    }

    /** @return how many bytes it has */
    private static long readInto(VolumeClient volumes, String volume, String name, OutFolder folder, DamagedRead damage)
            throws Exception {
        try (OutFolder.Place place = folder.place(name)) {
            readTo(volumes, volume, name, place.file(), damage);
            place.taken();
            return Files.size(place.file());
        }
    }

    private static void readTo(VolumeClient volumes, String volume, String name, Path out, DamagedRead damage)
            throws Exception {
        if (Files.isDirectory(out)) {
            throw new IOException("'" + out + "' is a folder: name a file in it");
        }
        if (Files.exists(out) && !Files.isRegularFile(out)) {
            // A device or a pipe is written, not replaced.
            try (FileChannel to = FileChannel.open(out, StandardOpenOption.WRITE)) {
                volumes.read(volume, name, to, damage);
            }
            return;
        }
        Path whole = Files.isSymbolicLink(out) ? out.toRealPath() : out;
        try (PartFile part = begin(whole)) {
            volumes.read(volume, name, part.channel(), damage);
            part.finish();
        }
    }

    private static PartFile begin(Path whole) throws IOException {
        try {
            return PartFile.begin(whole);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no folder for '" + whole + "'");
        }
    }
}
