package io.roundtable.simulation.net;

import io.roundtable.simulation.EventQueue;

/** The time of one run, and what will happen in it. */
public final class VirtualTime {
    private final EventQueue events = new EventQueue();
    private long nowMicros;
    private long steps;

    public long nowMicros() {
        return nowMicros;
    }

    public void at(long atMicros, Runnable event) {
        events.add(atMicros, event);
    }

    public void after(long delayMicros, Runnable event) {
        events.add(nowMicros + delayMicros, event);
    }

    /** Sets an alarm, or moves it. */
    void set(long atMicros, EventQueue.Alarm alarm) {
        events.set(atMicros, alarm);
    }

    /** Lets the next thing happen; there must be one. */
    public void step() {
        nowMicros = events.nextAtMicros();
        steps++;
        events.poll().run();
    }

    public boolean isEmpty() {
        return events.isEmpty();
    }

    /** How many things have happened. */
    public long steps() {
        return steps;
    }
}
