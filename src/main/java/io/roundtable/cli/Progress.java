package io.roundtable.cli;

import io.roundtable.event.Visible;
import java.util.Locale;

/** A bar on the terminal's last line, at most ten times a second; nothing at all when stderr is no terminal. */
final class Progress implements AutoCloseable {
    private static final int CELLS = 30;
    private static final long EVERY_NS = 100_000_000;
    /** Short work needs no bar. */
    private static final long FIRST_NS = 300_000_000;

    private final String what;
    private final boolean isShown;
    private final long beganNs = System.nanoTime();
    private long shownNs;
    private int width;

    Progress(String what) {
        this(what, System.console() != null);
    }

    Progress(String what, boolean isShown) {
        this.what = Visible.line(what);
        this.isShown = isShown;
    }

    /** @param total -1 if it is not known */
    synchronized void show(long done, long total) {
        long now = System.nanoTime();
        if (!isShown || now - beganNs < FIRST_NS || now - shownNs < EVERY_NS) {
            return;
        }
        shownNs = now;
        draw(line(what, done, total, (now - beganNs) / 1e9));
    }

    static String line(String what, long done, long total, double seconds) {
        double perSecond = seconds <= 0 ? 0 : done / seconds;
        String speed = String.format(Locale.ROOT, "%s/s", Sizes.human((long) perSecond));
        if (total <= 0) {
            return what + " " + Sizes.human(done) + " " + speed;
        }
        int filled = (int) Math.min(CELLS, CELLS * done / total);
        long left = perSecond <= 0 ? -1 : (long) ((total - done) / perSecond);
        return what + " [" + "=".repeat(filled) + " ".repeat(CELLS - filled) + "] " + 100 * done / total + " % " + speed
                + (left < 0 ? "" : " " + left + " s left");
    }

    private void draw(String line) {
        System.err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        System.err.flush();
        width = line.length();
    }

    /** Wipes the bar. */
    @Override
    public synchronized void close() {
        if (width > 0) {
            System.err.print("\r" + " ".repeat(width) + "\r");
            System.err.flush();
            width = 0;
        }
    }
}
