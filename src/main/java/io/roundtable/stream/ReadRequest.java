package io.roundtable.stream;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;

/**
 * What to read.
 *
 * @param volume with its disks as they were granted
 * @param offset of the first byte
 * @param length how many bytes; the file must have them
 * @param seats asked when too few of the disks can be read
 */
public record ReadRequest(
        VolumeInfo volume, FileInfo file, long offset, long length, SeatSource seats, ReadListener listener) {
    /** All of a file, from disks that stay. */
    public static ReadRequest whole(VolumeInfo volume, FileInfo file) {
        return new ReadRequest(volume, file, 0, file.sizeBytes(), SeatSource.FIXED, ReadListener.NONE);
    }

    public ReadRequest with(SeatSource source) {
        return new ReadRequest(volume, file, offset, length, source, listener);
    }

    public ReadRequest with(ReadListener other) {
        return new ReadRequest(volume, file, offset, length, seats, other);
    }

    public ReadRequest range(long from, long count) {
        return new ReadRequest(volume, file, from, count, seats, listener);
    }
}
