package io.roundtable.role.disk;

import io.roundtable.disk.DiskStore;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Opens a disk where it lies, off the loop: at the start, and after its medium was lost again and again, then only as the
 * disk that it was. For the loop's thread, on which all is told, too.
 */
final class DiskOpener {
    private static final int AGAIN_FIRST_MS = 1_000;
    private static final int AGAIN_MAX_MS = 10_000;

    private final EventLoop loop;
    private final DiskPlace place;
    private final Preparation preparation;
    private final Consumer<DiskStore> opened;
    private final Consumer<String> notYet;
    private int pauseMs = AGAIN_FIRST_MS;
    private String said = "";
    private boolean isStopped;

    /** What else the folder needs. */
    interface Preparation {
        void run(Path folder) throws IOException;
    }

    /**
     * @param preparation done in a folder that is open, off the loop
     * @param opened told of the disk; the caller closes it
     * @param notYet told why the disk cannot be opened again so far, each reason once
     */
    DiskOpener(
            EventLoop loop,
            DiskPlace place,
            Preparation preparation,
            Consumer<DiskStore> opened,
            Consumer<String> notYet) {
        this.loop = loop;
        this.place = place;
        this.preparation = preparation;
        this.opened = opened;
        this.notYet = notYet;
    }

    /** @param refused told why the folder cannot be used */
    void open(Consumer<String> refused) {
        inBackground(place::open, refused);
    }

    /** In a moment, and with growing pauses until it works. */
    void openAgain(DiskId wanted) {
        if (!isStopped) {
            loop.schedule(pauseMs, () -> openNow(wanted));
            pauseMs = Math.min(AGAIN_MAX_MS, 2 * pauseMs);
        }
    }

    private void openNow(DiskId wanted) {
        if (!isStopped) {
            inBackground(() -> place.openAgain(wanted), reason -> {
                if (!reason.equals(said)) {
                    said = reason;
                    notYet.accept(reason);
                }
                openAgain(wanted);
            });
        }
    }

    private interface Opening {
        DiskStore run() throws IOException;
    }

    /** A big disk takes its time to look at what it holds, and one that hangs never ends. */
    private void inBackground(Opening opening, Consumer<String> refused) {
        loop.background("disk-open", () -> {
            try {
                DiskStore store = prepared(opening.run());
                loop.post(() -> done(store));
            } catch (IOException | RuntimeException | Error e) {
                // Whatever lies there, and whatever fails, whoever asked for the disk hears of it.
                String reason = Reason.of(e);
                loop.post(() -> refused.accept(reason));
            }
        });
    }

    private DiskStore prepared(DiskStore store) throws IOException {
        boolean done = false;
        try {
            preparation.run(place.folder());
            done = true;
            return store;
        } finally {
            if (!done) {
                store.close();
            }
        }
    }

    private void done(DiskStore store) {
        pauseMs = AGAIN_FIRST_MS;
        said = "";
        opened.accept(store);
    }

    void stop() {
        isStopped = true;
    }
}
