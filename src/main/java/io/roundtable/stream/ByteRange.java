package io.roundtable.stream;

import java.io.IOException;

/**
 * A part of a file.
 *
 * @param offset of the first byte
 * @param end behind the last byte
 */
record ByteRange(long offset, long end) {
    /** @throws IOException if the file has no such part */
    static ByteRange within(long sizeBytes, long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset > sizeBytes || length > sizeBytes - offset) {
            throw new IOException(
                    "the file has " + sizeBytes + " bytes; it has no bytes " + offset + " to " + (offset + length));
        }
        return new ByteRange(offset, offset + length);
    }

    /** Whether bytes {@code from} to {@code from + count - 1} are wanted in part. */
    boolean touches(long from, int count) {
        return count > 0 && from < end && from + count > offset;
    }
}
