package io.roundtable.event;

/**
 * One fact of an event.
 *
 * @param name lower case with underscores
 * @param value String, Number, Boolean, {@code Identity}, {@code Address}, {@link Shown} or an enum
 */
public record Fact(String name, Object value) {
    public static Fact of(String name, Object value) {
        return new Fact(name, value);
    }
}
