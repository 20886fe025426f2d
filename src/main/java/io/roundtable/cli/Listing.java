package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeMessage;

/** The files of a volume whose names begin in some way, a page at a time: there may be very many. */
final class Listing {
    private Listing() {}

    /** Takes one file after another. */
    interface Taker {
        void take(FileInfo file) throws GroupException;
    }

    /**
     * By name, as the catalog sorts them.
     *
     * @param prefix empty for all
     * @return how many there were
     */
    static long forEach(VolumeClient volumes, String volume, String prefix, Taker taker) throws GroupException {
        long count = 0;
        String after = before(prefix);
        while (true) {
            VolumeMessage.Files page = volumes.filesAfter(volume, after, VolumeMessage.ListFiles.LIMIT_MAX);
            for (FileInfo file : page.files()) {
                after = file.name();
                if (after.startsWith(prefix)) {
                    taker.take(file);
                    count++;
                } else if (after.compareTo(prefix) > 0) {
                    return count;
                }
            }
            if (!page.more() || page.files().isEmpty()) {
                return count;
            }
        }
    }

    /** What comes before all names that begin so: all but its last character, which for a folder is its slash. */
    private static String before(String prefix) {
        return prefix.isEmpty() ? "" : prefix.substring(0, prefix.offsetByCodePoints(prefix.length(), -1));
    }
}
