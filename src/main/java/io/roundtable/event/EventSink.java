package io.roundtable.event;

/** Takes events as they happen; must not block. */
@FunctionalInterface
public interface EventSink {
    void accept(Event event);

    /** Whether single messages are wanted too, and not only what they lead to. */
    default boolean wantsMessages() {
        return true;
    }
}
