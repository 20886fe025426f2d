package io.roundtable.disk;

/** Slows work down that is in no hurry. */
public interface Pace {
    Pace UNLIMITED = bytes -> {};

    /** Called before so many bytes are read; returns when they may be. */
    void before(long bytes);
}
