package io.roundtable.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaloisFieldTest {

    @Test
    void tablesMultiplyAsPolynomials() {
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                assertEquals(NaiveParity.multiply(a, b), GaloisField.multiply(a, b), a + " * " + b);
            }
        }
    }

    @Test
    void everyElementButZeroHasAnInverse() {
        for (int a = 1; a < 256; a++) {
            assertEquals(1, GaloisField.multiply(a, GaloisField.inverse(a)));
        }
        assertThrows(ArithmeticException.class, () -> GaloisField.inverse(0));
    }

    @Test
    void coefficientsAreThePowersOfTheRowsPoints() {
        for (int row = 0; row < 4; row++) {
            for (int index = 0; index < 64; index++) {
                assertEquals(NaiveParity.coefficient(row, index), Parity.coefficient(row, index));
            }
        }
    }

    /**
     * Every loss of up to p blocks among k + p: as many data blocks as rows are left can be computed from those rows.
     */
    @ParameterizedTest
    @CsvSource({"1, 64", "2, 64", "3, 64", "4, 21"})
    void anyLossOfUpToAllRowsIsRecoverable(int rows, int dataMax) {
        assertEquals(dataMax, Parity.dataMax(rows));
        long inverted = 0;
        for (int data = 1; data <= dataMax; data++) {
            inverted += invertAll(data, rows);
        }
        // Choosing t of p rows and t of k data blocks, summed over t, is choosing p of k + p; less the empty choice.
        assertEquals(binomial(dataMax + rows, rows) - 1, inverted, "matrices");
    }

    private static long binomial(int n, int k) {
        long result = 1;
        for (int i = 1; i <= k; i++) {
            result = result * (n - k + i) / i;
        }
        return result;
    }

    /** Why the bound is where it is. */
    @Test
    void aFourthRowFailsFromTwentyTwoDataBlocksOn() {
        assertThrows(AssertionError.class, () -> invertAll(22, 4));
    }

    /** Only losses that include data block {@code data - 1}: the others are those of fewer data blocks. */
    private static long invertAll(int data, int rows) {
        long count = 0;
        for (int used = 1; used < 1 << rows; used++) {
            count += invertAll(used, new int[Integer.bitCount(used)], 0, data);
        }
        return count;
    }

    private static long invertAll(int rows, int[] lost, int depth, int bound) {
        if (depth == lost.length) {
            int size = lost.length;
            int[][] matrix = new int[size][size];
            int[][] kept = new int[size][];
            int left = rows;
            for (int i = 0; i < size; i++, left &= left - 1) {
                for (int j = 0; j < size; j++) {
                    matrix[i][j] = Parity.coefficient(Integer.numberOfTrailingZeros(left), lost[j]);
                }
                kept[i] = matrix[i].clone();
            }
            int[][] inverse = new int[size][size];
            assertTrue(
                    GaloisField.invert(matrix, inverse, size),
                    () -> "rows " + Integer.toBinaryString(rows) + " lost " + Arrays.toString(lost));
            assertIdentity(kept, inverse);
            return 1;
        }
        long count = 0;
        int from = depth == 0 ? bound - 1 : 0;
        for (int column = bound - 1; column >= from; column--) {
            lost[depth] = column;
            count += invertAll(rows, lost, depth + 1, column);
        }
        return count;
    }

    private static void assertIdentity(int[][] a, int[][] b) {
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                int sum = 0;
                for (int x = 0; x < a.length; x++) {
                    sum ^= GaloisField.multiply(a[i][x], b[x][j]);
                }
                if (sum != (i == j ? 1 : 0)) {
                    throw new AssertionError("not the inverse of " + Arrays.deepToString(a));
                }
            }
        }
    }

    @Test
    void aMatrixWithTwoEqualRowsHasNoInverse() {
        assertFalse(GaloisField.invert(new int[][] {{3, 5}, {3, 5}}, new int[2][2], 2));
    }
}
