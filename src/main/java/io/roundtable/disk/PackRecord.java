package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One record of a pack: {@value #HEADER_BYTES} bytes of header, big-endian, then the group of a small share as it came,
 * padded to 8 bytes. A tombstone has no body.
 *
 * <pre>
 *  0 'RTPK'   4 u8 type   5 u8 n-1   6 u8 parity   7 u8 log2 of the unit   8 u32 volume   12 u32 position   16 u64 file id
 * 24 u32 used bytes, or the victim's offset   28 u32 0, or the victim's pack   32 u64 time (ms)
 * 40 u32 CRC32C of the body   44 u32 pack   48 u32 offset   52 u64 0   60 u32 CRC32C of salt and header
 * </pre>
 *
 * Pack and offset are those of the record itself: a record that lies elsewhere is none.
 *
 * @param victim where the record lies that a tombstone takes back; null in a share's record
 * @param stripes null in a tombstone
 */
record PackRecord(
        ShareKey key,
        @Nullable StripeLayout stripes,
        int usedBytes,
        @Nullable Victim victim,
        long timeMs,
        int bodyCrc) {
    static final int HEADER_BYTES = 64;
    /** Shares of up to so many bytes lie in packs. */
    static final int USED_BYTES_MAX = 256 << 10;

    static final int RECORD_BYTES_MAX =
            HEADER_BYTES + USED_BYTES_MAX + ShareLayout.CRC_BYTES * (USED_BYTES_MAX / StripeLayout.UNIT_BYTES_MIN);

    private static final int MAGIC = 0x52_54_50_4b;
    private static final byte SHARE = 1;
    private static final byte TOMBSTONE = 2;
    private static final int CRC_AT = 60;

    /** Where a record lies. */
    record Victim(int pack, int offset) {
        /** In place of the offset: whatever the pack has of the share. */
        static final int ANYWHERE = -1;

        boolean isAt(Held held) {
            return held.kind() == Held.Kind.PACKED
                    && held.container() == pack
                    && (offset == ANYWHERE || held.offset() == offset);
        }
    }

    static PackRecord tombstone(ShareKey key, Victim victim, long timeMs) {
        return new PackRecord(key, null, 0, victim, timeMs, 0);
    }

    int bodyBytes() {
        return stripes == null ? 0 : (int) new ShareLayout(stripes.unitBytes(), usedBytes).storedBytes();
    }

    /** Of the whole record, padding included. */
    int bytes() {
        return padded(bodyBytes());
    }

    Held heldAt(int pack, int offset) {
        if (stripes == null) {
            throw new IllegalStateException("a tombstone holds nothing");
        }
        return new Held(key, Held.Kind.PACKED, stripes.unitBytes(), pack, offset, usedBytes);
    }

    static int bytes(Held held) {
        return padded((int) new ShareLayout(held.unitBytes(), held.usedBytes()).storedBytes());
    }

    private static int padded(int bodyBytes) {
        return (HEADER_BYTES + bodyBytes + 7) & -8;
    }

    /** Writes the header to the buffer's beginning. */
    void encode(ByteBuffer to, int pack, int offset, long salt) {
        to.putInt(0, MAGIC);
        to.put(4, stripes == null ? TOMBSTONE : SHARE);
        to.put(5, (byte) (stripes == null ? 0 : stripes.disks() - 1));
        to.put(6, (byte) (stripes == null ? 0 : stripes.parity()));
        to.put(7, (byte) (stripes == null ? 0 : Integer.numberOfTrailingZeros(stripes.unitBytes())));
        to.putInt(8, key.volumeId()).putInt(12, key.position()).putLong(16, key.fileId());
        to.putInt(24, victim == null ? usedBytes : victim.offset);
        to.putInt(28, victim == null ? 0 : victim.pack);
        to.putLong(32, timeMs)
                .putInt(40, bodyCrc)
                .putInt(44, pack)
                .putInt(48, offset)
                .putLong(52, 0);
        to.putInt(CRC_AT, Crc.of(to, 0, CRC_AT, salt));
    }

    /** The record whose header begins at this place of the buffer; null if there is none. */
    static @Nullable PackRecord decode(ByteBuffer from, int at, int pack, long offset, long salt) {
        if (from.getInt(at) != MAGIC || from.getInt(at + 44) != pack || from.getInt(at + 48) != offset) {
            return null;
        }
        if (from.getInt(at + CRC_AT) != Crc.of(from, at, at + CRC_AT, salt)) {
            return null;
        }
        try {
            ShareKey key = new ShareKey(from.getInt(at + 8), from.getLong(at + 16), from.getInt(at + 12));
            int number = from.getInt(at + 24);
            long timeMs = from.getLong(at + 32);
            if (from.get(at + 4) == TOMBSTONE) {
                return tombstone(key, new Victim(from.getInt(at + 28), number), timeMs);
            }
            StripeLayout stripes =
                    new StripeLayout((from.get(at + 5) & 0xff) + 1, from.get(at + 6), 1 << (from.get(at + 7) & 31));
            if (number < 0 || number > USED_BYTES_MAX) {
                return null;
            }
            return new PackRecord(key, stripes, number, null, timeMs, from.getInt(at + 40));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
