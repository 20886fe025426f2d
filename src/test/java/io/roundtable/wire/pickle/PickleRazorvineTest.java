package io.roundtable.wire.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.wire.pickle.Fixtures.Fixture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.razorvine.pickle.Pickler;
import net.razorvine.pickle.Unpickler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A second opinion from another Java library. */
class PickleRazorvineTest {
    static List<Fixture> fixtures() {
        return Fixtures.good();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void itReadsTheSame(Fixture fixture) throws IOException, PickleException {
        Object theirs = new Unpickler().loads(fixture.bytes());
        assertEquals(unordered(PickleReader.read(fixture.bytes())), unordered(theirs));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itReadsWhatWeWriteWithAndWithoutTheOffer(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Object value = Values.random(random);
            Object theirs = new Unpickler().loads(PickleWriter.write(value, random.nextBoolean()));
            assertEquals(unordered(value), unordered(theirs), () -> "seed " + seed);
        }
    }

    /** All but bytes, for which it names a class: bytearray. */
    static List<Fixture> fixturesWithoutBytes() {
        return fixtures().stream()
                .filter(fixture -> !fixture.name().startsWith("scalars"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("fixturesWithoutBytes")
    void weReadWhatItWrites(Fixture fixture) throws IOException, PickleException {
        byte[] theirs = new Pickler().dumps(theirForm(fixture.value()));
        assertEquals(unordered(fixture.value()), unordered(PickleReader.read(theirs)));
    }

    /** Shows a value of either library: it has Integer, Object[] for tuples and HashMap without order. */
    private static String unordered(Object value) {
        return Values.show(ourForm(value));
    }

    private static Object ourForm(Object value) {
        if (value instanceof Integer number) {
            return number.longValue();
        } else if (value instanceof Object[] tuple) {
            return new PyTuple(ourForms(Arrays.asList(tuple)));
        } else if (value instanceof PyTuple tuple) {
            return new PyTuple(ourForms(tuple.items()));
        } else if (value instanceof List<?> list) {
            return ourForms(list);
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> sorted = new LinkedHashMap<>();
            List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
            entries.sort((a, b) -> unordered(a.getKey()).compareTo(unordered(b.getKey())));
            entries.forEach(entry -> sorted.put(ourForm(entry.getKey()), ourForm(entry.getValue())));
            return sorted;
        }
        return value;
    }

    private static List<Object> ourForms(List<?> values) {
        List<Object> forms = new ArrayList<>();
        values.forEach(value -> forms.add(ourForm(value)));
        return forms;
    }

    private static Object theirForm(Object value) {
        if (value instanceof PyTuple tuple) {
            return tuple.items().stream().map(PickleRazorvineTest::theirForm).toArray();
        } else if (value instanceof List<?> list) {
            List<Object> forms = new ArrayList<>();
            list.forEach(item -> forms.add(theirForm(item)));
            return forms;
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> forms = new LinkedHashMap<>();
            map.forEach((key, item) -> forms.put(theirForm(key), theirForm(item)));
            return forms;
        }
        return value;
    }
}
