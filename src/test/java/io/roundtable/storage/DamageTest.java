package io.roundtable.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DamageTest {

    /** Damage's short answers against Parity's, stripe by stripe, for every set of lost disks. */
    @ParameterizedTest
    @CsvSource({"3,1", "5,1", "5,2", "7,3", "9,4"})
    void everySetOfLostDisksIsJudgedAsParityDoes(int disks, int parity) {
        StripeLayout layout = new StripeLayout(disks, parity, 128);
        Parity code = Parity.of(layout);
        for (int mask = 0; mask < 1 << disks; mask++) {
            List<Integer> lost = positions(mask);
            Damage damage = Damage.of(layout, lost);
            for (int size :
                    new int[] {0, 1, 128, 129, 300, layout.stripeDataBytes(), 3 * layout.stripeDataBytes() + 1}) {
                boolean readable = true;
                for (int stripe = 0; stripe < layout.stripes(size); stripe++) {
                    boolean[] present = new boolean[disks];
                    for (int column = 0; column < disks; column++) {
                        boolean isKnownZero = layout.usedBlockBytes(size, stripe, column) == 0;
                        present[column] = isKnownZero || !lost.contains(layout.disk(stripe, column));
                    }
                    readable &= code.isRecoverable(present);
                }
                assertEquals(readable, damage.isReadable(size), layout + " lost " + lost + " size " + size);
            }
        }
    }

    /** One more lost at a time, in every way there is: the worst way counts. */
    @ParameterizedTest
    @CsvSource({"3,1", "5,1", "5,2", "7,3"})
    void whatIsSpareSurvivesInEveryWayAndOneMoreDoesNot(int disks, int parity) {
        StripeLayout layout = new StripeLayout(disks, parity, 128);
        for (int mask = 0; mask < 1 << disks; mask++) {
            for (int size : new int[] {1, 129, layout.stripeDataBytes(), 3 * layout.stripeDataBytes() + 1}) {
                int spare = Damage.of(layout, positions(mask)).spare(layout.width(size));
                int survived = Integer.MAX_VALUE;
                for (int more = 0; more < 1 << disks; more++) {
                    boolean isReadable =
                            Damage.of(layout, positions(mask | more)).isReadable(size);
                    survived = isReadable ? survived : Math.min(survived, Integer.bitCount(more & ~mask) - 1);
                }
                assertEquals(survived, spare, layout + " lost " + positions(mask) + " size " + size);
            }
        }
    }

    private static List<Integer> positions(int mask) {
        return IntStream.range(0, Integer.SIZE)
                .filter(position -> (mask >>> position & 1) != 0)
                .boxed()
                .toList();
    }

    @Test
    void anEmptyFileHasNothingToLose() {
        Damage all = Damage.of(new StripeLayout(3, 1, 128), List.of(0, 1, 2));
        assertTrue(all.isReadable(0));
        assertFalse(all.isRecoverable());
    }

    @Test
    void aDiskThatTheVolumeDoesNotHaveIsRefused() {
        StripeLayout layout = new StripeLayout(3, 1, 1024);
        assertThrows(IndexOutOfBoundsException.class, () -> Damage.of(layout, List.of(3)));
        assertTrue(Damage.of(layout, List.of(2)).isRecoverable());
    }
}
