package io.roundtable.protocol;

import java.util.List;

/**
 * One file of a volume.
 *
 * @param fileId of its present content, see {@link ShareKey}
 * @param sha256 64 hexadecimal digits of the content; empty if whoever wrote it did not say
 * @param missing positions of the disks that do not hold their share (yet)
 */
public record FileInfo(String name, long fileId, long sizeBytes, String sha256, String owner, List<Integer> missing) {
    public FileInfo {
        missing = List.copyOf(missing);
    }
}
