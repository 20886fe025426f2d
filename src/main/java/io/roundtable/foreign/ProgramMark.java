package io.roundtable.foreign;

import io.roundtable.foreign.RemoteBlocks.BrokenBlockException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/**
 * A number in a block under one name for all disks: two that find the same there are one program, which was registered by
 * two of its addresses, and forgets both at once. Thread-safe.
 */
final class ProgramMark {
    private static final String FILE = "program";

    private final RemoteBlocks blocks;
    private final LongSupplier random;
    private volatile long number;

    /** Another disk's presenter has written it meanwhile. */
    private static final class AnotherException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Finds the mark, or makes one. */
    ProgramMark(Question question, String name, LongSupplier random) throws IOException {
        this.blocks = RemoteBlocks.ofProgram(question, name);
        this.random = random;
        look();
    }

    /** What stood there last; never 0. */
    long number() {
        return number;
    }

    /** Looks again: of two that made one at the same time the later one's stands. */
    final synchronized void look() throws IOException {
        long found = read();
        if (found == 0) {
            write(number == 0 ? random.getAsLong() | 1 : number);
            found = read();
        }
        number = found == 0 ? number : found;
    }

    private void write(long drawn) throws IOException {
        byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(drawn).array();
        try {
            blocks.write(FILE, 0, payload, () -> {
                long other = read();
                if (other != 0 && other != drawn) {
                    throw new AnotherException();
                }
            });
            number = drawn;
        } catch (AnotherException e) {
            // Then that one counts.
        }
    }

    /** @return 0 for none */
    private long read() throws IOException {
        try {
            byte[] found = blocks.read(FILE, 0);
            return found == null || found.length != Long.BYTES
                    ? 0
                    : ByteBuffer.wrap(found).getLong();
        } catch (BrokenBlockException e) {
            return 0;
        }
    }
}
