import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Random;

/** The same bytes every time, from memory: random blocks that differ by their number. */
final class Content implements ReadableByteChannel {
    static final int BLOCK_BYTES = 1 << 20;

    private static final byte[] RANDOM = new byte[BLOCK_BYTES];

    static {
        new Random(7).nextBytes(RANDOM);
    }

    private final byte[] block = RANDOM.clone();
    private final long sizeBytes;
    private long given;

    Content(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    static byte[] small(int bytes) {
        return Arrays.copyOf(RANDOM, bytes);
    }

    /** The block that begins at the next byte, for stores that take arrays. */
    byte[] next() {
        stamp(given / BLOCK_BYTES);
        given += BLOCK_BYTES;
        return block;
    }

    private void stamp(long number) {
        ByteBuffer.wrap(block).putLong(0, number);
    }

    @Override
    public int read(ByteBuffer to) {
        if (given == sizeBytes) {
            return -1;
        }
        int at = (int) (given % BLOCK_BYTES);
        if (at == 0) {
            stamp(given / BLOCK_BYTES);
        }
        int count = (int) Math.min(Math.min(to.remaining(), BLOCK_BYTES - at), sizeBytes - given);
        to.put(block, at, count);
        given += count;
        return count;
    }

    /** Throws unless the bytes are those that were written. */
    static Store.Taker check(long sizeBytes) {
        Content expected = new Content(sizeBytes);
        ByteBuffer wanted = ByteBuffer.allocate(BLOCK_BYTES);
        return (bytes, count) -> {
            for (int at = 0; at < count; ) {
                wanted.clear().limit(Math.min(BLOCK_BYTES, count - at));
                int got = expected.read(wanted);
                if (got < 0 || !Arrays.equals(bytes, at, at + got, wanted.array(), 0, got)) {
                    throw new IOException("the content is not what was written, near byte " + expected.given);
                }
                at += got;
            }
        };
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
