package io.roundtable.role;

import io.roundtable.protocol.ClassTable;
import io.roundtable.protocol.Message;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Who takes which messages. What is said of a family holds for each message of it of which nothing else is said. */
public final class MessageTable {
    private final ClassTable<Message, BiConsumer<Message, Call>> takers = new ClassTable<>();

    /**
     * From now on these messages come to this taker.
     *
     * @throws IllegalStateException if another one takes them
     */
    public <M extends Message> void on(Class<M> family, BiConsumer<M, Call> taker) {
        takers.put(family, (message, call) -> taker.accept(family.cast(message), call));
    }

    /** Hands a message to whoever takes it; false if nobody does. */
    public boolean take(Message message, Call call) {
        Optional<BiConsumer<Message, Call>> taker = takers.get(message);
        taker.ifPresent(found -> found.accept(message, call));
        return taker.isPresent();
    }

    /** The messages that nobody takes. */
    public List<Class<?>> missing() {
        return takers.missing(Message.class);
    }
}
