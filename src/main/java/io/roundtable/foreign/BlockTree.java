package io.roundtable.foreign;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names, and where the bytes of each file lie: what a file system keeps in its inodes. Pure; each change is remembered as a
 * record for the {@link Journal}. Its user sees to it that one thread is in here at a time.
 */
final class BlockTree {
    /**
     * A block of data.
     *
     * @param sum of its bytes: what a name and a number lead to may be an older block
     */
    record Ref(long term, long number, int sum) {}

    /** A file. */
    static final class Node {
        final long number;
        /** By index; one of zeros has none. */
        final TreeMap<Integer, Ref> chunks = new TreeMap<>();
        /** Of chunks that are not stored yet, in the order in which they were written; for {@link ForeignFile}. */
        final TreeMap<Integer, byte[]> dirty = new TreeMap<>();

        long size;
        int opens;
        boolean isNamed;

        Node(long number) {
            this.number = number;
        }
    }

    /** Nobody's list makes a tree longer than this, whoever wrote it. */
    static final int NAMES_MAX = 16_384;

    static final int PATH_CHARS_MAX = 255;
    /** What a file may be long, holes included. */
    static final long SIZE_MAX = 4 * ForeignMedium.CAPACITY_BYTES;

    private static final int NAME = 1;
    private static final int UNNAME = 2;
    private static final int FOLDER = 3;
    private static final int SIZE = 4;
    private static final int CHUNK = 5;
    private static final int RENAME = 6;
    private static final int NEXT = 7;

    final NavigableMap<String, Node> files = new TreeMap<>();
    final TreeSet<String> folders = new TreeSet<>();
    private final Map<Long, Node> nodes = new HashMap<>();
    private long nextNode = 1;
    private int chunks;
    private List<byte[]> pending = new ArrayList<>();
    private List<Ref> freed = new ArrayList<>();

