package io.roundtable.disk;

/**
 * Bounds of a disk's data connections.
 *
 * @param sessionsMax at a time
 * @param idleMs after which a connection that neither sends nor takes anything is closed
 * @param buffers direct buffers of about 270 KiB for all of them together
 */
public record DataServerOptions(int sessionsMax, int idleMs, int buffers) {
    public DataServerOptions {
        if (sessionsMax < 1 || idleMs < 1 || buffers < 1) {
            throw new IllegalArgumentException("a data server needs room for a session, a buffer and a millisecond");
        }
    }

    /** 256 sessions, a minute, 24 buffers (6.5 MB). */
    public static DataServerOptions defaults() {
        return new DataServerOptions(256, 60_000, 24);
    }
}
