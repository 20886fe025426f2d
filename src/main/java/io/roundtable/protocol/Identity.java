package io.roundtable.protocol;

/**
 * Who a peer is: the pair that elections compare.
 *
 * <p>Lower means fewer days, then the smaller id; the highest live identity leads (docs/PROTOCOL.md, Words).
 *
 * @param days days until the next birthday, 1 to 365; a birthday today counts as 365
 * @param id 1000000 to 9999999
 */
public record Identity(int days, int id) implements Comparable<Identity> {
    public static final int DAYS_MIN = 1;
    public static final int DAYS_MAX = 365;
    public static final int ID_MIN = 1_000_000;
    public static final int ID_MAX = 9_999_999;

    public Identity {
        if (days < DAYS_MIN || days > DAYS_MAX) {
            throw new IllegalArgumentException("days to birthday must be 1 to 365, not " + days);
        }
        if (id < ID_MIN || id > ID_MAX) {
            throw new IllegalArgumentException("id must be 1000000 to 9999999, not " + id);
        }
    }

    public boolean isHigherThan(Identity other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Identity other) {
        int byDays = Integer.compare(days, other.days);
        return byDays != 0 ? byDays : Integer.compare(id, other.id);
    }

    @Override
    public String toString() {
        return "(" + days + "," + id + ")";
    }
}
