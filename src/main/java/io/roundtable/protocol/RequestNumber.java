package io.roundtable.protocol;

/**
 * How requests are numbered that somebody may send again by another way, without a number of its own: what was said by
 * whom (32 bits), the way that it came (16), a counter of that way (16). Other requests have numbers drawn at random.
 */
public final class RequestNumber {
    private RequestNumber() {}

    /**
     * A number; never 0.
     *
     * @param words a hash of the words and of who said them
     * @param way drawn at random by whoever numbers
     */
    public static long of(int words, int way, int count) {
        long number = (long) words << 32 | (way & 0xFFFFL) << 16 | count & 0xFFFFL;
        return number == 0 ? 1 : number;
    }

    /** Whether two are of the same words that came by two ways. */
    public static boolean isByAnotherWay(long one, long other) {
        return one >>> 32 == other >>> 32 && (one >>> 16 & 0xFFFF) != (other >>> 16 & 0xFFFF);
    }
}
