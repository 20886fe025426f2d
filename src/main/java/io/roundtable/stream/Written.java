package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import java.util.List;
import java.util.Optional;

/**
 * What lies sealed on the disks, to be committed.
 *
 * @param sha256 64 hexadecimal digits of the content
 * @param sealed by position, the disk that sealed its share; empty where none did
 */
public record Written(long sizeBytes, String sha256, List<Optional<DiskId>> sealed) {
    public Written {
        sealed = List.copyOf(sealed);
    }
}
