package io.roundtable.stream;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a file's content. */
final class ContentDigest {
    private final MessageDigest sha256;

    ContentDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java has it.
            throw new IllegalStateException(e);
        }
    }

    void update(Slab slab) {
        slab.forEachPart(this::update);
    }

    void update(ByteBuffer buffer, int offset, int bytes) {
        sha256.update(buffer.duplicate().limit(offset + bytes).position(offset));
    }

    /** 64 hexadecimal digits; to be asked once. */
    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
