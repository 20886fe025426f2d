package io.roundtable.stream;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One group of one disk's share while it is read. Guarded by the fetch's lock. */
final class Cell {
    /** How far it is. */
    enum State {
        /** Not asked for. */
        IDLE,
        /** To be asked for. */
        QUEUED,
        /** Asked for. */
        ASKED,
        /** Here, as far as its blocks are in order. */
        ARRIVED,
        /** Nobody needs it any more, or its disk cannot give it. */
        DROPPED
    }

    private final int position;
    private final long group;
    private final boolean isWanted;
    private State state = State.IDLE;
    private @Nullable ByteBuffer buffer;
    private @Nullable BitSet bad;
    private boolean isReread;

    /** @param isWanted whether any block of it is needed for itself */
    Cell(int position, long group, boolean isWanted) {
        this.position = position;
        this.group = group;
        this.isWanted = isWanted;
    }

    int position() {
        return position;
    }

    long group() {
        return group;
    }

    boolean isWanted() {
        return isWanted;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    /** Its bytes were broken: once more. */
    void readAgain() {
        isReread = true;
        state = State.QUEUED;
    }

    boolean isReread() {
        return isReread;
    }

    boolean isPending() {
        return state == State.QUEUED || state == State.ASKED;
    }

    boolean isClean() {
        return state == State.ARRIVED && bad == null;
    }

    boolean isDamaged() {
        return state == State.ARRIVED && bad != null;
    }

    /** Whether block {@code index} is here as it was written. */
    boolean isGood(int index) {
        BitSet broken = bad;
        return state == State.ARRIVED && (broken == null || !broken.get(index));
    }

    /** @param brokenBlocks null if all are in order */
    void arrive(@Nullable ByteBuffer bytes, @Nullable BitSet brokenBlocks) {
        state = State.ARRIVED;
        buffer = bytes;
        bad = brokenBlocks;
    }

    @Nullable
    ByteBuffer buffer() {
        return buffer;
    }

    /** The buffer, or an empty one for blocks to be computed into, or for zeros. */
    ByteBuffer bufferOr(BufferPool pool, int dataBytes) {
        ByteBuffer present = buffer;
        if (present == null) {
            present = pool.take(dataBytes);
            buffer = present;
        }
        return present;
    }

    void giveBack(BufferPool pool) {
        ByteBuffer present = buffer;
        if (present != null) {
            pool.giveBack(present);
            buffer = null;
        }
    }
}
