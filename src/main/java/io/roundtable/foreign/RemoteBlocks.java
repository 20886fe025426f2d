package io.roundtable.foreign;

import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Blocks at a foreign disk, by name and number. Each carries a check sum of itself and of its place; one counts as written
 * once it was read back, since the wire's answers do not say to which request they belong.
 */
final class RemoteBlocks {
    private static final int MAGIC = 0x52544231;
    private static final int HEADER_BYTES = 12;
    /** With it and in base64 a block fits a datagram, and the 64 KiB into which published disks read one. */
    static final int PAYLOAD_BYTES_MAX = (32 << 10) - HEADER_BYTES;

    /** Bad news counts when the same was told so often in a row: a datagram may be garbled. */
    private static final int BELIEVED = 3;

    private static final int TRIES = 8;

    private static final int REASON_CHARS_MAX = 200;

    private static final String PREFIX = "roundtable-";

    private final Question question;
    private final String prefix;
    private final String name;

    /** @param name of the disk, for people */
    RemoteBlocks(Question question, DiskId disk, String name) {
        this(question, PREFIX + disk + "-", name);
    }

    private RemoteBlocks(Question question, String prefix, String name) {
        this.question = question;
        this.prefix = prefix;
        this.name = name;
    }

    /** Those of the program, whichever of its disks is asked for them. */
    static RemoteBlocks ofProgram(Question question, String name) {
        return new RemoteBlocks(question, PREFIX, name);
    }

    /** A block is there and is not what was written. */
    static final class BrokenBlockException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenBlockException(String message) {
            super(message);
        }
    }

    private Map<String, Object> place(String file, long number) {
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("file_name", prefix + file);
        place.put("stripe_idx", number);
        place.put("disk_index", 0);
        return place;
    }

    /** Returns when the block is there. */
    void write(String file, long number, byte[] payload) throws IOException {
        write(file, number, payload, () -> {});
    }

    /** Whether something may be written. */
    interface Guard {
        void demand() throws IOException;
    }

    /** @param guard asked each time before the block is sent */
    void write(String file, long number, byte[] payload, Guard guard) throws IOException {
        byte[] block = frame(file, number, payload);
        Map<String, Object> args = new LinkedHashMap<>();
        args.put("dss_name", "roundtable");
        args.putAll(place(file, number));
        args.put("is_parity", false);
        args.put("block_b64", Base64.getEncoder().encodeToString(block));
        IOException refused = null;
        for (int tried = 0; tried < TRIES; tried++) {
            guard.demand();
            try {
                question.ask("write-block", args, this::done);
                byte[] found = raw(file, number);
                if (found != null && Arrays.equals(found, block)) {
                    return;
                }
            } catch (RefusedException e) {
                refused = e;
            }
        }
        throw refused != null ? refused : new IOException(name + " acknowledges blocks and does not keep them");
    }

    private Boolean done(Words.Reply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw refusal(reply);
        }
        return true;
    }

    /** Of the disk's own. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private RefusedException refusal(Words.Reply reply) {
        String error = reply.error()
                .substring(0, Math.min(REASON_CHARS_MAX, reply.error().length()));
        return new RefusedException(name + " refuses: " + (error.isEmpty() ? "no reason given" : error));
    }

    /**
     * A block.
     *
     * @return null if there is none
     * @throws BrokenBlockException if it is not the one that was written there
     */
    byte @Nullable [] read(String file, long number) throws IOException {
        String before = "";
        int same = 0;
        for (int tried = 1; ; tried++) {
            IOException bad = null;
            try {
                byte[] found = raw(file, number);
                if (found != null) {
                    return payload(file, number, found);
                }
            } catch (RefusedException | BrokenBlockException e) {
                bad = e;
            }
            String said = bad == null ? "" : String.valueOf(bad.getMessage());
            same = said.equals(before) ? same + 1 : 1;
            if (same == BELIEVED || tried == TRIES) {
                if (bad == null) {
                    return null;
                }
                throw bad;
            }
            before = said;
        }
    }

    private static final byte[] NONE = {};

    private byte @Nullable [] raw(String file, long number) throws IOException {
        byte[] found = question.ask("read-block", place(file, number), reply -> {
            if (reply.isSuccess()) {
                return decoded(reply);
            }
            if (reply.error().contains("not found")) {
                return NONE;
            }
            throw refusal(reply);
        });
        return found.length == 0 ? null : found;
    }

    private static byte @Nullable [] decoded(Words.Reply reply) {
        try {
            // An empty one is no block of ours; nor is it none.
            byte[] block = Base64.getDecoder().decode(reply.text("block_b64"));
            return block.length == 0 ? null : block;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private byte[] frame(String file, long number, byte[] payload) {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("a block has at most " + PAYLOAD_BYTES_MAX + " bytes");
        }
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putInt(MAGIC)
                .putInt(payload.length)
                .putInt(sum(file, number, payload))
                .put(payload)
                .array();
    }

    private byte[] payload(String file, long number, byte[] block) throws BrokenBlockException {
        ByteBuffer in = ByteBuffer.wrap(block);
        if (block.length >= HEADER_BYTES && in.getInt() == MAGIC && in.getInt() == block.length - HEADER_BYTES) {
            int sum = in.getInt();
            byte[] payload = Arrays.copyOfRange(block, HEADER_BYTES, block.length);
            if (sum == sum(file, number, payload)) {
                return payload;
            }
        }
        throw new BrokenBlockException(name + " holds something else than was written to it");
    }

    private int sum(String file, long number, byte[] payload) {
        CRC32C sum = new CRC32C();
        sum.update((prefix + file + " " + number + " ").getBytes(StandardCharsets.UTF_8));
        sum.update(payload);
        return (int) sum.getValue();
    }
}
