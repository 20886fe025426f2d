package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;

/** What a person can do about a refusal: its words are those of the course, and tell little. */
final class RefusalHints {

    private RefusalHints() {}

    static VolumeInfo configure(VolumeClient volumes, String name, int n, int parity, int unitBytes, boolean isForeign)
            throws GroupException {
        try {
            return volumes.configure(name, n, parity, unitBytes, isForeign);
        } catch (GroupException e) {
            if (e.code() == RefusalCode.BAD_VOLUME) {
                boolean isTaken = volumes.list().volumes().stream()
                        .anyMatch(volume -> volume.name().equals(name));
                throw new GroupException(
                        e.code(),
                        e.getMessage() + ": "
                                + (isTaken
                                        ? "a volume is called " + name + " already"
                                        : "a name has 1 to 15 characters"));
            }
            if (e.code() == RefusalCode.NOT_ENOUGH_FREE) {
                throw new GroupException(e.code(), e.getMessage() + "; " + free(volumes));
            }
            throw e;
        }
    }

    private static String free(VolumeClient volumes) throws GroupException {
        long free = volumes.list().disks().stream().filter(RefusalHints::isFree).count();
        return free + (free == 1 ? " disk of a peer is" : " disks of peers are")
                + " Free: start more peers with --data, or take a smaller n";
    }

    private static boolean isFree(VolumeMessage.DiskLine disk) {
        return disk.volume().isEmpty()
                && disk.address().isPresent()
                && disk.trouble().isEmpty()
                && disk.foreign().isEmpty();
    }

    static void remove(VolumeClient volumes, String volume, String file) throws GroupException {
        try {
            volumes.remove(volume, file);
        } catch (GroupException e) {
            throw owned(volumes, volume, file, e);
        }
    }

    /** With the owner's name, where somebody else's file was to be touched. */
    static GroupException owned(VolumeClient volumes, String volume, String file, GroupException refusal)
            throws GroupException {
        if (refusal.code() != RefusalCode.NOT_OWNER) {
            return refusal;
        }
        String[] owner = {""};
        Listing.forEach(volumes, volume, file, each -> {
            if (each.name().equals(file)) {
                owner[0] = each.owner();
            }
        });
        return owner[0].isEmpty()
                ? refusal
                : new GroupException(
                        refusal.code(),
                        refusal.getMessage() + ": '" + file + "' belongs to " + owner[0] + ", and you are "
                                + volumes.user() + "; --user says who you are");
    }
}
