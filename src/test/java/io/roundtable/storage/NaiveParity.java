package io.roundtable.storage;

/** The parity's definition, byte by byte and without tables: what {@link Parity} is compared with. */
final class NaiveParity {
    private NaiveParity() {}

    /** Multiplies as polynomials over bits, modulo 0x11d. */
    static int multiply(int a, int b) {
        int product = 0;
        for (int bit = 0; bit < 8; bit++) {
            if ((b >>> bit & 1) != 0) {
                product ^= a << bit;
            }
        }
        for (int bit = 15; bit >= 8; bit--) {
            if ((product >>> bit & 1) != 0) {
                product ^= 0x11d << (bit - 8);
            }
        }
        return product;
    }

    /** The point 1, 2, 4 or 8 of a row, to the power of a data block's number. */
    static int coefficient(int row, int index) {
        int power = 1;
        for (int i = 0; i < index; i++) {
            power = multiply(power, 1 << row);
        }
        return power;
    }

    static byte[][] encode(byte[][] data, int rows) {
        byte[][] parity = new byte[rows][data[0].length];
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < data.length; j++) {
                int factor = coefficient(row, j);
                for (int x = 0; x < data[j].length; x++) {
                    parity[row][x] ^= (byte) multiply(factor, data[j][x] & 0xff);
                }
            }
        }
        return parity;
    }
}
