package io.roundtable.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Frames of version 1, which no program of this version reads: whoever sends one is refused in a frame of its own
 * version, so that it understands why.
 */
final class FrameBefore {
    static final byte VERSION = 1;

    /** As it stood in a head of version 1. */
    private static final byte REFUSAL = 12 + 2;

    private FrameBefore() {}

    /** @param at where a header of that version begins */
    static WireException refused(byte[] bytes, int at) {
        String what = "version " + VERSION + " of the native dialect came, and this program speaks "
                + NativeCodec.VERSION + ": stop every program of the group, then start all of one build"
                + " (docs/UPGRADES.md)";
        return WireException.ofVersionBefore(what, refusal(NativeCodec.requestId(bytes, at), what));
    }

    private static byte[] refusal(long requestId, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        // The number, the length in 7 bits a byte, the text.
        int length = 1 + 2 + text.length;
        ByteBuffer frame = ByteBuffer.allocate(NativeCodec.HEADER_BYTES + length);
        frame.put(NativeCodec.MAGIC_0).put(NativeCodec.MAGIC_1).put(VERSION).put((byte) FrameKind.ANSWER.ordinal());
        frame.putInt(length).putLong(0).putLong(requestId);
        frame.put(REFUSAL).put((byte) (text.length & 0x7f | 0x80)).put((byte) (text.length >>> 7));
        return frame.put(text).array();
    }
}
