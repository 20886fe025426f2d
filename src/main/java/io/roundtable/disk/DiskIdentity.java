package io.roundtable.disk;

import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who the disk is, in the file {@code disk}: three lines of text that people can read.
 *
 * @param salt of all checksums of records in packs, so that no content that a client sends can pass for a record
 */
record DiskIdentity(DiskId id, long salt) {
    static final String PATH = "disk";
    private static final int FORMAT = 1;
    private static final int BYTES_MAX = 4096;
    private static final Pattern TEXT =
            Pattern.compile("format (\\d{1,9})\n(?:disk ([0-9a-f]{32})\nsalt ([0-9a-f]{16})\n)?(?s:.*)");

    /**
     * The identity of the folder; an empty folder gets one.
     *
     * @param random for a new one
     */
    static DiskIdentity openOrMake(Medium medium, LongSupplier random) throws IOException {
        if (medium.exists(PATH)) {
            return open(medium);
        }
        for (String folder : List.of(ShareFiles.FOLDER, PackLog.FOLDER)) {
            if (medium.exists(folder) && !medium.list(folder).isEmpty()) {
                throw new IOException("the disk's data folder " + medium + " holds shares but its file \"" + PATH
                        + "\" is missing: restore it, or empty the folder to begin a new disk");
            }
        }
        // The epoch comes first: a folder with an identity has one.
        EpochFile.create(medium).close();
        DiskIdentity made = new DiskIdentity(new DiskId(random.getAsLong(), random.getAsLong()), random.getAsLong());
        String temporary = PATH + ".tmp";
        medium.delete(temporary);
        try (MediumFile file = medium.create(temporary)) {
            file.write(ByteBuffer.wrap(made.text().getBytes(StandardCharsets.US_ASCII)), 0);
            file.force();
        }
        medium.rename(temporary, PATH);
        medium.forceFolder("");
        return made;
    }

    /**
     * Looks, before anything is touched, whether this very disk lies in a folder.
     *
     * @throws IOException with a sentence for people if not
     */
    static DiskIdentity demand(Medium medium, DiskId wanted) throws IOException {
        if (!medium.exists(PATH)) {
            throw new IOException("there is no disk in " + medium);
        }
        DiskIdentity found = open(medium);
        if (!found.id.equals(wanted)) {
            throw new IOException("another disk lies in " + medium + ": " + found.id + ", and not " + wanted);
        }
        return found;
    }

    private static DiskIdentity open(Medium medium) throws IOException {
        String text;
        try (MediumFile file = medium.open(PATH)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BYTES_MAX, file.size()));
            file.read(bytes, 0);
            text = new String(bytes.array(), StandardCharsets.US_ASCII);
        }
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches() && Integer.parseInt(matcher.group(1)) != FORMAT) {
            throw new IOException("the disk in " + medium + " has format " + matcher.group(1) + "; this program reads "
                    + FORMAT + ": use the program that wrote it");
        }
        if (!matcher.matches() || matcher.group(2) == null) {
            throw new IOException("the file \"" + PATH + "\" in the disk's data folder " + medium
                    + " is damaged: restore it, or empty the folder to begin a new disk");
        }
        return new DiskIdentity(DiskId.parse(matcher.group(2)), Long.parseUnsignedLong(matcher.group(3), 16));
    }

    private String text() {
        return "format " + FORMAT + "\ndisk " + id + "\nsalt " + String.format("%016x", salt) + "\n";
    }
}
