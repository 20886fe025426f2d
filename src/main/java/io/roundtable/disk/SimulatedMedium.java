package io.roundtable.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A medium in memory that loses what was not forced, tears writes, fills up, fails and rots: all from one seed. No
 * threads, clocks or sockets; not thread-safe.
 *
 * <p>Every call that changes something, or makes it durable, is an operation and has a number. After a crash every call
 * throws {@link SimulatedCrash} until {@link #restart}.
 */
public final class SimulatedMedium implements Medium {
    private final Random dice;
    private final SimulatedNames names = new SimulatedNames();
    private final TreeSet<String> folders = new TreeSet<>();
    private final long totalBytes;
    private long capacityBytes;
    private long operations;
    private long crashAt = Long.MAX_VALUE;
    private long failAt = Long.MAX_VALUE;
    private Predicate<String> fails = any -> false;
    private boolean isDead;
    /** What has a lock, by the lock's path, and what the folder is: for as long as nobody takes it away. */
    private final TreeMap<String, Object> locks = new TreeMap<>();

    private final Object root = new Object();
    private boolean isHidden;

    public SimulatedMedium(long seed, long capacityBytes) {
        this.dice = new Random(seed);
        this.totalBytes = capacityBytes;
        this.capacityBytes = capacityBytes;
        folders.add("");
    }

    // ---- what a test or the simulator does to it

    /** How many operations there were. */
    public long operations() {
        return operations;
    }

    /** The process dies at this operation (from 0), which may have taken place in part. */
    public void crashAt(long operation) {
        crashAt = operation;
    }

    /** This one operation fails with an {@link IOException}. */
    public void failAt(long operation) {
        failAt = operation;
    }

    /** From now on every operation fails whose description it accepts, such as {@code force packs/0000001.pack}. */
    public void failWhen(Predicate<String> description) {
        fails = description;
    }

    /** How much fits from now on, because of what others wrote: the file system stays as large as it is. */
    public void capacityBytes(long bytes) {
        capacityBytes = bytes;
    }

    /**
     * Somebody takes the folder away under the running process, or puts it back: no name leads anywhere, and what is open
     * can be read, written and forced as before.
     */
    public void hide(boolean hides) {
        isHidden = hides;
        if (hides) {
            locks.clear();
        }
    }

    private void seen() throws NoSuchFileException {
        if (isHidden) {
            throw new NoSuchFileException(this + "/", null, "no such folder");
        }
    }

    /** What all files hold. */
    public long usedBytes() {
        return names.bytes();
    }

    /** Flips a bit of a file. */
    public void flip(String path, long at, int bit) throws IOException {
        content(path).flip((int) at, bit);
    }

    /** Cuts a file behind everybody's back. */
    public void cut(String path, long size) throws IOException {
        content(path).truncate((int) size);
        content(path).force();
    }

    /** The paths of all files whose path begins so. */
    public List<String> files(String prefix) {
        return names.all().filter(name -> name.startsWith(prefix)).toList();
    }

    /**
     * The process has died and another may start.
     *
     * @param power whether it took the unsynced data with it
     */
    public void restart(boolean power) {
        isDead = false;
        locks.clear();
        crashAt = Long.MAX_VALUE;
        failAt = Long.MAX_VALUE;
        fails = any -> false;
        if (power) {
            names.losePower(dice);
        }
    }

    /** A snapshot of all that had reached the medium. */
    public static final class Copy {
        private final Map<String, byte[]> files;
        private final Set<String> folders;

        private Copy(Map<String, byte[]> files, Set<String> folders) {
            this.files = files;
            this.folders = Set.copyOf(folders);
        }
    }

    /** Takes a snapshot, whatever the process is doing. */
    public Copy copy() {
        return new Copy(names.durable(), folders);
    }

    /** The process is dead, and the next one finds the medium as it was when the copy was made. */
    public void putBack(Copy copy) {
        restart(false);
        names.putBack(copy.files);
        folders.clear();
        folders.addAll(copy.folders);
    }

    // ---- the medium

    @Override
    public MediumFile create(String path) throws IOException {
        alive();
        seen();
        if (names.has(path)) {
            throw new FileAlreadyExistsException(path);
        }
        if (!folders.contains(SimulatedNames.folderOf(path))) {
            throw new NoSuchFileException(path);
        }
        operation("create " + path);
        SimulatedContent content = new SimulatedContent();
        names.change(null, path, content);
        return new File(content, path);
    }

    @Override
    public MediumFile open(String path) throws IOException {
        alive();
        seen();
        if (fails.test("open " + path)) {
            throw new FileSystemException(path, null, "cannot be opened");
        }
        return new File(content(path), path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        alive();
        seen();
        SimulatedContent content = content(from);
        operation("rename " + from + " to " + to);
        names.change(from, to, content);
    }

    @Override
    public boolean delete(String path) throws IOException {
        alive();
        if (isHidden || !names.has(path)) {
            return false;
        }
        operation("delete " + path);
        names.change(path, null, null);
        return true;
    }

    @Override
    public boolean exists(String path) {
        alive();
        return !isHidden && (names.has(path) || folders.contains(path));
    }

    @Override
    public List<String> list(String folder) throws IOException {
        alive();
        seen();
        if (!folders.contains(folder)) {
            throw new NoSuchFileException(folder);
        }
        TreeSet<String> found = new TreeSet<>();
        names.all()
                .filter(name -> SimulatedNames.folderOf(name).equals(folder))
                .forEach(name -> found.add(name.substring(name.lastIndexOf('/') + 1)));
        folders.stream()
                .filter(name -> !name.isEmpty() && SimulatedNames.folderOf(name).equals(folder))
                .forEach(name -> found.add(name.substring(name.lastIndexOf('/') + 1)));
        return List.copyOf(found);
    }

    /** Folders are durable at once: a simplification that only start-up could notice. */
    @Override
    public void makeFolder(String folder) throws IOException {
        alive();
        seen();
        operation("make folder " + folder);
        for (String at = folder; !at.isEmpty(); at = SimulatedNames.folderOf(at)) {
            folders.add(at);
        }
    }

    @Override
    public void forceFolder(String folder) throws IOException {
        alive();
        seen();
        if (!folders.contains(folder)) {
            throw new NoSuchFileException(folder);
        }
        operation("force folder " + folder);
        names.force(folder);
    }

    @Override
    public Space space() {
        alive();
        return new Space(totalBytes, Math.max(0, capacityBytes - usedBytes()));
    }

    @Override
    public Closeable lock(String path) throws IOException {
        alive();
        seen();
        if (locks.containsKey(path)) {
            throw new IOException("the data folder is in use by another peer");
        }
        Object mine = new Object();
        locks.put(path, mine);
        return () -> locks.remove(path, mine);
    }

    @Override
    public Object key(String path) throws IOException {
        alive();
        seen();
        if (path.isEmpty()) {
            return root;
        }
        if (folders.contains(path)) {
            return path;
        }
        Object locked = locks.get(path);
        return names.has(path) ? content(path) : locked != null ? locked : content(path);
    }

    private SimulatedContent content(String path) throws NoSuchFileException {
        SimulatedContent content = names.get(path);
        if (content == null) {
            throw new NoSuchFileException(path);
        }
        return content;
    }

    /** Whether the process has crashed, and not been {@link #restart started again}. */
    public boolean isDead() {
        return isDead;
    }

    private void alive() {
        if (isDead) {
            throw new SimulatedCrash("the process is dead");
        }
    }

    private void operation(String what) throws IOException {
        long number = operations++;
        if (number == crashAt) {
            isDead = true;
            throw new SimulatedCrash("crash at operation " + number + ": " + what);
        }
        if (number == failAt || fails.test(what)) {
            throw new IOException("operation " + number + " fails: " + what);
        }
    }

    @Override
    public String toString() {
        return "simulated";
    }

    private final class File implements MediumFile {
        private final SimulatedContent content;
        private final String path;

        File(SimulatedContent content, String path) {
            this.content = content;
            this.path = path;
        }

        @Override
        public long size() {
            alive();
            return content.size();
        }

        @Override
        public void read(ByteBuffer to, long at) throws IOException {
            alive();
            if (at + to.remaining() > content.size()) {
                throw new EOFException(path + " ends before byte " + (at + to.remaining()));
            }
            String what = "read " + to.remaining() + " bytes of " + path + " at " + at;
            if (fails.test(what)) {
                throw new IOException("cannot " + what);
            }
            byte[] bytes = new byte[to.remaining()];
            content.read(bytes, (int) at);
            to.put(bytes);
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            alive();
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            long room = capacityBytes - usedBytes();
            long grows = Math.max(0, at + bytes.length - content.size());
            try {
                operation("write " + bytes.length + " bytes to " + path + " at " + at);
            } catch (SimulatedCrash | IOException e) {
                // A part of it, in memory: what of that reaches the medium is for the loss of power to decide.
                partly(bytes, at, dice.nextInt(bytes.length + 1), room);
                throw e;
            }
            if (grows > room) {
                partly(bytes, at, (int) Math.max(0, bytes.length - (grows - room)), room);
                throw new MediumFullException("no space left for " + path);
            }
            content.write(bytes, (int) at);
        }

        private void partly(byte[] bytes, long at, int length, long room) {
            int fits = (int) Math.min(length, Math.max(0, room + content.size() - at));
            if (fits > 0) {
                content.write(Arrays.copyOf(bytes, fits), (int) at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            alive();
            operation("cut " + path + " to " + size);
            content.truncate((int) size);
        }

        @Override
        public void force() throws IOException {
            alive();
            operation("force " + path);
            content.force();
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
