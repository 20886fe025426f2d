package io.roundtable.simulation.storage;

import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.Parity;
import io.roundtable.storage.StripeLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What clients wrote: every content is unique, so that a wrong byte or an old content cannot pass for another. */
public final class Contents {
    public static final int UNIT_BYTES = 128;
    private static final int SIZE_MAX = 900;

    /** One content. */
    public record Content(long number, byte[] bytes, byte[][] shares) {}

    /** The bytes of a share with a checksum for each block, as they lie on a disk or travel. */
    public record Share(byte[] data, int[] crcs) {
        /** Whether every block matches its checksum. */
        public boolean isSound() {
            return Arrays.equals(crcs, checksums(data));
        }

        Share copy() {
            return new Share(data.clone(), crcs.clone());
        }
    }

    public final StripeLayout layout;
    private final Parity parity;
    private final Map<Long, Content> byNumber = new HashMap<>();
    private final Map<Long, Content> byFileId = new HashMap<>();
    private long last;

    public Contents(int disks, int parity) {
        this.layout = new StripeLayout(disks, parity, UNIT_BYTES);
        this.parity = Parity.of(layout);
    }

    public Content create(SplittableRandom random) {
        int size = random.nextInt(8) == 0 ? 0 : random.nextInt(SIZE_MAX);
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        Content content = new Content(++last, bytes, cut(bytes));
        byNumber.put(content.number, content);
        return content;
    }

    /** The content has got a number of its own from the manager. */
    void name(long fileId, Content content) {
        byFileId.put(fileId, content);
    }

    @Nullable
    Content content(long number) {
        return byNumber.get(number);
    }

    /** Whether a share is what was written. */
    boolean isRight(ShareKey key, Share share) {
        Content content = byFileId.get(key.fileId());
        return content != null && share.isSound() && Arrays.equals(share.data, content.shares[key.position()]);
    }

    /** The share of a content, ready to be sent; with the bug its parity is that of other data. */
    public Share share(Content content, int position, boolean isOldParity) {
        byte[] data = content.shares[position].clone();
        if (isOldParity) {
            for (int stripe = 0; stripe < layout.stripes(content.bytes.length); stripe++) {
                int at = stripe * UNIT_BYTES;
                if (layout.column(stripe, position) >= layout.dataDisks() && at < data.length) {
                    data[at] ^= 0x55;
                }
            }
        }
        return new Share(data, checksums(data));
    }

    private byte[][] cut(byte[] bytes) {
        int n = layout.disks();
        int stripes = (int) layout.stripes(bytes.length);
        byte[][] whole = new byte[n][stripes * UNIT_BYTES];
        byte[][] columns = new byte[n][];
        for (int stripe = 0; stripe < stripes; stripe++) {
            for (int column = 0; column < n; column++) {
                columns[column] = new byte[UNIT_BYTES];
                int from = stripe * layout.stripeDataBytes() + column * UNIT_BYTES;
                if (column < layout.dataDisks() && from < bytes.length) {
                    System.arraycopy(bytes, from, columns[column], 0, Math.min(UNIT_BYTES, bytes.length - from));
                }
            }
            parity.encode(columns, 0, UNIT_BYTES);
            for (int column = 0; column < n; column++) {
                System.arraycopy(
                        columns[column], 0, whole[layout.disk(stripe, column)], stripe * UNIT_BYTES, UNIT_BYTES);
            }
        }
        for (int disk = 0; disk < n; disk++) {
            whole[disk] = Arrays.copyOf(whole[disk], (int) layout.usedShareBytes(bytes.length, disk));
        }
        return whole;
    }

    /**
     * The share of one disk from those of others.
     *
     * @param shares by position; null for those that are not to be had, at most {@code parity} of them
     */
    public Share rebuild(long sizeBytes, @Nullable Share[] shares, int position) {
        byte[] data =
                Arrays.copyOf(fill(sizeBytes, shares)[position], (int) layout.usedShareBytes(sizeBytes, position));
        return new Share(data, checksums(data));
    }

    /** The file from shares, see {@link #rebuild}. */
    public byte[] assemble(long sizeBytes, @Nullable Share[] shares) {
        byte[][] whole = fill(sizeBytes, shares);
        byte[] bytes = new byte[(int) sizeBytes];
        for (int at = 0; at < bytes.length; at += UNIT_BYTES) {
            StripeLayout.Place place = layout.locate(at / UNIT_BYTES);
            System.arraycopy(
                    whole[place.disk()],
                    (int) place.stripe() * UNIT_BYTES,
                    bytes,
                    at,
                    Math.min(UNIT_BYTES, bytes.length - at));
        }
        return bytes;
    }

    /** All shares with their padding. */
    private byte[][] fill(long sizeBytes, @Nullable Share[] shares) {
        int n = layout.disks();
        int stripes = (int) layout.stripes(sizeBytes);
        byte[][] whole = new byte[n][stripes * UNIT_BYTES];
        for (int disk = 0; disk < n; disk++) {
            Share share = shares[disk];
            if (share != null) {
                System.arraycopy(share.data, 0, whole[disk], 0, Math.min(share.data.length, whole[disk].length));
            }
        }
        byte[][] columns = new byte[n][];
        int[] offsets = new int[n];
        boolean[] present = new boolean[n];
        boolean[] wanted = new boolean[n];
        for (int stripe = 0; stripe < stripes; stripe++) {
            for (int column = 0; column < n; column++) {
                int disk = layout.disk(stripe, column);
                columns[column] = whole[disk];
                offsets[column] = stripe * UNIT_BYTES;
                present[column] = shares[disk] != null;
                wanted[column] = !present[column];
            }
            parity.reconstruct(columns, offsets, UNIT_BYTES, present, wanted);
        }
        return whole;
    }

    private static int[] checksums(byte[] data) {
        int[] crcs = new int[(data.length + UNIT_BYTES - 1) / UNIT_BYTES];
        CRC32C crc = new CRC32C();
        for (int block = 0; block < crcs.length; block++) {
            crc.reset();
            crc.update(data, block * UNIT_BYTES, Math.min(UNIT_BYTES, data.length - block * UNIT_BYTES));
            crcs[block] = (int) crc.getValue();
        }
        return crcs;
    }
}
