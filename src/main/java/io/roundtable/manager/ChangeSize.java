package io.roundtable.manager;

import io.roundtable.catalog.Change;
import java.util.Map;

/** About how long a change is when it is written; rather too long than too short. */
final class ChangeSize {
    /** Numbers, and names of 15 letters. */
    private static final int HEAD_BYTES = 200;

    private static final int DISK_BYTES = 24;
    /** Of the lengths of its name and value. */
    private static final int ATTRIBUTE_BYTES = 4;

    private static final int HOST_BYTES = 600;

    private ChangeSize() {}

    static int of(Change change) {
        if (change instanceof Change.CommitFile commit) {
            return HEAD_BYTES
                    + text(commit.name())
                    + text(commit.owner())
                    + text(commit.sha256())
                    + DISK_BYTES * commit.sealed().size()
                    + attributes(commit.attributes());
        } else if (change instanceof Change.CreateVolume create) {
            return HEAD_BYTES
                    + text(create.owner())
                    + DISK_BYTES * create.disks().size();
        } else if (change instanceof Change.AddUser) {
            return HEAD_BYTES + HOST_BYTES;
        } else if (change instanceof Change.RemoveFile remove) {
            return HEAD_BYTES + text(remove.name());
        } else if (change instanceof Change.LoseShare lose) {
            return HEAD_BYTES + text(lose.name());
        } else if (change instanceof Change.RestoreShare restore) {
            return HEAD_BYTES + text(restore.name());
        }
        return HEAD_BYTES;
    }

    static int attributes(Map<String, String> attributes) {
        int bytes = 0;
        for (Map.Entry<String, String> each : attributes.entrySet()) {
            bytes += ATTRIBUTE_BYTES + text(each.getKey()) + text(each.getValue());
        }
        return bytes;
    }

    private static int text(String text) {
        return 3 * text.length();
    }
}
