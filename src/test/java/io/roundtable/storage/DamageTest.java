package io.roundtable.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
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
            List<Integer> lost = new ArrayList<>();
            for (int disk = 0; disk < disks; disk++) {
                if ((mask >>> disk & 1) != 0) {
                    lost.add(disk);
                }
            }
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

    @Test
    void damageIsExplainedInASentence() {
        StripeLayout layout = new StripeLayout(5, 2, 1024);
        assertEquals(
                "all 5 disks are there; any 2 more may be lost",
                Damage.of(layout, List.of()).explain());
        assertEquals(
                "1 of 5 disks is lost, every stripe can be computed from the others; any one more may be lost",
                Damage.of(layout, List.of(3)).explain());
        assertEquals(
                "2 of 5 disks are lost, every stripe can be computed from the others; one more lost disk loses files",
                Damage.of(layout, List.of(3, 0)).explain());
        Damage gone = Damage.of(layout, List.of(3, 0, 1));
        assertFalse(gone.isRecoverable());
        assertEquals(0, gone.spare());
        assertEquals(
                "3 of 5 disks are lost, parity 2 makes up for 2:"
                        + " only files shorter than a stripe may still be readable",
                gone.explain());
    }

    @Test
    void aStripeWhoseLostBlockIsParityIsNotDegraded() {
        StripeLayout layout = new StripeLayout(5, 1, 1024);
        assertEquals(0, Damage.of(layout, List.of()).degradedStripesPerRound());
        assertEquals(4, Damage.of(layout, List.of(2)).degradedStripesPerRound());
    }

    @Test
    void aDiskThatTheVolumeDoesNotHaveIsRefused() {
        StripeLayout layout = new StripeLayout(3, 1, 1024);
        assertThrows(IndexOutOfBoundsException.class, () -> Damage.of(layout, List.of(3)));
        assertTrue(Damage.of(layout, List.of(2)).isRecoverable());
    }
}
