import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** Our volumes. */
final class VolumeStore implements Store {
    static final String VOLUME = "dss1";

    private final Address gcd;
    private final VolumeClient volumes;

    VolumeStore(Address gcd) {
        this.gcd = gcd;
        this.volumes = new VolumeClient(List.of(gcd), "bench");
    }

    VolumeClient volumes() {
        return volumes;
    }

    @Override
    public void write(String name, long bytes) throws Exception {
        volumes.write(VOLUME, name, new Content(bytes), bytes, done -> {});
    }

    @Override
    public void read(String name, Taker to) throws Exception {
        volumes.read(VOLUME, name, new Memory(to), io.roundtable.client.ReadProgress.NONE);
    }

    @Override
    public void put(String name, byte[] content) throws Exception {
        volumes.write(VOLUME, name, content);
    }

    @Override
    public int get(String name, byte[] into) throws Exception {
        ByteBuffer buffer = ByteBuffer.wrap(into);
        volumes.read(
                VOLUME,
                name,
                new Memory((bytes, count) -> buffer.put(bytes, 0, count)),
                io.roundtable.client.ReadProgress.NONE);
        return buffer.position();
    }

    @Override
    public void remove(String name) throws Exception {
        volumes.remove(VOLUME, name);
    }

    /** A connection of its own to the manager and each disk, as another process would have. */
    @Override
    public Store another() {
        return new VolumeStore(gcd);
    }

    @Override
    public void close() {
        volumes.close();
    }

    /** Copies what it gets, as any reader has to. */
    private static final class Memory implements WritableByteChannel {
        private static final ThreadLocal<byte[]> BLOCK = ThreadLocal.withInitial(() -> new byte[Content.BLOCK_BYTES]);

        private final Taker to;

        Memory(Taker to) {
            this.to = to;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            byte[] block = BLOCK.get();
            int all = from.remaining();
            while (from.hasRemaining()) {
                int count = Math.min(from.remaining(), block.length);
                from.get(block, 0, count);
                try {
                    to.take(block, count);
                } catch (IOException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IOException(e);
                }
            }
            return all;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
