package io.roundtable.disk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk is killed, loses power or fails at every single operation of its medium. */
class DiskStoreCrashTest {
    private static final DiskOptions SMALL_PACKS = DiskOptions.defaults().withPackBytes(64 << 10);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasAcknowledgedSurvivesACrashAtAnyOperation(boolean power) throws IOException {
        long operations = scenarioLength();
        for (long crash = 0; crash < operations; crash++) {
            for (int seed = 0; seed < (power ? 3 : 1); seed++) {
                StoreModel model = new StoreModel(crash * 10 + seed, SMALL_PACKS);
                long start = model.medium.operations();
                model.medium.crashAt(start + crash);
                try {
                    scenario(model);
                } catch (SimulatedCrash e) {
                    // That is what it is for.
                }
                verify(model, power, "crash at operation " + crash + ", seed " + seed);
            }
        }
    }

    @Test
    void aCrashDuringTheFirstStartLeavesAFolderThatCanBeStarted() throws IOException {
        SimulatedMedium whole = new SimulatedMedium(1, 1 << 20);
        DiskStore.open(whole, SMALL_PACKS, () -> 1, () -> 7);
        for (long crash = 0; crash < whole.operations(); crash++) {
            for (int seed = 0; seed < 4; seed++) {
                SimulatedMedium medium = new SimulatedMedium(seed, 1 << 20);
                medium.crashAt(crash);
                try {
                    DiskStore.open(medium, SMALL_PACKS, () -> 1, () -> 7);
                } catch (SimulatedCrash e) {
                    medium.restart(true);
                }
                try {
                    DiskStore.open(medium, SMALL_PACKS, () -> 1, () -> 7).close();
                } catch (IOException e) {
                    throw new AssertionError("crash at operation " + crash + ", seed " + seed, e);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneFailedOperationLosesNothing(boolean power) throws IOException {
        long operations = scenarioLength();
        for (long failure = 0; failure < operations; failure++) {
            StoreModel model = new StoreModel(failure, SMALL_PACKS);
            model.medium.failAt(model.medium.operations() + failure);
            scenario(model);
            verify(model, power, "failure at operation " + failure);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRandomWalkWithCrashesFailuresAndFullDisksAgreesWithTheModel(int seed) throws IOException {
        for (int walk = 0; walk < 12; walk++) {
            long number = seed * 1000L + walk;
            StoreModel model = new StoreModel(number, SMALL_PACKS);
            Random dice = new Random(number);
            try {
                for (int life = 0; life < 6; life++) {
                    live(model, dice);
                    model.restart(dice.nextBoolean());
                    model.verify();
                }
                model.medium.capacityBytes(StoreModel.CAPACITY);
                model.restart(false);
                model.verifyLife();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("walk " + number, e);
            }
        }
    }

    private static void live(StoreModel model, Random dice) {
        SimulatedMedium medium = model.medium;
        if (dice.nextInt(3) > 0) {
            medium.crashAt(medium.operations() + dice.nextInt(150));
        }
        if (dice.nextInt(3) == 0) {
            medium.failAt(medium.operations() + dice.nextInt(100));
        }
        medium.capacityBytes(dice.nextInt(4) == 0 ? 100_000 + dice.nextInt(200_000) : StoreModel.CAPACITY);
        try {
            for (int step = 0; step < 40; step++) {
                ShareKey key = Shares.key(1 + dice.nextInt(2), dice.nextInt(12), 0);
                byte[] content = Shares.content(dice.nextLong(), dice.nextInt(20_000));
                switch (dice.nextInt(12)) {
                    case 0, 1, 2, 3, 4 -> model.put(key, content);
                    case 5, 6 -> model.write(key, content);
                    case 7, 8 -> model.delete(List.of(key, Shares.key(1, dice.nextInt(12), 0)));
                    case 9 -> model.compact();
                    case 10 -> model.raiseEpoch();
                    default -> model.wipe(dice.nextInt(4) == 0 ? 0 : 1 + dice.nextInt(2));
                }
            }
        } catch (SimulatedCrash e) {
            // The next life finds out.
        }
    }

    private static long scenarioLength() throws IOException {
        StoreModel model = new StoreModel(1, SMALL_PACKS);
        long start = model.medium.operations();
        scenario(model);
        model.verifyLife();
        long length = model.medium.operations() - start;
        assertTrue(length > 60, "the scenario does too little: " + length);
        return length;
    }

    private static void scenario(StoreModel model) {
        model.raiseEpoch();
        for (int file = 0; file < 8; file++) {
            model.put(Shares.key(1, file, 0), Shares.content(file, 3000 * file));
        }
        model.write(Shares.key(1, 20, 0), Shares.content(20, 10_000));
        model.write(Shares.key(2, 21, 0), Shares.content(21, 0));
        model.write(Shares.key(1, 20, 0), Shares.content(22, 9_000));
        // From small to big and back.
        model.write(Shares.key(1, 3, 0), Shares.content(23, 5_000));
        model.put(Shares.key(2, 21, 0), Shares.content(24, 4_000));
        model.put(Shares.key(1, 5, 0), Shares.content(25, 15_000));
        model.delete(List.of(Shares.key(1, 1, 0), Shares.key(1, 20, 0), Shares.key(1, 4, 0), Shares.key(1, 99, 0)));
        model.raiseEpoch();
        model.compact();
        model.put(Shares.key(2, 30, 0), Shares.content(30, 30_000));
        model.put(Shares.key(1, 5, 0), Shares.content(26, 15_500));
        model.delete(List.of(Shares.key(1, 6, 0), Shares.key(1, 5, 0)));
        model.compact();
        model.wipe(1);
        model.put(Shares.key(1, 40, 0), Shares.content(40, 6_000));
        model.compact();
    }

    private static void verify(StoreModel model, boolean power, String what) {
        try {
            model.restart(power);
            model.verifyLife();
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError(what, e);
        }
    }
}
