package io.roundtable.wire.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.roundtable.wire.pickle.Fixtures.Fixture;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes at all. Runs the fixtures; with JAZZER_FUZZ=1 in the environment it goes on from there by coverage. */
class PickleFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.concat(Fixtures.good().stream(), Fixtures.hostile().stream())
                .map(Fixture::bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreAValueOrAPickleException(byte[] bytes) {
        Object value;
        try {
            value = PickleReader.read(bytes);
        } catch (PickleException e) {
            return;
        }
        try {
            assertEquals(bytes.length, new PickleScanner().scan(ByteBuffer.wrap(bytes)));
            byte[] written = PickleWriter.write(value);
            assertArrayEquals(written, PickleWriter.write(PickleReader.read(written)));
        } catch (IllegalArgumentException e) {
            // protocol 4 took more than the limit
        } catch (PickleException e) {
            throw new AssertionError(e);
        }
    }
}
