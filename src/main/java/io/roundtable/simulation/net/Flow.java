package io.roundtable.simulation.net;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * One direction of a stream: a bounded buffer in which some bytes have arrived and others are on their way. What cannot pass
 * now is tried again, with growing pauses, and nothing overtakes it.
 */
final class Flow {
    private static final long RETRY_MIN_MICROS = 50_000;
    private static final long RETRY_MAX_MICROS = 800_000;
    private static final int PIECES_MAX = 4;

    private final SimulatedNetwork network;
    private final SimulatedStream from;
    private final SimulatedStream to;
    private final int bufferBytes;
    private byte[] bytes = new byte[512];
    private long written;
    private long arrived;
    private long read;
    /** What the writer knows to have been read. */
    private long acknowledged;

    private boolean isEnded;
    private boolean endArrived;
    private boolean isCrowded;
    private boolean isStalled;
    private long stalledUpTo;
    private long retryMicros = RETRY_MIN_MICROS;
    private long lastArrivalMicros;

    Flow(SimulatedNetwork network, SimulatedStream from, SimulatedStream to) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.bufferBytes = network.habits().bufferBytes();
    }

    // ---- the writer

    int room() {
        if (!isBackCut()) {
            acknowledged = read;
        }
        return (int) (bufferBytes - (written - acknowledged));
    }

    private boolean isBackCut() {
        return network.paths().isCut(to.machine(), from.machine());
    }

    /** @return how much there was room for */
    int write(ByteBuffer source) {
        int count = Math.min(room(), source.remaining());
        isCrowded = source.remaining() > count;
        if (count == 0) {
            return 0;
        }
        growTo((int) (written + count - read));
        int mask = bytes.length - 1;
        int at = (int) written & mask;
        int first = Math.min(count, bytes.length - at);
        source.get(bytes, at, first);
        source.get(bytes, 0, count - first);
        long before = written;
        written += count;
        sendOff(before);
        return count;
    }

    private void growTo(int held) {
        if (held <= bytes.length) {
            return;
        }
        int size = bytes.length;
        while (size < held) {
            size *= 2;
        }
        byte[] larger = new byte[size];
        for (long i = read; i < written; i++) {
            larger[(int) i & (size - 1)] = bytes[(int) i & (bytes.length - 1)];
        }
        bytes = larger;
    }

    private void sendOff(long before) {
        RandomGenerator random = network.random();
        int oneIn = network.habits().splitOneIn();
        if (oneIn > 0 && written - before > 1 && random.nextInt(oneIn) == 0) {
            long at = before;
            for (int i = random.nextInt(1, PIECES_MAX); i > 0 && written - at > 1; i--) {
                at = random.nextLong(at + 1, written);
                schedule(at);
            }
        }
        schedule(written);
    }

    private void schedule(long upTo) {
        long at = Math.max(network.time().nowMicros() + network.paths().delayMicros(), lastArrivalMicros + 1);
        lastArrivalMicros = at;
        network.time().at(at, () -> arrive(upTo));
    }

    /** Nothing more will be written. */
    void end() {
        if (!isEnded) {
            isEnded = true;
            // One further than the last byte: it arrives after all of them.
            schedule(written + 1);
        }
    }

    // ---- on the way

    private void arrive(long upTo) {
        if (isStalled) {
            stalledUpTo = Math.max(stalledUpTo, upTo);
        } else if (from.isForgotten()) {
            // The machine that would have sent it again is off.
            return;
        } else if (to.isConnecting() || network.paths().isCut(from.machine(), to.machine())) {
            isStalled = true;
            stalledUpTo = upTo;
            network.time().after(retryMicros, this::retry);
            retryMicros = Math.min(RETRY_MAX_MICROS, 2 * retryMicros);
        } else {
            retryMicros = RETRY_MIN_MICROS;
            take(upTo);
        }
    }

    private void retry() {
        isStalled = false;
        arrive(stalledUpTo);
    }

    private void take(long upTo) {
        boolean hasBytes = Math.min(upTo, written) > arrived;
        if (to.isForgotten() || (to.isClosed() && hasBytes)) {
            // Nobody knows this connection there, or nobody will read what came.
            from.sendReset(to);
            return;
        }
        arrived = Math.max(arrived, Math.min(upTo, written));
        endArrived |= isEnded && upTo > written;
        to.look();
    }

    // ---- the reader

    boolean hasBytes() {
        return arrived > read;
    }

    boolean hasEnded() {
        return endArrived && arrived == read;
    }

    int read(ByteBuffer target) {
        int count = (int) Math.min(arrived - read, target.remaining());
        int at = (int) read & (bytes.length - 1);
        int first = Math.min(count, bytes.length - at);
        target.put(bytes, at, first);
        target.put(bytes, 0, count - first);
        read += count;
        if (isCrowded && count > 0) {
            isCrowded = false;
            network.time().after(network.paths().delayMicros(), this::makeRoom);
        }
        return count;
    }

    private void makeRoom() {
        if (isBackCut()) {
            network.time().after(RETRY_MIN_MICROS, this::makeRoom);
        } else {
            acknowledged = read;
            from.look();
        }
    }

    /** A reset took it away. */
    void drop() {
        read = arrived;
    }
}
