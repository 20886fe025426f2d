package io.roundtable.catalog;

import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Outcome.Result;
import io.roundtable.codec.CodecException;
import io.roundtable.codec.Packer;
import io.roundtable.codec.RecordCodec;
import io.roundtable.codec.Unpacker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * The catalog's own format: entries of the log, outcomes, batches of requests, and a picture of the whole catalog.
 *
 * <p>Everything begins with {@value #FORMAT}, the number of the format. A record's number below stands for the order of
 * its components as well: one that changes gets a new class and a new number, and no number is used a second time, since
 * logs and pictures outlive the program that wrote them. Safe for use by many threads.
 */
public final class CatalogCodec {
    /** The first byte of everything here. */
    public static final int FORMAT = 1;

    /** Requests of one batch: more than this are no manager's. */
    public static final int BATCH_MAX = 65_536;

    static final RecordCodec RECORDS = new RecordCodec(MethodHandles.lookup())
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
            // Parts of a picture.
            .register(80, PicturePart.Head.class)
            .register(81, PicturePart.Seated.class)
            .register(82, PicturePart.User.class)
            .register(83, PicturePart.Disk.class)
            .register(84, PicturePart.Volume.class)
            .register(85, PicturePart.File.class)
            .register(86, PicturePart.Remembered.class)
            .register(87, PicturePart.End.class)
            .register(88, PicturePart.RememberedSince.class)
            .register(89, PicturePart.ForeignDisk.class);

    private CatalogCodec() {}

    // ---- entries and outcomes

    public static byte[] encode(Entry entry) {
        return encodeOne((Record) entry);
    }

    /** @throws CodecException if the bytes are no entry */
    public static Entry decodeEntry(byte[] bytes) {
        return decodeOne(bytes, Entry.class);
    }

    public static byte[] encode(Outcome outcome) {
        return encodeOne((Record) outcome);
    }

    /** @throws CodecException if the bytes are no outcome */
    public static Outcome decodeOutcome(byte[] bytes) {
        return decodeOne(bytes, Outcome.class);
    }

    private static byte[] encodeOne(Record record) {
        Packer out = begin();
        RECORDS.writeNumbered(out, record);
        return out.toBytes();
    }

    private static <T> T decodeOne(byte[] bytes, Class<T> type) {
        Unpacker in = begin(bytes);
        T value = type.cast(RECORDS.readNumbered(in, type));
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
        Unpacker in = begin(bytes);
        int count = readCount(in);
        List<Request> requests = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            requests.add((Request) RECORDS.read(in, Request.class));
        }
        requireEnd(in);
        return requests;
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
        int count = readCount(in);
        List<Result> results = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            results.add((Result) RECORDS.readNumbered(in, Result.class));
        }
        requireEnd(in);
        return results;
    }

    private static int readCount(Unpacker in) {
        return in.readCount(Math.min(in.left(), BATCH_MAX));
    }

    // ---- the picture

    /** Writes the whole catalog: the same state gives the same bytes. The stream is flushed, not closed. */
    public static void writePicture(Catalog catalog, OutputStream out) throws IOException {
        new PictureWriter(out).write(catalog);
    }

    /**
     * Reads what {@link #writePicture} wrote, to its last byte.
     *
     * @throws CodecException if the bytes are no picture, or a damaged one
     */
    public static Catalog readPicture(InputStream in) throws IOException {
        return new PictureReader(in).read();
    }

    // ---- frame

    private static Packer begin() {
        Packer out = new Packer();
        out.writeByte(FORMAT);
        return out;
    }

    private static Unpacker begin(byte[] bytes) {
        Unpacker in = new Unpacker(bytes);
        requireFormat(in.readByte());
        return in;
    }

    static void requireFormat(int format) {
        if (format != FORMAT) {
            throw new CodecException(
                    "format " + format + " of the catalog is unknown here; this program reads " + FORMAT);
        }
    }

    private static void requireEnd(Unpacker in) {
        if (in.left() > 0) {
            throw new CodecException(in.left() + " bytes too many");
        }
    }
}
