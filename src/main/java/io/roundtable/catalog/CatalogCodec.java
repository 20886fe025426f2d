package io.roundtable.catalog;

import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Outcome.Result;
import io.roundtable.codec.CodecException;
import io.roundtable.codec.Packer;
import io.roundtable.codec.RecordCodec;
import io.roundtable.codec.Unpacker;
import io.roundtable.protocol.RefusalCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The catalog's own format: entries of the log, outcomes, batches of requests, and a snapshot of the whole catalog.
 *
 * <p>Everything begins with {@value #FORMAT}, the number of the format; format 1 is read too. No number of a record is used
 * a second time, since logs and snapshots outlive the program that wrote them. What a record or a list is given later has a
 * level: it is written once all GCDs know that level ({@link Levels}). Safe for use by many threads.
 */
public final class CatalogCodec {
    /** The first byte of everything here. */
    public static final int FORMAT = 2;

    private static final int FORMAT_BEFORE = 1;

    /** The level that programs have which know format 1 alone. */
    private static final int LEVEL_BEFORE = 0;

    /** Requests of one batch: more than this are no manager's. */
    public static final int BATCH_MAX = 65_536;

    private static final RecordCodec RECORDS = new RecordCodec(MethodHandles.lookup())
            // Entries of the log.
            .register(1, Entry.ClaimLease.class)
            .register(2, Entry.RenewLease.class)
            .register(3, Entry.EndLease.class)
            .register(4, Entry.Changes.class)
            .register(5, Entry.SeatMember.class)
            .register(6, Entry.UnseatMember.class)
            .register(7, Entry.ExpireLease.class)
            // Changes.
            .register(20, Change.AddUser.class)
            .register(21, Change.RemoveUser.class)
            .register(22, Change.AddDisk.class)
            .register(23, Change.RemoveDisk.class)
            .register(24, Change.CreateVolume.class)
            .register(25, Change.BeginDecommission.class)
            .register(26, Change.EndVolume.class)
            .register(27, Change.CommitFile.class)
            .register(28, Change.RemoveFile.class)
            .register(29, Change.ReplaceDisk.class)
            .register(30, Change.LoseShares.class)
            .register(31, Change.LoseShare.class)
            .register(32, Change.RestoreShare.class)
            .register(33, Change.AddForeignDisk.class)
            // Outcomes.
            .register(60, Outcome.Leased.class)
            .register(61, Outcome.NotLeased.class)
            .register(62, Outcome.Changed.class)
            .register(63, Outcome.Noted.class)
            .register(70, Outcome.Done.class)
            .register(71, Outcome.Refused.class)
            // Parts of a snapshot.
            .register(80, SnapshotPart.Head.class)
            .register(81, SnapshotPart.Seated.class)
            .register(82, SnapshotPart.User.class)
            .register(83, SnapshotPart.Disk.class)
            .register(84, SnapshotPart.Volume.class)
            .register(85, SnapshotPart.FileBefore.class)
            .register(86, SnapshotPart.Remembered.class)
            .register(87, SnapshotPart.End.class)
            .register(88, SnapshotPart.RememberedSince.class)
            .register(89, SnapshotPart.ForeignDisk.class)
            .register(90, SnapshotPart.File.class, Levels.FIRST)
            .register(91, SnapshotPart.Known.class, Levels.FIRST)
            .register(92, SnapshotPart.Files.class, Levels.FIRST)
            .register(8, Entry.AnnounceLevel.class, Levels.FIRST)
            .register(9, Entry.RaiseLevel.class, Levels.FIRST)
            .unknownAs(RefusalCode.OTHER)
            .added(Levels.FIRST, Outcome.Refused.class, "code")
            .added(Levels.FIRST, Change.CommitFile.class, "changedAtMs")
            .added(Levels.ATTRIBUTES, Change.CommitFile.class, "attributes")
            .added(Levels.ATTRIBUTES, SnapshotPart.File.class, "attributes")
            .added(Levels.FIRST, SnapshotPart.Head.class, "level");

    /** By level: what programs know that know no higher one. */
    private static final List<RecordCodec> BY_LEVEL =
            IntStream.rangeClosed(0, Levels.KNOWN).mapToObj(RECORDS::upTo).toList();

    private CatalogCodec() {}

    /** @param level a higher one than is known here is no higher than that */
    static RecordCodec records(int level) {
        return BY_LEVEL.get(Math.min(level, Levels.KNOWN));
    }

    // ---- entries and outcomes

    public static byte[] encode(Entry entry) {
        return encodeOne((Record) entry, Levels.KNOWN);
    }

    /**
     * @param level of the log: what is above it is left out
     * @throws IllegalArgumentException if the entry has no meaning without that
     */
    public static byte[] encode(Entry entry, int level) {
        return encodeOne((Record) entry, level);
    }

    /** @throws CodecException if the bytes are no entry */
    public static Entry decodeEntry(byte[] bytes) {
        return decodeEntry(bytes, Levels.KNOWN);
    }

    /** @param known the level of the program that reads */
    public static Entry decodeEntry(byte[] bytes, int known) {
        return decodeOne(bytes, Entry.class, known);
    }

    public static byte[] encode(Outcome outcome) {
        return encodeOne((Record) outcome, Levels.KNOWN);
    }

    /** @throws CodecException if the bytes are no outcome */
    public static Outcome decodeOutcome(byte[] bytes) {
        return decodeOne(bytes, Outcome.class, Levels.KNOWN);
    }

    private static byte[] encodeOne(Record record, int level) {
        Packer out = begin();
        records(level).writeNumbered(out, record);
        return out.toBytes();
    }

    private static <T> T decodeOne(byte[] bytes, Class<T> type, int known) {
        Unpacker in = begin(bytes);
        T value = type.cast(records(in, known).readNumbered(in, type));
        requireEnd(in);
        return value;
    }

    // ---- batches, as {@code LeaseMessage.Propose} and {@code LeaseMessage.Applied} carry them

    public static byte[] encodeRequests(List<Request> requests) {
        Packer out = begin();
        out.writeVarLong(requests.size());
        requests.forEach(request -> RECORDS.write(out, request));
        return out.toBytes();
    }

    /** @throws CodecException if the bytes are no batch of requests */
    public static List<Request> decodeRequests(byte[] bytes) {
        return decodeRequests(bytes, Levels.KNOWN);
    }

    /** @param known the level of the program that reads */
    public static List<Request> decodeRequests(byte[] bytes, int known) {
        Unpacker in = begin(bytes);
        RecordCodec records = records(in, known);
        return readList(in, () -> (Request) records.read(in, Request.class));
    }

    public static byte[] encodeResults(List<Result> results) {
        Packer out = begin();
        out.writeVarLong(results.size());
        results.forEach(result -> RECORDS.writeNumbered(out, result));
        return out.toBytes();
    }

    /** @throws CodecException if the bytes are no results of a batch */
    public static List<Result> decodeResults(byte[] bytes) {
        Unpacker in = begin(bytes);
        RecordCodec records = records(in, Levels.KNOWN);
        return readList(in, () -> (Result) records.readNumbered(in, Result.class));
    }

    private static <T> List<T> readList(Unpacker in, Supplier<T> reader) {
        int count = in.readCount(Math.min(in.left(), BATCH_MAX));
        List<T> list = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            list.add(reader.get());
        }
        requireEnd(in);
        return list;
    }

    // ---- the snapshot

    /**
     * Writes the whole catalog, for programs of its level: the same state gives the same bytes. The stream is flushed, not
     * closed.
     */
    public static void writeSnapshot(Catalog catalog, OutputStream out) throws IOException {
        new SnapshotWriter(out, catalog.levels().level()).write(catalog);
    }

    /**
     * Reads what {@link #writeSnapshot} wrote, to its last byte.
     *
     * @throws CodecException if the bytes are no snapshot, or a damaged one
     */
    public static Catalog readSnapshot(InputStream in) throws IOException {
        return readSnapshot(in, Levels.KNOWN);
    }

    /** @param known the level of the program that reads */
    public static Catalog readSnapshot(InputStream in, int known) throws IOException {
        try {
            return new SnapshotReader(in, known).read();
        } catch (IllegalArgumentException e) {
            // What is in it looks at its own values; the check sum comes only at the end.
            throw new CodecException("the snapshot of the catalog is damaged: " + e.getMessage());
        }
    }

    /** @throws CodecException if the bytes are no part of a snapshot of that format */
    static SnapshotPart decodePart(byte[] bytes, int format, int known) {
        Unpacker in = unpacker(bytes, format);
        SnapshotPart part = (SnapshotPart) records(in, known).readNumbered(in, SnapshotPart.class);
        requireEnd(in);
        return part;
    }

    // ---- frame

    private static Packer begin() {
        Packer out = new Packer();
        out.writeByte(FORMAT);
        return out;
    }

    private static Unpacker begin(byte[] bytes) {
        int format = bytes.length == 0 ? 0 : bytes[0];
        Unpacker in = unpacker(bytes, requireFormat(format));
        in.readByte();
        return in;
    }

    /** @return the format */
    static int requireFormat(int format) {
        if (format != FORMAT && format != FORMAT_BEFORE) {
            throw new CodecException("format " + format + " of the catalog is unknown here; this program reads "
                    + FORMAT_BEFORE + " and " + FORMAT);
        }
        return format;
    }

    static Unpacker unpacker(byte[] bytes, int format) {
        return format == FORMAT ? new Unpacker(bytes) : Unpacker.ofBareRecords(bytes);
    }

    private static RecordCodec records(Unpacker in, int known) {
        return records(in.isBare() ? LEVEL_BEFORE : known);
    }

    private static void requireEnd(Unpacker in) {
        if (in.left() > 0) {
            throw new CodecException(in.left() + " bytes too many");
        }
    }
}
