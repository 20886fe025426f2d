package io.roundtable.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnOrdersTest {
    private static final DiskMessage ORDER = new DiskMessage.Wipe(new DiskId(1, 1), 1, 1);
    private final List<Runnable> timers = new ArrayList<>();
    private final List<@Nullable Message> answers = new ArrayList<>();
    private final List<Consumer<Message>> open = new ArrayList<>();
    private boolean isCancelled;

    private OwnOrders orders() {
        return new OwnOrders(
                (delayMs, action) -> {
                    timers.add(action);
                    return () -> isCancelled = true;
                },
                (order, then) -> open.add(then));
    }

    @Test
    void oneThatIsNotAnsweredInTimeComesBackAllTheSame() {
        orders().order(ORDER, 1_000, answers::add);
        assertEquals(List.of(), answers);
        timers.get(0).run();
        assertEquals(1, answers.size());
        assertNull(answers.get(0));
        open.get(0).accept(new Control.Done());
        assertEquals(1, answers.size(), "too late");
    }

    @Test
    void anAnswerIsToldOnceAndEndsTheWait() {
        orders().order(ORDER, 1_000, answers::add);
        open.get(0).accept(new Control.Done());
        timers.get(0).run();
        assertEquals(List.of(new Control.Done()), answers);
        assertTrue(isCancelled);
    }

    @Test
    void aDiskThatThrowsIsAnAnswerToo() {
        OwnOrders failing = new OwnOrders((delayMs, action) -> () -> {}, (order, then) -> {
            throw new IllegalStateException("bug");
        });
        failing.order(ORDER, 1_000, answers::add);
        assertInstanceOf(DiskMessage.DiskRefusal.class, answers.get(0));
    }
}
