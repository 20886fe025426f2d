package io.roundtable.foreign;

import io.roundtable.disk.Medium;
import io.roundtable.disk.MediumFile;
import io.roundtable.disk.MediumFullException;
import io.roundtable.foreign.BlockTree.Node;
import io.roundtable.foreign.BlockTree.Ref;
import io.roundtable.foreign.Ownership.Owner;
import io.roundtable.foreign.RemoteBlocks.BrokenBlockException;
import io.roundtable.protocol.DiskId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A medium at a disk program of the DSS protocol, which knows nothing but blocks, overwrites them in place, cannot list or
 * delete them, and forgets all when it ends, fails or is wiped (docs/PROTOCOL.md, Foreign disks).
 *
 * <p>Everything lies there: data in blocks that no two terms share, names in a journal, and one block that says whose term
 * it is. So any peer that is given a later term finds all that was forced; an earlier one, whatever it still writes, touches
 * nothing of it, and finds at its next look that the block says another's. Thread-safe.
 */
public final class ForeignMedium implements Medium {
    static final int CHUNK_BYTES = RemoteBlocks.PAYLOAD_BYTES_MAX & -4096;
    /** Nobody knows how much memory such a program may have. */
    static final long CAPACITY_BYTES = 256L << 20;

    static final int CHUNKS_MAX = (int) (CAPACITY_BYTES / CHUNK_BYTES);
    /** What a chunk reads as whose block is gone or another: no block's check sum is right in it. */
    private static final byte GARBAGE = (byte) 0xa5;

    private static final long MARK_EVERY_MS = 2_000;

    /** Clearing at one go, so that whoever asks for the room waits no longer, and one that hung meanwhile clears no more. */
    private static final long CLEARING_MS = 2_000;
    /** What is looked at there, and not only in the tree here, each time that somebody asks for its key. */
    private static final List<String> LOOKED_AT = List.of("lock", "packs/");

    private final RemoteBlocks blocks;
    private final String name;
    private final long term;
    private final BlockTree tree;
    private final Slots slots;
    private final LongSupplier nowMs;
    private final ProgramMark mark;
    private final Ownership ownership;
    /** Of journals that are over. */
    private final Queue<Journal.Rest> rests = new ConcurrentLinkedQueue<>();

    private final Object clearing = new Object();
    private long markedMs;
    private final boolean isNew;
    private final Object flushing = new Object();
    private Journal journal;
    private @Nullable IOException broken;

    private ForeignMedium(
            RemoteBlocks blocks,
            String name,
            ProgramMark mark,
            Ownership ownership,
            BlockTree tree,
            boolean isNew,
            Journal journal,
            LongSupplier nowMs) {
        this.blocks = blocks;
        this.name = name;
        this.mark = mark;
        this.ownership = ownership;
        this.term = ownership.owner().term();
        this.nowMs = nowMs;
        this.markedMs = nowMs.getAsLong();
        this.tree = tree;
        this.isNew = isNew;
        this.journal = journal;
        this.slots = new Slots(term, nowMs, tree.chunks());
    }

    static int chunks(long size) {
        return (int) ((size + CHUNK_BYTES - 1) / CHUNK_BYTES);
    }

    /**
     * Takes over a foreign disk.
     *
     * @param name of the disk with its address, for people
     * @param term above all that were ever given for this disk, else it is refused
     * @param nowMs milliseconds since any moment; never goes back
     * @param random for a disk that is found empty
     * @throws IOException with a sentence for people if it cannot be reached, refuses, or has a later term
     */
    public static ForeignMedium open(
            Question question, String name, DiskId disk, long term, LongSupplier nowMs, LongSupplier random)
            throws IOException {
        RemoteBlocks blocks = new RemoteBlocks(question, disk, name);
        ProgramMark mark = new ProgramMark(question, name, random);
        Owner before = Ownership.read(blocks);
        if (before != null && before.term() >= term) {
            throw new IOException(name + " is presented by another peer already");
        }
        // Whoever had it finds this at its next look: what it acknowledges after that is nothing, and all before is
        // read now.
        Owner claim = before == null
                ? new Owner(term, term, 0, random.getAsLong())
                : new Owner(term, before.data(), before.generation(), before.incarnation());
        Ownership ownership = Ownership.claim(blocks, before, claim);
        Journal.Read read =
                before == null ? null : Journal.last(blocks, before.data(), before.generation(), term, nowMs);
        BlockTree tree = read == null ? new BlockTree() : read.tree();
        Journal journal = Journal.begin(blocks, term, 0, tree.snapshot());
        ownership.settle(before, new Owner(term, term, 0, claim.incarnation()));
        ForeignMedium medium = new ForeignMedium(blocks, name, mark, ownership, tree, read == null, journal, nowMs);
        if (read != null) {
            medium.rests.add(read.end(blocks, journal));
        }
        return medium;
    }

