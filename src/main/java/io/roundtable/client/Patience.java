package io.roundtable.client;

import java.util.function.Consumer;

/**
 * What a client does while what it needs is not there.
 *
 * @param waitsForGroup whether a group that is not there yet is waited for, however long it takes; else that is an error at
 *     once
 * @param notice told in one sentence what is waited for, once nothing has moved for a second and a half; from any thread
 */
public record Patience(boolean waitsForGroup, Consumer<String> notice) {
    static final Consumer<String> SILENCE = sentence -> {};

    /** Waits for no group, and in silence. */
    public static final Patience DEFAULT = new Patience(false, SILENCE);
}
