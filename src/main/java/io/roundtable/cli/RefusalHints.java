package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;

/** What a person can do about a refusal: its words are those of the course, and tell little. */
final class RefusalHints {
    private static final String BAD_NAME = "bad or duplicate dss_name";
    private static final String NOT_ENOUGH_FREE = "fewer than n disks with state Free";
    private static final String NOT_OWNER = "NOT_OWNER";

    private RefusalHints() {}

    static VolumeInfo configure(VolumeClient volumes, String name, int n, int parity, int unitBytes, boolean isForeign)
            throws GroupException {
        try {
            return volumes.configure(name, n, parity, unitBytes, isForeign);
        } catch (GroupException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.equals(BAD_NAME)) {
                boolean isTaken = volumes.list().volumes().stream()
                        .anyMatch(volume -> volume.name().equals(name));
                throw new GroupException(BAD_NAME + ": "
                        + (isTaken ? "a volume is called " + name + " already" : "a name has 1 to 15 characters"));
            }
            if (reason.startsWith(NOT_ENOUGH_FREE)) {
                throw new GroupException(reason + "; " + free(volumes));
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
        if (!NOT_OWNER.equals(refusal.getMessage())) {
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
                : new GroupException(NOT_OWNER + ": '" + file + "' belongs to " + owner[0] + ", and you are "
                        + volumes.user() + "; --user says who you are");
    }
}
