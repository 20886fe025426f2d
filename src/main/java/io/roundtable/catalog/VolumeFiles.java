package io.roundtable.catalog;

import io.roundtable.catalog.PackedTable.Block;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of one volume by name, in the order of their names' bytes in UTF-8.
 *
 * <p>That a position has lost the shares of all files takes no longer for millions of them: it is noted once, and a block of
 * files is brought up to date when one of them changes. A block's stamp is the number of such losses that are in it.
 */
final class VolumeFiles {
    /** What a position has lost; never changed. */
    private record Losses(int count, int[] at) {
        private static final Losses NONE = new Losses(0, new int[0]);

        /** Positions whose last loss is not in a block. */
        List<Integer> since(int stamp) {
            if (stamp == count) {
                return List.of();
            }
            List<Integer> lost = new ArrayList<>();
            for (int position = 0; position < at.length; position++) {
                if (at[position] > stamp) {
                    lost.add(position);
                }
            }
            return lost;
        }

        Losses with(int position) {
            int[] more = Arrays.copyOf(at, Math.max(at.length, position + 1));
            more[position] = count + 1;
            return new Losses(count + 1, more);
        }
    }

    private PackedTable table;
    private Losses losses;

    VolumeFiles() {
        this(PackedTable.EMPTY);
    }

    /** @param table of {@link FileRecord}s */
    VolumeFiles(PackedTable table) {
        this.table = table;
        this.losses = Losses.NONE;
    }

    /** Another one with the same files, which share their bytes: changes of either are none of the other. */
    VolumeFiles copy() {
        VolumeFiles copy = new VolumeFiles(table);
        copy.losses = losses;
        return copy;
    }

    int size() {
        return table.size();
    }

    @Nullable
    FileEntry get(String name) {
        PackedTable.Cursor found = table.find(FileRecord.key(name));
        return found == null ? null : FileRecord.unpack(found.bytes(), found.place(), losses.since(found.stamp()));
    }

    void put(FileEntry file) {
        table = table.with(FileRecord.key(file.name()), FileRecord.pack(file), losses.count, this::renew);
    }

    void remove(String name) {
        table = table.without(FileRecord.key(name), this::renew);
    }

    /** The position holds no share of any file any more. */
    void loseAll(int position) {
        losses = losses.with(position);
    }

    private Block renew(Block block) {
        return renew(block, losses);
    }

    private static Block renew(Block block, Losses losses) {
        if (block.stamp() == losses.count) {
            return block;
        }
        byte[] bytes = block.bytes();
        int count = block.count();
        List<Integer> lost = losses.since(block.stamp());
        PackedTable.Place place = new PackedTable.Place();
        byte[] renewed = new byte[bytes.length + count * (2 * lost.size() + 3)];
        int length = 0;
        for (int at = 0; at < bytes.length; at = place.end) {
            place.read(bytes, at);
            byte[] record = FileRecord.pack(FileRecord.unpack(bytes, place, lost));
            System.arraycopy(record, 0, renewed, length, record.length);
            length += record.length;
        }
        return new Block(Arrays.copyOf(renewed, length), count, losses.count);
    }

    // ---- all of them

    /** As they are now, whatever changes while they are gone through. */
    Collection<FileEntry> all() {
        return collection(table::cursor, table.size());
    }

    /** Those whose name comes behind this one; how many these are is not known without going through them. */
    Iterable<FileEntry> behind(String name) {
        return collection(() -> table.cursorBehind(FileRecord.key(name)), table.size());
    }

    FileCursor cursor() {
        Losses now = losses;
        return new FileCursor(table.cursor(), now::since);
    }

    private Collection<FileEntry> collection(Supplier<PackedTable.Cursor> begin, int size) {
        Losses now = losses;
        return new AbstractCollection<>() {
            @Override
            public Iterator<FileEntry> iterator() {
                FileCursor cursor = new FileCursor(begin.get(), now::since);
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return cursor.isThere();
                    }

                    @Override
                    public FileEntry next() {
                        FileEntry file = cursor.file();
                        cursor.next();
                        return file;
                    }
                };
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The records in pieces of about so many bytes, cut alike wherever the same files are. */
    void forEachPiece(int aboutBytes, Piece piece) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream(aboutBytes + PackedTable.BLOCK_BYTES);
        PackedTable.Place place = new PackedTable.Place();
        for (PackedTable.Cursor cursor = table.cursor(); cursor.isThere(); cursor.nextBlock()) {
            byte[] bytes = renew(cursor.block()).bytes();
            for (int at = 0; at < bytes.length; at = place.end) {
                place.read(bytes, at);
                records.write(bytes, at, place.end - at);
                if (records.size() >= aboutBytes) {
                    piece.take(records.toByteArray());
                    records.reset();
                }
            }
        }
        if (records.size() > 0) {
            piece.take(records.toByteArray());
        }
    }

    /** Takes some records. */
    interface Piece {
        void take(byte[] records) throws IOException;
    }
}
