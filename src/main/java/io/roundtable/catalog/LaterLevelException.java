package io.roundtable.catalog;

/** The catalog may have what only later programs know; the message is one sentence that says what to do. */
public final class LaterLevelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param level of the catalog
     * @param known of the program
     */
    public LaterLevelException(int level, int known) {
        super("the catalog is of level " + level + ", and this program knows " + known
                + ": start it in a build that is as new as that of the others (docs/UPGRADES.md)");
    }
}
