package io.roundtable.storage;

import java.util.Arrays;

/**
 * How the data blocks that a stripe has lost follow from the parity rows that are left: the lowest rows, as many as
 * blocks are lost, and the inverse of their matrix. Keeps the last answer, since losses change seldom.
 */
final class Recovery {
    private final int dataCount;
    private final int rowCount;
    private final boolean[] solved;
    private final int[] slots;
    private final int[] lost = new int[Parity.ROWS_MAX];
    private final int[] rows = new int[Parity.ROWS_MAX];
    private final int[][] matrix = new int[Parity.ROWS_MAX][Parity.ROWS_MAX];
    private final int[][] inverse = new int[Parity.ROWS_MAX][Parity.ROWS_MAX];
    private int lostData;

    Recovery(int dataCount, int rowCount) {
        this.dataCount = dataCount;
        this.rowCount = rowCount;
        this.solved = new boolean[dataCount + rowCount];
        this.slots = new int[dataCount];
        Arrays.fill(solved, true);
        Arrays.fill(slots, -1);
    }

    boolean isPossible(boolean[] present) {
        int lostBlocks = 0;
        int rowsLeft = 0;
        for (int column = 0; column < dataCount + rowCount; column++) {
            if (column < dataCount) {
                lostBlocks += present[column] ? 0 : 1;
            } else {
                rowsLeft += present[column] ? 1 : 0;
            }
        }
        return lostBlocks <= rowsLeft;
    }

    /** Prepares the answers below; throws {@link IllegalArgumentException} when too much is lost. */
    void solve(boolean[] present) {
        if (Arrays.equals(present, solved)) {
            return;
        }
        if (!isPossible(present)) {
            throw new IllegalArgumentException("more data blocks are lost than parity rows are left");
        }
        lostData = 0;
        for (int column = 0; column < dataCount; column++) {
            slots[column] = present[column] ? -1 : lostData;
            if (!present[column]) {
                lost[lostData++] = column;
            }
        }
        int found = 0;
        for (int row = 0; found < lostData; row++) {
            if (present[dataCount + row]) {
                rows[found++] = row;
            }
        }
        for (int i = 0; i < lostData; i++) {
            for (int j = 0; j < lostData; j++) {
                matrix[i][j] = Parity.coefficient(rows[i], lost[j]);
            }
        }
        if (!GaloisField.invert(matrix, inverse, lostData)) {
            // Not for the sizes that Parity takes: a test inverts them all.
            throw new IllegalStateException("no inverse for rows and columns " + Arrays.toString(present));
        }
        System.arraycopy(present, 0, solved, 0, solved.length);
    }

    /** How many data blocks are lost. */
    int lostData() {
        return lostData;
    }

    /** The column of the lost block number {@code slot}. */
    int lostColumn(int slot) {
        return lost[slot];
    }

    /** The number among the lost of a data column, or -1. */
    int slot(int column) {
        return slots[column];
    }

    /** The parity row that equation {@code i} uses. */
    int row(int i) {
        return rows[i];
    }

    /** Rows 0 to this minus 1 include all that the equations use. */
    int rowsNeeded() {
        return lostData == 0 ? 0 : rows[lostData - 1] + 1;
    }

    /** What equation {@code i} contributes to the lost block number {@code slot}. */
    int factor(int slot, int i) {
        return inverse[slot][i];
    }

    /** All the bits that occur in the factors of equation {@code i}. */
    int highestFactor(int i) {
        int bits = 0;
        for (int slot = 0; slot < lostData; slot++) {
            bits |= inverse[slot][i];
        }
        return bits;
    }
}
