/** Of sorted times. */
final class Percentiles {
    private Percentiles() {}

    static double ms(long[] sortedNs, double part) {
        if (sortedNs.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        int index = (int) Math.ceil(part * sortedNs.length) - 1;
        return sortedNs[Math.max(0, index)] / 1e6;
    }
}
