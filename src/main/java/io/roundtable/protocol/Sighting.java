package io.roundtable.protocol;

/**
 * What a peer last saw of a lab member. Nobody connects to lab members only to look: some die of it.
 *
 * @param forMs for how long it has been so, or, if it is alive, how long ago that was seen; milliseconds
 */
public record Sighting(Identity member, Sight sight, long forMs) {
    /** What was seen. */
    public enum Sight {
        /** It answered, announced itself, or took a message. */
        ALIVE,
        /** It accepts connections and says nothing. */
        SILENT,
        /** It refuses connections. */
        GONE
    }
}
