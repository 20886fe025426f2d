package io.roundtable.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8, each decoded by itself: what is none is refused and ends nothing. */
final class Utf8Lines {
    static final int LINE_BYTES_MAX = 64 << 10;

    private final InputStream in;
    private long number;

    Utf8Lines(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /**
     * The next line without its end; null behind the last.
     *
     * @throws UsageException if it is not UTF-8, or longer than {@value #LINE_BYTES_MAX} bytes; it has been passed over
     */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        int c = in.read();
        if (c < 0) {
            return null;
        }
        number++;
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (++length <= LINE_BYTES_MAX) {
                line.write(c);
            }
        }
        if (length > LINE_BYTES_MAX) {
            throw new UsageException("line " + number + " has more than " + LINE_BYTES_MAX + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UsageException(
                    "line " + number + " is not UTF-8 ('" + ExactNames.shown(line.toByteArray()) + "')");
        }
    }
}