    /** Which program it is: two disks of the same number are one. */
    public long program() {
        return mark.number();
    }

    /** Whether nothing of ours was there. */
    public boolean isNew() {
        return isNew;
    }

    @Override
    public String title() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }

    // ---- bytes

    /** A chunk, padded with zeros; of a block that is gone or another, garbage. */
    byte[] load(Ref ref) throws IOException {
        byte[] found = null;
        try {
            found = blocks.read(Slots.file(ref.term()), ref.number());
        } catch (BrokenBlockException e) {
            // As if it were gone.
        }
        byte[] chunk = new byte[CHUNK_BYTES];
        if (found == null || found.length > CHUNK_BYTES || sum(found) != ref.sum()) {
            look();
            Arrays.fill(chunk, GARBAGE);
        } else {
            System.arraycopy(found, 0, chunk, 0, found.length);
        }
        return chunk;
    }

    /** Writes a chunk to a block of its own; null for one of zeros, which needs none. */
    @Nullable
    Ref store(byte[] chunk) throws IOException {
        int length = chunk.length;
        while (length > 0 && chunk[length - 1] == 0) {
            length--;
        }
        if (length == 0) {
            return null;
        }
        long number = slots.take(CHUNKS_MAX);
        if (number < 0) {
            throw full();
        }
        byte[] payload = Arrays.copyOf(chunk, length);
        Ref ref = new Ref(term, number, sum(payload));
        boolean done = false;
        try {
            blocks.write(Slots.file(term), ref.number(), payload);
            done = true;
            return ref;
        } finally {
            if (!done) {
                slots.free(List.of(ref));
            }
        }
    }

    private MediumFullException full() {
        return new MediumFullException(name + " has as much of ours as it gets");
    }

    private static int sum(byte[] payload) {
        CRC32C sum = new CRC32C();
        sum.update(payload);
        return (int) sum.getValue();
    }

    /** Makes durable what changed in the tree, as far as a foreign disk can: until it ends. */
    void flush() throws IOException {
        synchronized (flushing) {
            if (broken != null) {
                throw new IOException(broken.getMessage(), broken);
            }
            List<byte[]> records;
            List<Ref> freed;
            List<byte[]> snapshot = null;
            synchronized (tree) {
                records = tree.takePending();
                freed = tree.takeFreed();
                if (journal.isLong()) {
                    snapshot = tree.snapshot();
                }
            }
            try {
                if (!records.isEmpty()) {
                    journal.add(records);
                }
                if (snapshot != null) {
                    goOn(snapshot);
                }
            } catch (IOException e) {
                // What was taken is nowhere: nothing more can be acknowledged here.
                broken = e;
                throw e;
            }
            slots.free(freed);
        }
    }

    private void goOn(List<byte[]> snapshot) throws IOException {
        look();
        Journal next = Journal.begin(blocks, term, journal.generation() + 1, snapshot);
        ownership.goOn(
                new Owner(term, term, next.generation(), ownership.owner().incarnation()));
        rests.add(journal.end(next));
        journal = next;
    }

    private void look() throws IOException {
        ownership.look();
    }

    // ---- names

    /** Nothing happens to the tree while this runs. */
    Object tree() {
        return tree;
    }

    void setChunk(Node node, int index, @Nullable Ref ref) {
        synchronized (tree) {
            tree.setChunk(node, index, ref);
        }
    }

    void resize(Node node, long size) throws IOException {
        if (size > BlockTree.SIZE_MAX) {
            throw full();
        }
        synchronized (tree) {
            tree.resize(node, size);
        }
    }

    void closed(Node node) {
        synchronized (tree) {
            tree.closed(node);
        }
    }

    @Override
    public MediumFile create(String path) throws IOException {
        synchronized (tree) {
            if (tree.files.containsKey(path)) {
                throw new FileAlreadyExistsException(path);
            }
            demandFolder(path);
            demandName(path);
            Node node = tree.create(path);
            tree.opened(node);
            return new ForeignFile(this, node);
        }
    }

    private void demandName(String path) throws IOException {
        if (path.length() > BlockTree.PATH_CHARS_MAX || !tree.hasRoom()) {
            throw full();
        }
    }

    private void demandFolder(String path) throws NoSuchFileException {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !tree.folders.contains(path.substring(0, slash))) {
            throw new NoSuchFileException(path);
        }
    }

    @Override
    public MediumFile open(String path) throws IOException {
        synchronized (tree) {
            Node node = node(path);
            tree.opened(node);
            return new ForeignFile(this, node);
        }
    }

    private Node node(String path) throws NoSuchFileException {
        Node node = tree.files.get(path);
        if (node == null) {
            throw new NoSuchFileException(path);
        }
        return node;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        synchronized (tree) {
            demandFolder(to);
            if (to.length() > BlockTree.PATH_CHARS_MAX) {
                throw full();
            }
            if (!tree.rename(from, to)) {
                throw new NoSuchFileException(from);
            }
        }
    }

    @Override
    public boolean delete(String path) {
        synchronized (tree) {
            return tree.delete(path);
        }
    }

    @Override
    public boolean exists(String path) {
        synchronized (tree) {
            return path.isEmpty() || tree.files.containsKey(path) || tree.folders.contains(path);
        }
    }

    @Override
    public Object key(String path) throws IOException {
        if (path.isEmpty() || LOOKED_AT.stream().anyMatch(path::startsWith)) {
            look();
        }
        synchronized (tree) {
            if (path.isEmpty() || path.equals("lock") || tree.folders.contains(path)) {
                return path;
            }
            return node(path).number;
        }
    }

    @Override
    public List<String> list(String folder) throws IOException {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        TreeSet<String> names = new TreeSet<>();
        synchronized (tree) {
            if (!folder.isEmpty() && !tree.folders.contains(folder)) {
                throw new NoSuchFileException(folder);
            }
            for (var all : List.of(tree.files.navigableKeySet(), tree.folders)) {
                for (String path : all.tailSet(prefix, true)) {
                    if (!path.startsWith(prefix)) {
                        break;
                    }
                    if (path.indexOf('/', prefix.length()) < 0) {
                        names.add(path.substring(prefix.length()));
                    }
                }
            }
        }
        return List.copyOf(names);
    }

    @Override
    public void makeFolder(String folder) throws IOException {
        synchronized (tree) {
            if (!tree.folders.contains(folder)) {
                demandName(folder);
            }
            tree.makeFolder(folder);
        }
    }

    @Override
    public void forceFolder(String folder) throws IOException {
        flush();
    }

    /** Asked every second: the time to make small what is not needed any more. */
    @Override
    public Space space() throws IOException {
        synchronized (clearing) {
            clear();
            if (nowMs.getAsLong() - markedMs >= MARK_EVERY_MS) {
                markedMs = nowMs.getAsLong();
                mark.look();
            }
        }
        return new Space(CAPACITY_BYTES, Math.max(0, CAPACITY_BYTES - slots.taken() * CHUNK_BYTES));
    }

    /** What is freed here may be in the list of whoever has taken over. */
    private void clear() throws IOException {
        if (rests.isEmpty() && !slots.isAnyDue()) {
            return;
        }
        look();
        long untilMs = nowMs.getAsLong() + CLEARING_MS;
        while (nowMs.getAsLong() < untilMs && slots.clearOne(blocks)) {
            continue;
        }
        for (Journal.Rest rest; nowMs.getAsLong() < untilMs && (rest = rests.peek()) != null; ) {
            if (!rest.clearOne(blocks)) {
                rests.remove();
            }
        }
    }

    /** The term is the lock: whoever has a later one has it. */
    @Override
    public Closeable lock(String path) {
        return () -> {};
    }
}
