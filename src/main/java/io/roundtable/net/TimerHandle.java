package io.roundtable.net;

/** A deadline that can be called off. */
public interface TimerHandle {
    void cancel();
}
