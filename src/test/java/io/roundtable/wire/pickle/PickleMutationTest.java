package io.roundtable.wire.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken pickles: whatever a wrong byte does, it is a value or a PickleException. */
class PickleMutationTest {
    private static final int MUTANTS = 50_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void mutantsAreReadOrRefused(long seed) {
        Mutants mutants = new Mutants(new Random(seed), Fixtures.good());
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutants.next();
            try {
                Object value = PickleReader.read(mutant);
                assertEquals(mutant.length, new PickleScanner().scan(ByteBuffer.wrap(mutant)));
                assertEquals(Values.show(value), Values.show(PickleReader.read(PickleWriter.write(value))));
                read++;
            } catch (PickleException e) {
                assertTrue(e.offset() >= 0 && e.offset() <= mutant.length, e::getMessage);
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                throw new AssertionError(
                        "mutant " + i + ", seed " + seed + ": " + HexFormat.of().formatHex(mutant), e);
            }
        }
        assertTrue(read > MUTANTS / 20, "only " + read + " mutants reached the end");
    }
}
