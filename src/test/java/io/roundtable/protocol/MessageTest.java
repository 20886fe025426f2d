package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
    private static final Member SELF = new Member(new Identity(50, 1_000_050), new Address("host", 1), Dialect.NATIVE);

    private static Stream<Function<List<Member>, List<Member>>> holdersOfMembers() {
        return Stream.of(
                members -> new Message.Members(members).members(),
                members -> new Message.Election(null, members, false).members(),
                members -> new Message.Ok(null, members).members(),
                members -> new Message.Coordinator(SELF, members).members(),
                members -> new Message.Sync(SELF, 0, 0, members).members());
    }

    @ParameterizedTest
    @MethodSource("holdersOfMembers")
    void aMessageKeepsWhatItWasMadeWith(Function<List<Member>, List<Member>> holder) {
        List<Member> mine = new ArrayList<>(List.of(SELF));
        List<Member> held = holder.apply(mine);
        mine.clear();

        assertEquals(List.of(SELF), held);
        assertThrows(UnsupportedOperationException.class, held::clear);
    }

    @Test
    void aMemberIsTheSameInAnotherDialect() {
        Member lab = SELF.as(Dialect.LAB);

        assertEquals(SELF.identity(), lab.identity());
        assertEquals(SELF.address(), lab.address());
        assertEquals(SELF, lab.as(Dialect.NATIVE));
        assertEquals("(50,1000050)@host:1", SELF.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 86_400_001, Long.MAX_VALUE})
    void aFeignedFailureLastsAtMostADay(long durationMs) {
        assertThrows(IllegalArgumentException.class, () -> new Control.Feign(FeignMode.CLOSE, durationMs));
        assertEquals(86_400_000, new Control.Feign(FeignMode.CLOSE, 86_400_000).durationMs());
        assertEquals(0, new Control.Feign(FeignMode.CLOSE, 0).durationMs());
    }
}
