package io.roundtable.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.DiskId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies at a foreign disk was written by anybody: it costs whoever opens it neither memory nor time without end. */
class HostileDiskTest {
    private static final int NAME = 1;
    private static final int SIZE = 4;
    private static final int CHUNK = 5;
    private static final int NEXT = 7;

    private final PublishedDisk disk = new PublishedDisk(1);
    private final RemoteBlocks blocks = new RemoteBlocks(new Question(disk, "F", disk::nowMs), new DiskId(1, 2), "F");

    private interface Content {
        void to(DataOutputStream out) throws IOException;
    }

    private void journal(int generation, long number, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(1);
        content.to(out);
        blocks.write("1-journal-" + generation, number, bytes.toByteArray());
    }

    private static void name(DataOutputStream out, String path, long node) throws IOException {
        out.writeByte(NAME);
        out.writeUTF(path);
        out.writeLong(node);
    }

    private static void size(DataOutputStream out, long node, long size) throws IOException {
        out.writeByte(SIZE);
        out.writeLong(node);
        out.writeLong(size);
    }

    private static void chunk(DataOutputStream out, long node, int index, boolean isThere) throws IOException {
        out.writeByte(CHUNK);
        out.writeLong(node);
        out.writeInt(index);
        out.writeBoolean(isThere);
        if (isThere) {
            out.writeLong(1);
            out.writeLong(index);
            out.writeInt(0);
        }
    }

    @BeforeEach
    void owned() throws IOException {
        blocks.write(
                "owner",
                0,
                ByteBuffer.allocate(28)
                        .putLong(1)
                        .putLong(1)
                        .putInt(0)
                        .putLong(5)
                        .array());
    }

    private void assertRefused() {
        String message = assertThrows(IOException.class, () -> disk.open(2)).getMessage();
        assertTrue(message.startsWith("it"), message);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aHoleAtTheEndOfEachOfManyFilesTakesNoMemory() throws IOException {
        for (int block = 0; block < 20; block++) {
            int first = block * 600 + 1;
            journal(0, block, out -> {
                for (int node = first; node < first + 600; node++) {
                    name(out, Integer.toString(node, 36), node);
                    size(out, node, 4L * ForeignMedium.CAPACITY_BYTES);
                    chunk(out, node, ForeignMedium.chunks(4L * ForeignMedium.CAPACITY_BYTES) - 1, false);
                }
            });
        }
        long before = heap();
        ForeignMedium medium = disk.open(2);
        long took = heap() - before;
        assertEquals(12_000, medium.list("").size());
        assertTrue(took < 16 << 20, (took >> 20) + " MiB");
    }

    @Test
    void aPlaceBehindTheEndOfAFileIsNone() throws IOException {
        journal(0, 0, out -> {
            name(out, "a", 1);
            chunk(out, 1, 5_000, false);
        });
        assertRefused();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -100_000_000, Long.MIN_VALUE, Long.MAX_VALUE, 5L << 28})
    void aSizeThatNoFileHasIsNone(long size) throws IOException {
        journal(0, 0, out -> {
            name(out, "a", 1);
            size(out, 1, size);
        });
        assertRefused();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, Long.MAX_VALUE})
    void aNumberThatNoFileHasIsNone(long number) throws IOException {
        journal(0, 0, out -> {
            out.writeByte(NEXT);
            out.writeLong(number);
        });
        assertRefused();
    }

    @Test
    void aDiskDoesNotHoldMoreBlocksThanItWasEverGiven() throws IOException {
        for (int block = 0; block < 12; block++) {
            int first = block * 900;
            journal(0, block, out -> {
                name(out, "a", 1);
                size(out, 1, 4L * ForeignMedium.CAPACITY_BYTES);
                for (int index = first; index < first + 900; index++) {
                    chunk(out, 1, index, true);
                }
            });
        }
        assertRefused();
    }

    @Test
    void norMoreNames() throws IOException {
        for (int block = 0; block < 12; block++) {
            int first = block * 1_500 + 1;
            journal(0, block, out -> {
                for (int node = first; node < first + 1_500; node++) {
                    name(out, "n" + node, node);
                }
            });
        }
        assertRefused();
    }

    @Test
    void norLongOnes() throws IOException {
        journal(0, 0, out -> name(out, "x".repeat(256), 1));
        assertRefused();
    }

    @Test
    void aListWithoutEndIsNotReadToItsEnd() throws IOException {
        for (int block = 0; block < 2_100; block++) {
            journal(0, block, out -> {});
        }
        assertRefused();
    }

    @Test
    void norOneThatComesSlowly() throws IOException {
        for (int block = 0; block < 1_500; block++) {
            journal(0, block, out -> {});
        }
        disk.lateMs = 200;
        long since = disk.nowMs();
        assertRefused();
        assertTrue(disk.nowMs() - since < 150_000, (disk.nowMs() - since) + " ms");
    }

    @Test
    void norGenerationsWithoutEnd() throws IOException {
        for (int generation = 0; generation < 50; generation++) {
            journal(generation, 0, out -> {});
        }
        assertRefused();
    }
}
