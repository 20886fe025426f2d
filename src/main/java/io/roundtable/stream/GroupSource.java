package io.roundtable.stream;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.VolumeInfo.Seat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one disk's share, on a thread of its own: asks ahead, checks every block's CRC, and reads a broken group once
 * more, since it may have been damaged on the way.
 */
final class GroupSource implements Runnable {
    /** Requests on their way: one that the disk works on, one that it finds next. */
    private static final int REQUESTS_MAX = 2;

    static final int GROUPS_PER_REQUEST_MAX = 4;

    private final Disks disks;
    private final FileShape shape;
    private final Seat seat;
    private final int position;
    private final GroupFetch fetch;
    private final ReadListener listener;
    private final Deque<List<Cell>> asked = new ArrayDeque<>();
    private final CRC32C crc = new CRC32C();
    private @Nullable DiskConnection connection;
    private volatile boolean isStopped;
    private volatile boolean isAwaited = true;

    // Guarded by the fetch's lock.
    private boolean isStarted;
    private boolean isSlow;
    private int trials;
    private @Nullable IOException failure;
    private long progressNs = System.nanoTime();
    private long serviceNs;

    GroupSource(Disks disks, FileShape shape, Seat seat, int position, GroupFetch fetch, ReadListener listener) {
        this.disks = disks;
        this.shape = shape;
        this.seat = seat;
        this.position = position;
        this.fetch = fetch;
        this.listener = listener;
    }

    Seat seat() {
        return seat;
    }

    int position() {
        return position;
    }

    // ---- what the fetch knows of it

    boolean isSlow() {
        return isSlow;
    }

    void setSlow(boolean slow) {
        isSlow = slow;
        progressNs = System.nanoTime();
    }

    /** It was slow, and is needed all the same. */
    void tryAgain() {
        setSlow(false);
        trials++;
    }

    int trials() {
        return trials;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    void fail(IOException e) {
        failure = e;
    }

    /** Whether its thread is to be started now. */
    boolean start() {
        boolean isFirst = !isStarted;
        isStarted = true;
        if (isFirst) {
            begin();
        }
        return isFirst;
    }

    /** It was idle until now. */
    void begin() {
        progressNs = System.nanoTime();
    }

    void progress() {
        long now = System.nanoTime();
        long took = now - progressNs;
        serviceNs = serviceNs == 0 ? took : (3 * serviceNs + took) / 4;
        progressNs = now;
    }

    long progressNs() {
        return progressNs;
    }

    /** How long a group takes, smoothed; 0 before the first. */
    long serviceNs() {
        return serviceNs;
    }

    /** Whether the disk owes an answer. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** From any thread: ends what it waits for. */
    synchronized void stop() {
        isStopped = true;
        DiskConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    // ---- its thread

    @Override
    public void run() {
        IOException why = null;
        try {
            serve();
        } catch (IOException e) {
            why = e;
        } catch (RuntimeException | Error e) {
            // No room for a buffer, say: the others go on, and nobody waits for this disk.
            why = new IOException(e.toString(), e);
        }
        isAwaited = false;
        DiskConnection open = leave();
        try {
            if (why != null) {
                if (!isStopped) {
                    report(why);
                }
                fetch.failed(this, why);
            }
        } finally {
            if (open != null) {
                // From here on it may be another's.
                disks.giveBack(open);
            }
        }
    }

    private synchronized @Nullable DiskConnection leave() {
        DiskConnection open = connection;
        connection = null;
        return open;
    }

    private void serve() throws IOException {
        DiskConnection open = connect(disks.borrow(seat));
        boolean mayRetry = true;
        while (true) {
            isAwaited = !asked.isEmpty();
            List<Cell> run = asked.size() < REQUESTS_MAX ? fetch.nextRun(this, asked.isEmpty()) : List.of();
            if (run == null) {
                return;
            }
            try {
                if (!run.isEmpty()) {
                    isAwaited = true;
                    asked.add(run);
                    ask(open, run);
                } else if (!asked.isEmpty()) {
                    receive(open, asked.element());
                    asked.remove();
                    open.within(asked.isEmpty() ? 0 : disks.options().hardStallMs());
                    mayRetry = true;
                }
            } catch (IOException e) {
                // A disk closes what is silent for long, and a reader may take his time: once more on a new connection.
                if (!mayRetry || isStopped || open.isOpen() || open.isExpired()) {
                    throw e;
                }
                mayRetry = false;
                open = connect(disks.fresh(seat));
                for (List<Cell> again : asked) {
                    ask(open, again);
                }
            }
        }
    }

    private synchronized DiskConnection connect(DiskConnection open) {
        connection = open;
        if (isStopped) {
            open.close();
        }
        return open;
    }

    private void ask(DiskConnection open, List<Cell> run) throws IOException {
        open.within(disks.options().hardStallMs());
        open.read(new DiskMessage.ReadShare(shape.key(position), run.get(0).group(), run.size()));
    }

    private void receive(DiskConnection open, List<Cell> run) throws IOException {
        DiskConnection.Answer answer = open.shareBytes();
        ShareAnswer.check(answer, shape, position, run.get(0).group(), run.size());
        for (Cell cell : run) {
            int bytes = shape.bytes(position, cell.group());
            ByteBuffer buffer = disks.buffers().take(shape.room(cell.group()));
            boolean isKept = false;
            try {
                open.readBody(buffer.limit(bytes));
                isKept = arrived(cell, buffer.clear());
            } finally {
                if (!isKept) {
                    disks.buffers().giveBack(buffer);
                }
            }
        }
    }

    private boolean arrived(Cell cell, ByteBuffer buffer) {
        boolean isReread = cell.isReread();
        int dataBytes = shape.dataBytes(position, cell.group());
        ByteBuffer data = buffer.duplicate().position(0).limit(dataBytes).slice();
        listener.onReceived(shape.key(position), cell.group(), data, shape.unit(), isReread);
        BitSet bad = Crcs.bad(buffer, dataBytes, shape.unit(), crc);
        if (bad != null && !isReread) {
            listener.onReread(shape.key(position), seat.disk(), bad.cardinality());
            fetch.readAgain(this, cell);
            return false;
        }
        if (bad != null) {
            listener.onDamage(
                    shape.key(position),
                    seat.disk(),
                    bad.cardinality() + " blocks of group " + cell.group() + " do not match their checksums");
        }
        return fetch.arrived(this, cell, buffer, bad);
    }

    private void report(IOException e) {
        if (e instanceof ShareAnswer.WrongShareException) {
            listener.onDamage(shape.key(position), seat.disk(), String.valueOf(e.getMessage()));
        } else if (e instanceof DiskFaultException fault
                && (fault.fault() == Fault.NO_SUCH_SHARE
                        || fault.fault() == Fault.CORRUPT
                        || fault.fault() == Fault.IO)) {
            listener.onDamage(shape.key(position), seat.disk(), String.valueOf(e.getMessage()));
        }
    }
}
