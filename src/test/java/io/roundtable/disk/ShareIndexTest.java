package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareIndexTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithATreeMap(long seed) {
        Random dice = new Random(seed);
        ShareIndex index = new ShareIndex();
        TreeMap<ShareKey, Held> map = new TreeMap<>();
        for (int step = 0; step < 20_000; step++) {
            ShareKey key = new ShareKey(1 + dice.nextInt(3), dice.nextInt(2000), dice.nextInt(256));
            boolean grows = step % 8000 < 5000;
            if (dice.nextInt(10) < (grows ? 8 : 2)) {
                Held held = held(key, dice);
                assertEquals(map.put(key, held), index.put(held));
            } else {
                ShareKey near = map.ceilingKey(key);
                if (near != null) {
                    Held held = map.remove(near);
                    assertEquals(true, index.remove(held));
                    assertEquals(false, index.remove(held));
                }
            }
            assertEquals(map.get(key), index.get(key));
            assertEquals(map.size(), index.size());
            if (step % 500 == 0) {
                assertEquals(List.copyOf(map.values()), index.after(null, Integer.MAX_VALUE, any -> true));
                assertEquals(
                        map.tailMap(key, false).values().stream().limit(7).toList(), index.after(key, 7, any -> true));
            }
        }
    }

    @Test
    void risingKeysFillTheLeaves() {
        ShareIndex index = new ShareIndex();
        List<Held> all = new ArrayList<>();
        for (int file = 0; file < 3 * ShareIndex.LEAF_MAX + 1; file++) {
            Held held = new Held(new ShareKey(1, file, 0), Held.Kind.PACKED, 1024, 1, 8 * file, 5);
            all.add(held);
            index.put(held);
        }
        assertEquals(all, index.after(null, Integer.MAX_VALUE, any -> true));
        assertEquals(4, index.leaves());
    }

    @ParameterizedTest
    @EnumSource(Held.Kind.class)
    void theFurthestPlacesFit(Held.Kind kind) {
        boolean packed = kind == Held.Kind.PACKED;
        Held held = new Held(
                new ShareKey(Integer.MAX_VALUE, Long.MAX_VALUE, 255),
                kind,
                1 << 20,
                (packed ? Held.PACKS_MAX : Held.FOLDERS_MAX) - 1,
                packed ? DiskOptions.PACK_BYTES_MAX - 8 : 0,
                packed ? PackRecord.USED_BYTES_MAX : Held.FILED_BYTES_MAX);
        ShareIndex index = new ShareIndex();
        index.put(held);
        assertEquals(held, index.get(held.key()));
    }

    private static Held held(ShareKey key, Random dice) {
        return dice.nextBoolean()
                ? new Held(
                        key,
                        Held.Kind.PACKED,
                        128 << dice.nextInt(14),
                        dice.nextInt(1 << 22),
                        dice.nextInt(1 << 20) * 8,
                        dice.nextInt(262_145))
                : new Held(
                        key,
                        Held.Kind.FILED,
                        128 << dice.nextInt(14),
                        dice.nextInt(1 << 20),
                        0,
                        dice.nextLong() & Held.FILED_BYTES_MAX);
    }
}
