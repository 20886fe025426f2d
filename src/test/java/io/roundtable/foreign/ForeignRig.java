package io.roundtable.foreign;

import io.roundtable.disk.MediumFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Predicate;

/** What tests do with foreign media. */
final class ForeignRig {
    private ForeignRig() {}

    interface Act {
        void run() throws IOException;
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Makes a file what is given, and durable. */
    static void write(ForeignMedium medium, String path, byte[] content) throws IOException {
        try (MediumFile file = medium.exists(path) ? medium.open(path) : medium.create(path)) {
            file.write(ByteBuffer.wrap(content), 0);
            file.truncate(content.length);
            file.force();
        }
    }

    static byte[] read(ForeignMedium medium, String path) throws IOException {
        try (MediumFile file = medium.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    /** The lines of a peer that hangs right before it sends the first datagram of a kind, while something else happens. */
    static Line.To hangingBefore(Line.To to, Predicate<String> when, Act meanwhile) {
        boolean[] hasHung = {false};
        return () -> {
            Line line = to.open();
            return new Line() {
                @Override
                public void send(byte[] datagram) throws IOException {
                    if (!hasHung[0] && when.test(new String(datagram, StandardCharsets.UTF_8))) {
                        hasHung[0] = true;
                        meanwhile.run();
                    }
                    line.send(datagram);
                }

                @Override
                public byte[] receive(long timeoutMs) throws IOException {
                    return line.receive(timeoutMs);
                }

                @Override
                public void close() {
                    line.close();
                }
            };
        };
    }
}
