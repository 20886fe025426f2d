package io.roundtable.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * Computes and uses the parity of stripes: k data blocks and p parity rows of one length.
 *
 * <p>Byte x of row r is the sum over the data blocks j of {@code (2^r)^j * data[j][x]} in the field of 256 elements
 * modulo 0x11d: row 0 is plain XOR, row 1 weighs with 1, 2, 4, …, row 2 with 1, 4, 16, …, row 3 with 1, 8, 64, …. Any
 * p lost blocks can be computed from the others for up to 64 data blocks, with four rows up to 21 (a test inverts
 * every case; 22 fails). Rows are computed by Horner's scheme (docs/PROTOCOL.md, Layout; H. P. Anvin, The mathematics
 * of RAID-6).
 *
 * <p>Blocks are given as columns, data 0 to k-1, then the rows, each an array and the offset in it where the block
 * starts; columns may lie in one array, but those written must overlap no other. Lengths need not be multiples of
 * anything: a block may be cut into parts in any way and each part coded by itself.
 *
 * <p>An instance holds its scratch (75 KiB), the last loss pattern it solved and views of the last arrays, which so
 * stay reachable: with buffers that are used again it allocates nothing. It serves one thread at a time.
 */
public final class Parity {
    /** More rows of this kind do not protect against more losses. */
    public static final int ROWS_MAX = 4;

    /** The most bytes of a column in one call. */
    public static final int LENGTH_MAX = 1 << 30;

    private static final int DATA_MAX = 64;
    private static final int DATA_MAX_FOUR_ROWS = 21;

    private final int dataCount;
    private final int rows;
    private final Recovery recovery;
    private final int[] commonOffsets;
    private final Column[] blocks;
    private final Column before = new Column();
    private final Column after = new Column();
    private final long[][] sums = Lanes.allocate(ROWS_MAX);
    private final long[] term = Lanes.allocate();
    private final long[][] rebuilt = Lanes.allocate(ROWS_MAX);
    private final boolean[] allData;
    private final boolean[] allRows;

    /** Throws {@link IllegalArgumentException} unless rows is 1 to 4 and dataCount 1 to {@link #dataMax}. */
    public Parity(int dataCount, int rows) {
        if (rows < 1 || rows > ROWS_MAX) {
            throw new IllegalArgumentException("parity must be 1 to " + ROWS_MAX + ", not " + rows);
        }
        if (dataCount < 1 || dataCount > dataMax(rows)) {
            throw new IllegalArgumentException(
                    "parity " + rows + " protects 1 to " + dataMax(rows) + " data blocks, not " + dataCount);
        }
        this.dataCount = dataCount;
        this.rows = rows;
        this.recovery = new Recovery(dataCount, rows);
        this.commonOffsets = new int[dataCount + rows];
        this.blocks = new Column[dataCount + rows];
        Arrays.setAll(blocks, column -> new Column());
        this.allData = new boolean[dataCount + rows];
        this.allRows = new boolean[dataCount + rows];
        Arrays.fill(allData, 0, dataCount, true);
        Arrays.fill(allRows, dataCount, dataCount + rows, true);
    }

    public static Parity of(StripeLayout layout) {
        return new Parity(layout.dataDisks(), layout.parity());
    }

    /** The most data blocks that {@code rows} parity rows protect from the loss of any {@code rows} blocks. */
    public static int dataMax(int rows) {
        return rows < ROWS_MAX ? DATA_MAX : DATA_MAX_FOUR_ROWS;
    }

    /** The weight of data block {@code index} in parity row {@code row}. */
    static int coefficient(int row, int index) {
        return GaloisField.powerOfTwo(row * index);
    }

    /** Number of columns: data blocks and parity rows. */
    public int columns() {
        return dataCount + rows;
    }

    /** Computes all parity rows, with every column at the same offset of an array of its own. */
    public void encode(byte[][] columns, int offset, int length) {
        Arrays.fill(commonOffsets, offset);
        encode(columns, commonOffsets, length);
    }

    /** Computes all parity rows from all data blocks; {@code length} bytes of each column, 0 or more. */
    public void encode(byte[][] columns, int[] offsets, int length) {
        setColumns(columns, offsets, length, allData, allRows);
        rebuild(length, allData, allRows);
    }

