package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folders of the shares' files. They are filled one after the other, not by a hash: shares that are sealed at the
 * same time lie in one folder and share its fsync. Thread-safe.
 */
final class ShareFolders {
    static final int FILES_MAX = 4096;
    private static final Pattern FILE = Pattern.compile("(\\d{1,10})-([0-7][0-9a-f]{15})-(\\d{1,3})\\.share");

    private final Medium medium;
    private final TreeMap<Integer, Folder> folders = new TreeMap<>();
    private int current = 1;

    private static final class Folder {
        final GroupCommit group = new GroupCommit();
        int files;
        long lastMs;
    }

    ShareFolders(Medium medium) {
        this.medium = medium;
    }

    static String path(int folder) {
        return ShareFiles.FOLDER + "/" + String.format("%07d", folder);
    }

    static String path(int folder, ShareKey key) {
        return path(folder) + "/" + String.format("%d-%016x-%d.share", key.volumeId(), key.fileId(), key.position());
    }

    /** Null if no share's file is called so. */
    static @Nullable ShareKey key(String name) {
        Matcher matcher = FILE.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        try {
            return new ShareKey(
                    Integer.parseInt(matcher.group(1)),
                    Long.parseLong(matcher.group(2), 16),
                    Integer.parseInt(matcher.group(3)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A folder that is there already. */
    synchronized void found(int number) {
        folders.computeIfAbsent(number, any -> new Folder());
        current = folders.lastKey();
    }

    /** A place for one more file. */
    synchronized int pick() throws IOException {
        Folder folder = folders.get(current);
        if (folder != null && folder.files >= FILES_MAX) {
            current = folders.entrySet().stream()
                    .filter(entry -> entry.getValue().files < FILES_MAX / 2)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(folders.lastKey() + 1);
            folder = folders.get(current);
        }
        if (folder == null) {
            if (current >= Held.FOLDERS_MAX) {
                throw new MediumFullException("no numbers left for folders");
            }
            medium.makeFolder(path(current));
            medium.forceFolder(ShareFiles.FOLDER);
            folder = new Folder();
            folders.put(current, folder);
        }
        folder.files++;
        return current;
    }

    synchronized void add(int number, long timeMs) {
        Folder folder = folders.computeIfAbsent(number, any -> new Folder());
        folder.files++;
        folder.lastMs = Math.max(folder.lastMs, timeMs);
    }

    synchronized void sealed(int number, long timeMs) {
        Folder folder = folders.computeIfAbsent(number, any -> new Folder());
        folder.lastMs = Math.max(folder.lastMs, timeMs);
    }

    synchronized void leave(int number) {
        folders.computeIfAbsent(number, any -> new Folder()).files--;
    }

    /** Makes the names in a folder durable, together with those of others who want it now. */
    void force(int number) throws IOException {
        GroupCommit group;
        synchronized (this) {
            group = folders.computeIfAbsent(number, any -> new Folder()).group;
        }
        group.commit(() -> medium.forceFolder(path(number)));
    }

    /** When the youngest share of a folder that is not being filled was sealed; -1 for the one that is. */
    synchronized long settledMs(int number) {
        Folder folder = folders.get(number);
        return number == current || folder == null ? -1 : folder.lastMs;
    }
}
