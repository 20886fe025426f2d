package io.roundtable.event;

/**
 * Text that is fit to be seen already, and escaped in a spelling of its own, such as Python's {@code b'\x80'}: it stands in the human line as it
 * is, always in quotes.
 */
public record Shown(String text) {
    @Override
    public String toString() {
        return text;
    }
}
