package io.roundtable.wire.pickle;

import io.roundtable.wire.pickle.Fixtures.Fixture;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Pickles with one to three things wrong: a bit, a byte, an opcode, a part cut out, doubled or from another pickle. */
final class Mutants {
    private static final byte[] INTERESTING = {0, 1, 3, 9, 10, 0x27, 0x5c, 0x7f, (byte) 0x80, (byte) 0xff};

    private final Random random;
    private final List<Fixture> parents;

    Mutants(Random random, List<Fixture> parents) {
        this.random = random;
        this.parents = parents;
    }

    byte[] next() {
        byte[] bytes = parent();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            bytes = mutate(bytes);
        }
        return bytes;
    }

    private byte[] mutate(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(12));
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] = INTERESTING[random.nextInt(INTERESTING.length)];
            case 3 -> bytes[at] = (byte) Opcode.values()[random.nextInt(Opcode.values().length)].code;
            case 4 -> bytes = splice(bytes, at, to, new byte[0]);
            case 5 -> bytes = splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            default -> {
                byte[] other = parent();
                int from = random.nextInt(other.length);
                byte[] part = Arrays.copyOfRange(other, from, Math.min(other.length, from + 12));
                bytes = splice(bytes, at, random.nextBoolean() ? at : to, part);
            }
        }
        return bytes;
    }

    private byte[] parent() {
        return parents.get(random.nextInt(parents.size())).bytes().clone();
    }

    private static byte[] splice(byte[] bytes, int begin, int end, byte[] part) {
        byte[] spliced = Arrays.copyOf(bytes, begin + part.length + bytes.length - end);
        System.arraycopy(part, 0, spliced, begin, part.length);
        System.arraycopy(bytes, end, spliced, begin + part.length, bytes.length - end);
        return spliced;
    }
}
