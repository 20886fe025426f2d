package io.roundtable.simulation.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.simulation.storage.History.Event;
import io.roundtable.simulation.storage.History.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Histories that one copy of a file explains, and histories that it does not. */
class LinearizabilityTest {
    private final History history = new History();

    private Event begin(Kind kind, long value) {
        return history.mayHappen("c", "f", kind, value, history.begin());
    }

    private void end(Event event) {
        history.end(event, event.kind());
    }

    private void all(Kind kind, long value) {
        end(begin(kind, value));
    }

    private boolean isLinearizable() {
        return Linearizability.isLinearizable(history.of("f"));
    }

    @Test
    void whatIsWrittenIsReadUntilItIsRemoved() {
        all(Kind.READ, 0);
        all(Kind.WRITE, 1);
        all(Kind.READ, 1);
        all(Kind.REMOVE, 0);
        all(Kind.NOT_FOUND, 0);
        all(Kind.READ, 0);
        assertTrue(isLinearizable());
    }

    @Test
    void anOlderContentIsNotReadAfterANewerWasAcknowledged() {
        all(Kind.WRITE, 1);
        all(Kind.WRITE, 2);
        all(Kind.READ, 1);
        assertFalse(isLinearizable());
        assertFalse(Linearizability.tell(history.of("f")).isEmpty());
    }

    @Test
    void anAcknowledgedWriteIsNotLost() {
        all(Kind.WRITE, 1);
        all(Kind.READ, 0);
        assertFalse(isLinearizable());
    }

    @Test
    void writesAtTheSameTimeMayComeInEitherOrder() {
        Event one = begin(Kind.WRITE, 1);
        Event two = begin(Kind.WRITE, 2);
        end(one);
        end(two);
        all(Kind.READ, 1);
        assertTrue(isLinearizable());
        all(Kind.READ, 2);
        assertFalse(isLinearizable(), "but not in both");
    }

    @Test
    void aReadDuringAWriteSeesEither() {
        all(Kind.WRITE, 1);
        Event write = begin(Kind.WRITE, 2);
        all(Kind.READ, 1);
        all(Kind.READ, 2);
        end(write);
        assertTrue(isLinearizable());
    }

    @Test
    void readsDoNotGoBack() {
        all(Kind.WRITE, 1);
        Event write = begin(Kind.WRITE, 2);
        all(Kind.READ, 2);
        all(Kind.READ, 1);
        end(write);
        assertFalse(isLinearizable());
    }

    @Test
    void anUnansweredWriteMayHappenLateOrNever() {
        begin(Kind.WRITE, 1);
        all(Kind.READ, 0);
        assertTrue(isLinearizable());
        all(Kind.READ, 1);
        assertTrue(isLinearizable());
        all(Kind.READ, 0);
        assertFalse(isLinearizable(), "but not twice");
    }

    @Test
    void aRemovalThatIsDoneTwiceTakesAnotherWriteAway() {
        all(Kind.WRITE, 1);
        all(Kind.REMOVE, 0);
        all(Kind.WRITE, 2);
        all(Kind.READ, 0);
        assertFalse(isLinearizable());
    }

    @Test
    void noFileIsMissedThatWasThereAllTheTime() {
        all(Kind.WRITE, 1);
        Event write = begin(Kind.WRITE, 2);
        all(Kind.NOT_FOUND, 0);
        end(write);
        assertFalse(isLinearizable());
    }

    /** A search that tries every order of few operations agrees. */
    @Test
    void itAgreesWithTryingEveryOrder() {
        SplittableRandom random = new SplittableRandom(3);
        int linearizable = 0;
        for (int i = 0; i < 2_000; i++) {
            List<Event> events = randomHistory(random);
            boolean found = Linearizability.isLinearizable(events);
            assertEquals(tryAll(new ArrayList<>(events), 0), found, events::toString);
            linearizable += found ? 1 : 0;
        }
        assertTrue(linearizable > 200 && linearizable < 1_800, "both kinds are tried: " + linearizable);
    }

    private static List<Event> randomHistory(SplittableRandom random) {
        History made = new History();
        List<Event> open = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            if (open.size() < 3 && random.nextBoolean()) {
                Kind kind = Kind.values()[random.nextInt(4)];
                long value = kind == Kind.WRITE ? i + 1 : random.nextInt(1 + i);
                open.add(made.mayHappen("c", "f", kind, value, made.begin()));
            } else if (!open.isEmpty() && random.nextInt(6) > 0) {
                Event event = open.remove(random.nextInt(open.size()));
                made.end(event, event.kind());
            }
        }
        return made.of("f");
    }

    private static boolean tryAll(List<Event> left, long state) {
        if (left.stream().noneMatch(Event::isOver)) {
            return true;
        }
        for (Event each : List.copyOf(left)) {
            boolean isFirst = left.stream().noneMatch(other -> other.endedAt() < each.begunAt);
            boolean isPossible = switch (each.kind()) {
                case WRITE -> true;
                case READ -> state == each.value();
                case REMOVE -> state != 0;
                case NOT_FOUND -> state == 0;
            };
            if (isFirst && isPossible) {
                List<Event> rest = new ArrayList<>(left);
                rest.remove(each);
                long next = switch (each.kind()) {
                    case WRITE -> each.value();
                    case REMOVE -> 0;
                    case READ, NOT_FOUND -> state;
                };
                if (tryAll(rest, next)) {
                    return true;
                }
            }
        }
        return false;
    }
}
