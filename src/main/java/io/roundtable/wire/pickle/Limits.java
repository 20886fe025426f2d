package io.roundtable.wire.pickle;

/**
 * What a pickle may cost at most.
 *
 * @param inputBytesMax length of the pickle, opcodes included, in bytes
 * @param depthMax containers within containers; a list of numbers has depth 1
 * @param stackMax values and marks that wait on the stack at one time
 * @param memoMax memo entries, and one more than the highest memo index
 * @param intBytesMax size of an int in two's complement, in bytes
 * @param expandedMax size of the value when every shared part is counted where it appears: 1 for each value, and 1 for
 *     each char or byte that it holds. A pickle can name one part many times, so 64 KiB could otherwise stand for a
 *     tree that takes hours to print, to hash or to compare
 */
public record Limits(int inputBytesMax, int depthMax, int stackMax, int memoMax, int intBytesMax, int expandedMax) {
    /**
     * 64 KiB hold about 4,000 members, and 1 Mi is what these take if all of them share the longest host name that DNS
     * allows. 255 bytes are what the usual opcode for a big int can carry.
     */
    public static final Limits DEFAULT = new Limits(64 * 1024, 32, 32 * 1024, 32 * 1024, 255, 1024 * 1024);

    /** The highest value of any limit, so that sums of two of them stay in an int. */
    private static final int CEILING = 1 << 28;

    public Limits {
        check("inputBytesMax", inputBytesMax);
        check("depthMax", depthMax);
        check("stackMax", stackMax);
        check("memoMax", memoMax);
        check("intBytesMax", intBytesMax);
        check("expandedMax", expandedMax);
    }

    /** Returns how many chars an int may have in decimal: a byte makes at most 2.41 digits. */
    int intDigitsMax() {
        return intBytesMax * 5 / 2 + 1;
    }

    private static void check(String name, int value) {
        if (value < 1 || value > CEILING) {
            throw new IllegalArgumentException(name + " is " + value + ", expected 1 to " + CEILING);
        }
    }
}