    // ---- records

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] record(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] named(String path, long node) {
        return record(out -> {
            out.writeByte(NAME);
            out.writeUTF(path);
            out.writeLong(node);
        });
    }

    private static byte[] sized(Node node) {
        return record(out -> {
            out.writeByte(SIZE);
            out.writeLong(node.number);
            out.writeLong(node.size);
        });
    }

    private static byte[] chunk(Node node, int index, @Nullable Ref ref) {
        return record(out -> {
            out.writeByte(CHUNK);
            out.writeLong(node.number);
            out.writeInt(index);
            out.writeBoolean(ref != null);
            if (ref != null) {
                out.writeLong(ref.term);
                out.writeLong(ref.number);
                out.writeInt(ref.sum);
            }
        });
    }

    private static byte[] text(int kind, String... texts) {
        return record(out -> {
            out.writeByte(kind);
            for (String each : texts) {
                out.writeUTF(each);
            }
        });
    }

    /** What changed since this was asked the last time. */
    List<byte[]> takePending() {
        List<byte[]> taken = pending;
        pending = new ArrayList<>();
        return taken;
    }

    /** Blocks that nothing leads to any more once what is pending is stored. */
    List<Ref> takeFreed() {
        List<Ref> taken = freed;
        freed = new ArrayList<>();
        return taken;
    }

    /** All there is, as records for an empty tree. */
    List<byte[]> snapshot() {
        List<byte[]> all = new ArrayList<>();
        all.add(record(out -> {
            out.writeByte(NEXT);
            out.writeLong(nextNode);
        }));
        folders.forEach(folder -> all.add(text(FOLDER, folder)));
        files.forEach((path, node) -> {
            all.add(named(path, node.number));
            all.add(sized(node));
            node.chunks.forEach((index, ref) -> all.add(chunk(node, index, ref)));
        });
        return all;
    }

    /**
     * Carries out records that were stored.
     *
     * @throws IOException if they are none, or say more than a disk of ours ever holds: whoever serves blocks wrote them
     */
    void replay(byte[] records) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(records));
        while (in.available() > 0) {
            replayOne(in);
        }
        pending.clear();
        freed.clear();
    }

    private void replayOne(DataInputStream in) throws IOException {
        int kind = in.readByte();
        switch (kind) {
            case NAME -> {
                String path = path(in);
                demandRoom(!files.containsKey(path));
                name(path, number(in));
            }
            case UNNAME -> delete(path(in));
            case FOLDER -> {
                String path = path(in);
                demandRoom(!folders.contains(path));
                folders.add(path);
            }
            case RENAME -> rename(path(in), path(in));
            case NEXT -> nextNode = number(in);
            case SIZE -> {
                Node node = nodes.get(in.readLong());
                long size = in.readLong();
                demand(size >= 0 && size <= SIZE_MAX, "size");
                if (node != null) {
                    resize(node, size);
                }
            }
            case CHUNK -> {
                Node node = nodes.get(in.readLong());
                int index = in.readInt();
                Ref ref = in.readBoolean() ? new Ref(in.readLong(), in.readLong(), in.readInt()) : null;
                // A file that was deleted while it was open is written to, and is nowhere.
                if (node != null) {
                    demand(index >= 0 && index < ForeignMedium.chunks(node.size), "place in a file");
                    setChunk(node, index, ref);
                    demand(chunks <= ForeignMedium.CHUNKS_MAX, "number of blocks");
                }
            }
            default -> throw new IOException("no record of this kind: " + kind);
        }
    }

    private static void demand(boolean isSo, String what) throws IOException {
        if (!isSo) {
            throw new IOException("it holds a list of names that is not ours: no such " + what);
        }
    }

    private static String path(DataInputStream in) throws IOException {
        String path = in.readUTF();
        demand(path.length() <= PATH_CHARS_MAX, "name");
        return path;
    }

    private static long number(DataInputStream in) throws IOException {
        long number = in.readLong();
        demand(number > 0 && number < Long.MAX_VALUE, "number of a file");
        return number;
    }

    private void demandRoom(boolean isAnother) throws IOException {
        demand(!isAnother || hasRoom(), "number of names");
    }

    /** For another name. */
    boolean hasRoom() {
        return files.size() + folders.size() < NAMES_MAX;
    }

    /** Blocks that named and open files have. */
    int chunks() {
        return chunks;
    }

    // ---- changes

    Node create(String path) {
        return name(path, nextNode);
    }

    private Node name(String path, long number) {
        nextNode = Math.max(nextNode, number + 1);
        Node node = nodes.computeIfAbsent(number, Node::new);
        node.isNamed = true;
        replace(path, node);
        pending.add(named(path, number));
        return node;
    }

    private void replace(String path, Node node) {
        Node before = files.put(path, node);
        if (before != null && before != node) {
            unname(before);
        }
    }

    boolean delete(String path) {
        Node node = files.remove(path);
        if (node == null) {
            return false;
        }
        pending.add(text(UNNAME, path));
        unname(node);
        return true;
    }

    /** @return false if there is no such file */
    boolean rename(String from, String to) {
        Node node = files.remove(from);
        if (node == null) {
            return false;
        }
        replace(to, node);
        pending.add(text(RENAME, from, to));
        return true;
    }

    void makeFolder(String path) {
        if (!path.isEmpty() && folders.add(path)) {
            int slash = path.lastIndexOf('/');
            if (slash > 0) {
                makeFolder(path.substring(0, slash));
            }
            pending.add(text(FOLDER, path));
        }
    }

    void setChunk(Node node, int index, @Nullable Ref ref) {
        Ref before = ref == null ? node.chunks.remove(index) : node.chunks.put(index, ref);
        if (before != null) {
            freed.add(before);
        }
        chunks += (ref == null ? 0 : 1) - (before == null ? 0 : 1);
        pending.add(chunk(node, index, ref));
    }

    /** Chunks behind the end are dropped. */
    void resize(Node node, long size) {
        drop(node.chunks.tailMap(ForeignMedium.chunks(size), true));
        node.size = size;
        pending.add(sized(node));
    }

    private void drop(NavigableMap<Integer, Ref> dropped) {
        freed.addAll(dropped.values());
        chunks -= dropped.size();
        dropped.clear();
    }

    private void unname(Node node) {
        node.isNamed = false;
        dropIfUnused(node);
    }

    void opened(Node node) {
        node.opens++;
    }

    void closed(Node node) {
        node.opens--;
        dropIfUnused(node);
    }

    private void dropIfUnused(Node node) {
        if (!node.isNamed && node.opens <= 0 && nodes.remove(node.number) != null) {
            drop(node.chunks);
        }
    }
}
