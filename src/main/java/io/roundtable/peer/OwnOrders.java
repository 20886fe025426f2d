package io.roundtable.peer;

import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Message;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The manager's orders to the disk of its own peer. They come back like those to others: once, and in time or without an
 * answer. For one thread.
 */
final class OwnOrders {
    /** Does something later, on the same thread. */
    interface Timers {
        TimerHandle schedule(long delayMs, Runnable action);
    }

    private final Timers timers;
    private final BiConsumer<DiskMessage, Consumer<Message>> disk;

    /** One order that is waited for. */
    private static final class Open {
        private final Consumer<@Nullable Message> then;
        private @Nullable TimerHandle limit;
        private boolean isAnswered;

        private Open(Consumer<@Nullable Message> then) {
            this.then = then;
        }

        private void answer(@Nullable Message message) {
            if (!isAnswered) {
                isAnswered = true;
                if (limit != null) {
                    limit.cancel();
                }
                then.accept(message);
            }
        }
    }

    /** @param disk carries an order out and tells the answer on the same thread, or never */
    OwnOrders(Timers timers, BiConsumer<DiskMessage, Consumer<Message>> disk) {
        this.timers = timers;
        this.disk = disk;
    }

    /** @param then told the answer, or null if there was none in time */
    void order(DiskMessage order, long timeoutMs, Consumer<@Nullable Message> then) {
        Open open = new Open(then);
        open.limit = timers.schedule(timeoutMs, () -> open.answer(null));
        try {
            disk.accept(order, open::answer);
        } catch (RuntimeException e) {
            if (open.isAnswered) {
                // Not the disk's fault.
                throw e;
            }
            // To another peer it would be a connection that ends; here it would end the manager.
            open.answer(new DiskMessage.DiskRefusal(Fault.IO, "the disk failed: " + e, 0));
        }
    }
}
