package io.roundtable.protocol;

/**
 * How requests are numbered that somebody may send again by another way, without a number of its own: what was said by
 * whom (24 bits), the way that it came (12), a counter of that way (28: it must not come around among the requests that
 * are remembered, or a command would be answered with what an older one did). Other requests have numbers drawn at random.
 */
public final class RequestNumber {
    private static final int COUNT_BITS = 28;
    private static final int WAY_BITS = 12;
    private static final int WORDS_SHIFT = COUNT_BITS + WAY_BITS;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final long WAY_MASK = (1L << WAY_BITS) - 1;

    private RequestNumber() {}

    /**
     * A number; never 0.
     *
     * @param words a hash of the words and of who said them
     * @param way drawn at random by whoever numbers
     */
    public static long of(int words, int way, int count) {
        long number = (long) words << WORDS_SHIFT | (way & WAY_MASK) << COUNT_BITS | count & COUNT_MASK;
        return number == 0 ? 1 : number;
    }

    /** Whether two are of the same words that came by two ways. */
    public static boolean isByAnotherWay(long one, long other) {
        return one >>> WORDS_SHIFT == other >>> WORDS_SHIFT && way(one) != way(other);
    }

    private static long way(long number) {
        return number >>> COUNT_BITS & WAY_MASK;
    }
}
