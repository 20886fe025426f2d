package io.roundtable.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks in buffers, direct or not, are coded as those in arrays, whatever the buffers' positions and limits are. */
class ParityBufferTest {
    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    private static ByteBuffer buffer(byte[] bytes, boolean isDirect) {
        ByteBuffer buffer = isDirect ? ByteBuffer.allocateDirect(bytes.length) : ByteBuffer.allocate(bytes.length);
        return buffer.put(bytes).position(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void buffersAreCodedAsArrays(long seed) {
        Random random = new Random(seed);
        int data = 1 + random.nextInt(6);
        int rows = 1 + random.nextInt(3);
        int length = 1 + random.nextInt(20_000);
        Parity parity = new Parity(data, rows);
        byte[][] arrays = new byte[data + rows][length + 64];
        ByteBuffer[] buffers = new ByteBuffer[data + rows];
        int[] offsets = new int[data + rows];
        boolean[] present = new boolean[data + rows];
        boolean[] wanted = new boolean[data + rows];
        for (int column = 0; column < arrays.length; column++) {
            random.nextBytes(arrays[column]);
            offsets[column] = random.nextInt(64);
            buffers[column] = buffer(arrays[column], random.nextBoolean());
            present[column] = true;
        }

        parity.encode(arrays, offsets, length);
        for (ByteBuffer each : buffers) {
            each.limit(random.nextInt(each.capacity() + 1));
        }
        parity.encode(buffers, offsets, length);
        for (int column = 0; column < arrays.length; column++) {
            assertArrayEquals(arrays[column], bytes(buffers[column].clear()), "column " + column);
        }

        for (int lost = 0; lost < rows; lost++) {
            int column = random.nextInt(data + rows);
            present[column] = false;
            wanted[column] = true;
            for (int i = 0; i < length; i++) {
                buffers[column].put(offsets[column] + i, (byte) 0);
            }
        }
        parity.reconstruct(buffers, offsets, length, present, wanted);
        for (int column = 0; column < arrays.length; column++) {
            assertArrayEquals(arrays[column], bytes(buffers[column].clear()), "lost column " + column);
        }
    }
}
