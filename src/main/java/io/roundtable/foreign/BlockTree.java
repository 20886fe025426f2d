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
        final List<@Nullable Ref> chunks = new ArrayList<>();
        /** Of chunks that are not stored yet, in the order in which they were written; for {@link ForeignFile}. */
        final TreeMap<Integer, byte[]> dirty = new TreeMap<>();

        long size;
        int opens;
        boolean isNamed;

        Node(long number) {
            this.number = number;
        }
    }

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
            for (int i = 0; i < node.chunks.size(); i++) {
                if (node.chunks.get(i) != null) {
                    all.add(chunk(node, i, node.chunks.get(i)));
                }
            }
        });
        return all;
    }

    /**
     * Carries out records that were stored.
     *
     * @throws IOException if they are none
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
            case NAME -> name(in.readUTF(), in.readLong());
            case UNNAME -> delete(in.readUTF());
            case FOLDER -> folders.add(in.readUTF());
            case RENAME -> rename(in.readUTF(), in.readUTF());
            case NEXT -> nextNode = in.readLong();
            case SIZE -> {
                Node node = nodes.get(in.readLong());
                long size = in.readLong();
                if (node != null) {
                    resize(node, size);
                }
            }
            case CHUNK -> {
                Node node = nodes.get(in.readLong());
                int index = in.readInt();
                Ref ref = in.readBoolean() ? new Ref(in.readLong(), in.readLong(), in.readInt()) : null;
                if (node != null && index >= 0 && index < ForeignMedium.CHUNKS_MAX) {
                    setChunk(node, index, ref);
                }
            }
            default -> throw new IOException("no record of this kind: " + kind);
        }
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
        while (node.chunks.size() <= index) {
            node.chunks.add(null);
        }
        Ref before = node.chunks.set(index, ref);
        if (before != null) {
            freed.add(before);
        }
        pending.add(chunk(node, index, ref));
    }

    /** Chunks behind the end are dropped. */
    void resize(Node node, long size) {
        int chunks = ForeignMedium.chunks(size);
        while (node.chunks.size() > chunks) {
            Ref dropped = node.chunks.remove(node.chunks.size() - 1);
            if (dropped != null) {
                freed.add(dropped);
            }
        }
        node.size = size;
        pending.add(sized(node));
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
            node.chunks.stream().filter(ref -> ref != null).forEach(freed::add);
            node.chunks.clear();
        }
    }
}
