package io.roundtable.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Identity;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FactsTest {
    private static List<Identity> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Identity(1, Identity.ID_MIN + i))
                .toList();
    }

    @Test
    void whoMayBeMeantIsNamedAndCounted() {
        assertEquals(List.of(), Facts.none().mayBe(List.of()).list());
        assertEquals(
                List.of(Fact.of("may_be", "(1,1000000) (1,1000001) (1,1000002) (1,1000003)")),
                Facts.none().mayBe(members(4)).list());
        assertEquals(
                List.of(
                        Fact.of(
                                "may_be",
                                "(1,1000000) (1,1000001) (1,1000002) (1,1000003) (1,1000004) (1,1000005) (1,1000006) (1,1000007) and 3 more")),
                Facts.none().mayBe(members(11)).list());
    }
}