    /**
     * {@link #encode(byte[][], int[], int)} of buffers, direct ones too. Offsets count from the beginning of a buffer;
     * positions and limits are neither looked at nor changed.
     */
    public void encode(ByteBuffer[] columns, int[] offsets, int length) {
        setColumns(columns, offsets, length, allData, allRows);
        rebuild(length, allData, allRows);
    }

    /**
     * Computes lost blocks, data or parity, from those that are left.
     *
     * <p>Only columns that are present are read (data, and as many rows as data blocks are missing), only wanted ones
     * are written; the arrays of the others are not touched and may be empty.
     *
     * @param present the columns that can be read
     * @param wanted the columns to compute, none of them present
     * @throws IllegalArgumentException when more data blocks are missing than rows are present
     */
    public void reconstruct(byte[][] columns, int[] offsets, int length, boolean[] present, boolean[] wanted) {
        checkWanted(present, wanted);
        setColumns(columns, offsets, length, present, wanted);
        rebuild(length, present, wanted);
    }

    /**
     * {@link #reconstruct(byte[][], int[], int, boolean[], boolean[])} of buffers, direct ones too. Offsets count from
     * the beginning of a buffer; positions and limits are neither looked at nor changed.
     */
    public void reconstruct(ByteBuffer[] columns, int[] offsets, int length, boolean[] present, boolean[] wanted) {
        checkWanted(present, wanted);
        setColumns(columns, offsets, length, present, wanted);
        rebuild(length, present, wanted);
    }

    /** Whether {@link #reconstruct} can compute every lost block from these. */
    public boolean isRecoverable(boolean[] present) {
        checkCount(present.length);
        return recovery.isPossible(present);
    }

