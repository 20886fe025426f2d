package io.roundtable.dss;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.RequestNumber;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Numbers for the commands that come to one port. Whoever was told nothing, or that nobody knows, sends the same words to
 * another peer; by the number the manager sees that they are the same.
 */
final class RequestNumbers {
    private final int way;
    private int count;

    RequestNumbers(RandomGenerator random) {
        this.way = random.nextInt();
        this.count = random.nextInt();
    }

    long next(Address from, byte[] json) {
        CRC32C words = new CRC32C();
        words.update(from.toString().getBytes(StandardCharsets.UTF_8));
        words.update(json);
        return RequestNumber.of((int) words.getValue(), way, count++);
    }
}
