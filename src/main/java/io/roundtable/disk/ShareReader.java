package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.Closeable;

/**
 * A share that is open to be read. Its bytes stay readable until it is closed, whatever happens to the share meanwhile.
 * Blocks are not checked here: who reads checks their CRCs.
 */
public final class ShareReader implements Closeable {
    interface Release {
        void run();
    }

    private final ShareKey key;
    private final StripeLayout stripes;
    private final ShareLayout layout;
    private final MediumFile file;
    private final long start;
    private final Release release;
    private final ShareIndex index;
    private final long changes;
    private boolean isOpen = true;

    ShareReader(
            ShareKey key,
            StripeLayout stripes,
            long usedBytes,
            MediumFile file,
            long start,
            Release release,
            ShareIndex index,
            long changes) {
        this.key = key;
        this.stripes = stripes;
        this.layout = new ShareLayout(stripes.unitBytes(), usedBytes);
        this.file = file;
        this.start = start;
        this.release = release;
        this.index = index;
        this.changes = changes;
    }

    public ShareKey key() {
        return key;
    }

    public StripeLayout stripes() {
        return stripes;
    }

    public ShareLayout layout() {
        return layout;
    }

    /** Where the groups lie; see {@link #position}. */
    public MediumFile file() {
        return file;
    }

    /** Where a group begins in the file. */
    public long position(long group) {
        return start + layout.offset(group);
    }

    /** Bytes of some groups in a row, with their CRCs. */
    public long bytes(long firstGroup, long groups) {
        long last = firstGroup + groups - 1;
        return layout.offset(last) + layout.bytes(last) - layout.offset(firstGroup);
    }

    /** Whether nothing has been replaced or deleted on the disk since this was opened. */
    public boolean isCurrent() {
        return changes == index.changes();
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            release.run();
        }
    }
}
