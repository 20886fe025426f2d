package io.roundtable.catalog;

import io.roundtable.codec.Unpacker;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;

/**
 * Goes through the files of a volume, as they were when it was made, in the order of their names; may be used on another
 * thread than the catalog. Looking at parts of a file costs a fraction of {@link #file}.
 */
public final class FileCursor {
    private final PackedTable.Cursor cursor;
    private final IntFunction<List<Integer>> lostSince;

    FileCursor(PackedTable.Cursor cursor, IntFunction<List<Integer>> lostSince) {
        this.cursor = cursor;
        this.lostSince = lostSince;
    }

    /** Whether it stands at a file. */
    public boolean isThere() {
        return cursor.isThere();
    }

    public void next() {
        cursor.next();
    }

    public FileEntry file() {
        if (!isThere()) {
            throw new NoSuchElementException();
        }
        return FileRecord.unpack(cursor.bytes(), cursor.place(), lostSince.apply(cursor.stamp()));
    }

    /** The name's bytes in UTF-8. */
    public byte[] name() {
        return cursor.key();
    }

    public long fileId() {
        return value().readFixedLong();
    }

    public long sizeBytes() {
        Unpacker in = value();
        in.readFixedLong();
        return in.readVarLong();
    }

    /** Positions of disks that do not hold their share, in order. */
    public List<Integer> missing() {
        Unpacker in = value();
        in.readFixedLong();
        in.readVarLong();
        return FileRecord.readMissing(in, lostSince.apply(cursor.stamp()));
    }

    private Unpacker value() {
        return new Unpacker(cursor.bytes(), cursor.place().value, cursor.place().end - cursor.place().value);
    }
}
