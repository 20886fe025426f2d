package io.roundtable.protocol;

import java.util.List;
import java.util.Map;

/**
 * One file of a volume.
 *
 * @param fileId of its present content, see {@link ShareKey}
 * @param sha256 64 hexadecimal digits of the content; empty if whoever wrote it did not say
 * @param missing positions of the disks that do not hold their share (yet)
 * @param changedAtMs when it was written, in milliseconds since 1970; 0 if that is not known
 * @param attributes what its owner says of it
 */
public record FileInfo(
        String name,
        long fileId,
        long sizeBytes,
        String sha256,
        String owner,
        List<Integer> missing,
        long changedAtMs,
        Map<String, String> attributes) {
    public FileInfo {
        missing = List.copyOf(missing);
        attributes = FileAttributes.copyOf(attributes);
    }

    /** One of which nothing more is said. */
    public FileInfo(String name, long fileId, long sizeBytes, String sha256, String owner, List<Integer> missing) {
        this(name, fileId, sizeBytes, sha256, owner, missing, 0, Map.of());
    }
}
