package io.roundtable.foreign;

import io.roundtable.foreign.RemoteBlocks.BrokenBlockException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The block that says whose term it is. A program compares nothing before it writes, so each who presents the disk reads the
 * block again: one of a later term ends it, one of an earlier term (from a peer that hung, or a datagram that was late) is
 * written over. Thread-safe.
 */
final class Ownership {
    private static final String FILE = "owner";
    private static final int BYTES = 28;

    /**
     * What it says.
     *
     * @param term whose the disk is
     * @param data the term whose journal counts; an earlier one as long as it has not been read
     * @param generation of that journal, or of an earlier one that leads to it
     * @param incarnation drawn anew when the disk was found empty
     */
    record Owner(long term, long data, int generation, long incarnation) {
        private byte[] bytes() {
            return ByteBuffer.allocate(BYTES)
                    .putLong(term)
                    .putLong(data)
                    .putInt(generation)
                    .putLong(incarnation)
                    .array();
        }

        private static Owner of(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Owner(in.getLong(), in.getLong(), in.getInt(), in.getLong());
        }

        /** Of the same life of the program, and not after another one. */
        private boolean isUpTo(Owner other) {
            if (incarnation != other.incarnation || term != other.term) {
                return incarnation == other.incarnation && term < other.term;
            }
            return data == other.data ? generation <= other.generation : data < other.data;
        }
    }

    private final RemoteBlocks blocks;
    private volatile Owner owner;

    private Ownership(RemoteBlocks blocks, Owner owner) {
        this.blocks = blocks;
        this.owner = owner;
    }

    static @Nullable Owner read(RemoteBlocks blocks) throws IOException {
        try {
            byte[] bytes = blocks.read(FILE, 0);
            return bytes == null || bytes.length != BYTES ? null : Owner.of(bytes);
        } catch (BrokenBlockException e) {
            return null;
        }
    }

    /**
     * Claims the disk before anything else there is read: from then on whoever had it acknowledges nothing more.
     *
     * @param before what was found there
     */
    static Ownership claim(RemoteBlocks blocks, @Nullable Owner before, Owner claim) throws IOException {
        Ownership claimed = new Ownership(blocks, claim);
        claimed.put(claim, found -> before != null && found.isUpTo(before), before == null);
        return claimed;
    }

    Owner owner() {
        return owner;
    }

    /**
     * What was claimed was read, and lies in a journal of its own.
     *
     * @param before what was found before the claim
     * @throws IOException if anything came in between: what that one has acknowledged was not read
     */
    synchronized void settle(@Nullable Owner before, Owner next) throws IOException {
        put(next, found -> found.equals(owner) || before != null && found.isUpTo(before), false);
        owner = next;
    }

    /** A journal of the same term follows. */
    synchronized void goOn(Owner next) throws IOException {
        put(next, found -> found.isUpTo(owner), false);
        owner = next;
    }

    /** Looks again before each time that it writes. */
    private void put(Owner next, Predicate<Owner> mayGo, boolean mayBeNone) throws IOException {
        blocks.write(FILE, 0, next.bytes(), () -> {
            Owner found = read(blocks);
            if (found == null && !mayBeNone) {
                throw forgotten();
            }
            if (found != null && !found.equals(next) && !mayGo.test(found)) {
                throw another();
            }
        });
    }

    /** @throws IOException if the disk has forgotten what it held, or is another peer's to write */
    void look() throws IOException {
        if (!owner.equals(read(blocks))) {
            lookClosely();
        }
    }

    private synchronized void lookClosely() throws IOException {
        if (!owner.equals(read(blocks))) {
            put(owner, found -> found.isUpTo(owner), false);
        }
    }

    private static IOException forgotten() {
        return new IOException("it has forgotten what it held");
    }

    private static IOException another() {
        return new IOException("another peer presents it");
    }
}