    /**
     * Brings the parity up to date when {@code length} bytes of one data block change, without the other data.
     *
     * @param index the data block, 0 to k-1
     * @param parity the p rows, at the place of the changed bytes
     */
    public void update(
            int index,
            byte[] old,
            int oldOffset,
            byte[] changed,
            int changedOffset,
            byte[][] parity,
            int[] parityOffsets,
            int length) {
        Objects.checkIndex(index, dataCount);
        checkLength(length);
        Objects.checkFromIndexSize(oldOffset, length, old.length);
        Objects.checkFromIndexSize(changedOffset, length, changed.length);
        if (parity.length != rows || parityOffsets.length != rows) {
            throw new IllegalArgumentException("parity has " + rows + " rows, not " + parity.length);
        }
        for (int row = 0; row < rows; row++) {
            Objects.checkFromIndexSize(parityOffsets[row], length, parity[row].length);
            blocks[dataCount + row].set(parity[row], parityOffsets[row]);
        }
        before.set(old, oldOffset);
        after.set(changed, changedOffset);
        for (int at = 0; at < length; at += Lanes.PIECE_BYTES) {
            int bytes = Math.min(Lanes.PIECE_BYTES, length - at);
            int longs = Lanes.longs(bytes);
            before.load(at, term, bytes);
            after.load(at, sums[0], bytes);
            Lanes.add(term, sums[0], longs);
            for (int row = 0; row < rows; row++) {
                blocks[dataCount + row].load(at, sums[row], bytes);
            }
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                boolean more = false;
                for (int row = 0; row < rows; row++) {
                    int factor = coefficient(row, index) >>> bit;
                    if ((factor & 1) != 0) {
                        Lanes.add(sums[row], term, longs);
                    }
                    more |= factor > 1;
                }
                if (!more) {
                    break;
                }
                Lanes.twice(term, longs);
            }
            for (int row = 0; row < rows; row++) {
                blocks[dataCount + row].store(at, sums[row], bytes);
            }
        }
    }

    /** Whether all parity rows are those of the data. */
    public boolean verify(byte[][] columns, int[] offsets, int length) {
        setColumns(columns, offsets, length, allData, allRows);
        for (int at = 0; at < length; at += Lanes.PIECE_BYTES) {
            int bytes = Math.min(Lanes.PIECE_BYTES, length - at);
            int longs = Lanes.longs(bytes);
            sumRows(at, bytes, rows);
            for (int row = 0; row < rows; row++) {
                blocks[dataCount + row].load(at, term, bytes);
                if (!Arrays.equals(sums[row], 0, longs, term, 0, longs)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void rebuild(int length, boolean[] present, boolean[] wanted) {
        recovery.solve(present);
        int wantedRows = 0;
        for (int row = 0; row < rows; row++) {
            wantedRows = wanted[dataCount + row] ? row + 1 : wantedRows;
        }
        for (int at = 0; at < length; at += Lanes.PIECE_BYTES) {
            int bytes = Math.min(Lanes.PIECE_BYTES, length - at);
            if (recovery.lostData() > 0) {
                rebuildData(at, bytes);
                for (int i = 0; i < recovery.lostData(); i++) {
                    int column = recovery.lostColumn(i);
                    if (wanted[column]) {
                        blocks[column].store(at, rebuilt[i], bytes);
                    }
                }
            }
            if (wantedRows > 0) {
                sumRows(at, bytes, wantedRows);
                for (int column = dataCount; column < dataCount + wantedRows; column++) {
                    if (wanted[column]) {
                        blocks[column].store(at, sums[column - dataCount], bytes);
                    }
                }
            }
        }
    }

    /** The lost data blocks' piece into {@code rebuilt}: what the rows lack, times the inverse matrix. */
    private void rebuildData(int at, int bytes) {
        int longs = Lanes.longs(bytes);
        int lost = recovery.lostData();
        for (int i = 0; i < lost; i++) {
            // Lost blocks count as zeros, so what the sum then lacks to the row's parity is their part.
            Arrays.fill(rebuilt[i], 0, longs, 0);
        }
        sumRows(at, bytes, recovery.rowsNeeded());
        for (int i = 0; i < lost; i++) {
            int column = dataCount + recovery.row(i);
            long[] lack = sums[recovery.row(i)];
            blocks[column].load(at, term, bytes);
            Lanes.add(lack, term, longs);
            int highest = recovery.highestFactor(i);
            for (int bit = 0; highest >>> bit != 0; bit++) {
                if (bit > 0) {
                    Lanes.twice(lack, longs);
                }
                for (int j = 0; j < lost; j++) {
                    if ((recovery.factor(j, i) >>> bit & 1) != 0) {
                        Lanes.add(rebuilt[j], lack, longs);
                    }
                }
            }
        }
    }

    /** Rows 0 to {@code count - 1} of a piece into {@code sums}, lost data blocks taken from {@code rebuilt}. */
    private void sumRows(int at, int bytes, int count) {
        int longs = Lanes.longs(bytes);
        for (int column = dataCount - 1; column >= 0; column--) {
            int slot = recovery.slot(column);
            long[] data = slot >= 0 ? rebuilt[slot] : term;
            if (slot < 0) {
                blocks[column].load(at, term, bytes);
            }
            for (int row = 0; row < count; row++) {
                if (column == dataCount - 1) {
                    System.arraycopy(data, 0, sums[row], 0, longs);
                } else {
                    Lanes.step(row, sums[row], data, longs);
                }
            }
        }
    }

    private void setColumns(byte[][] columns, int[] offsets, int length, boolean[] read, boolean[] written) {
        checkCount(columns.length);
        checkCount(offsets.length);
        checkLength(length);
        for (int column = 0; column < columns(); column++) {
            if (read[column] || written[column]) {
                Objects.checkFromIndexSize(offsets[column], length, columns[column].length);
                blocks[column].set(columns[column], offsets[column]);
            }
        }
    }

    private void setColumns(ByteBuffer[] columns, int[] offsets, int length, boolean[] read, boolean[] written) {
        checkCount(columns.length);
        checkCount(offsets.length);
        checkLength(length);
        for (int column = 0; column < columns(); column++) {
            if (read[column] || written[column]) {
                Objects.checkFromIndexSize(offsets[column], length, columns[column].capacity());
                blocks[column].set(columns[column], offsets[column]);
            }
        }
    }

    private void checkWanted(boolean[] present, boolean[] wanted) {
        checkCount(present.length);
        checkCount(wanted.length);
        for (int column = 0; column < columns(); column++) {
            if (wanted[column] && present[column]) {
                throw new IllegalArgumentException("column " + column + " is present and wanted");
            }
        }
    }

    private static void checkLength(int length) {
        if (length < 0 || length > LENGTH_MAX) {
            throw new IndexOutOfBoundsException("length " + length);
        }
    }

    private void checkCount(int count) {
        if (count != columns()) {
            throw new IllegalArgumentException("stripe has " + columns() + " columns, not " + count);
        }
    }
}
