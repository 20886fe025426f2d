package io.roundtable.simulation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What will happen, earliest first; of two things at the same time, the one that was added first.
 *
 * <p>A binary heap in parallel arrays: a simulated second holds thousands of events, and none needs an object of its own
 * here.
 */
public final class EventQueue {
    /** What happens at one time at most, and can be moved to another: nothing is left behind where it was. */
    public abstract static class Alarm implements Runnable {
        private static final int NOWHERE = -1;
        /** Its place in the heap. */
        private int at = NOWHERE;
    }

    private long[] times = new long[512];
    private long[] orders = new long[512];
    private @Nullable Runnable[] events = new Runnable[512];
    private int size;
    private long lastOrder;

    public void add(long atMicros, Runnable event) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        rise(size++, atMicros, ++lastOrder, event);
    }

    /** Sets an alarm, or moves it; it counts as added now. */
    public void set(long atMicros, Alarm alarm) {
        if (alarm.at == Alarm.NOWHERE) {
            add(atMicros, alarm);
        } else if (atMicros < times[alarm.at]) {
            rise(alarm.at, atMicros, ++lastOrder, alarm);
        } else {
            sink(alarm.at, atMicros, ++lastOrder, alarm);
        }
    }

    private void rise(int from, long atMicros, long order, Runnable event) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (times[parent] <= atMicros) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, atMicros, order, event);
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public int size() {
        return size;
    }

    /** When the next event is due; the queue must not be empty. */
    public long nextAtMicros() {
        return times[0];
    }

    /** Takes out the next event; the queue must not be empty. */
    public Runnable poll() {
        Runnable first = events[0];
        size--;
        long time = times[size];
        long order = orders[size];
        Runnable last = events[size];
        events[size] = null;
        if (first == null || last == null) {
            throw new IllegalStateException("the queue is empty");
        }
        if (size > 0) {
            sink(0, time, order, last);
        }
        if (first instanceof Alarm alarm) {
            alarm.at = Alarm.NOWHERE;
        }
        return first;
    }

    private void sink(int from, long time, long order, Runnable event) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(times[child + 1], orders[child + 1], times[child], orders[child])) {
                child++;
            }
            if (isBefore(time, order, times[child], orders[child])) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, time, order, event);
    }

    private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
        return time < otherTime || (time == otherTime && order < otherOrder);
    }

    private void move(int from, int to) {
        Runnable event = events[from];
        if (event != null) {
            put(to, times[from], orders[from], event);
        }
    }

    private void put(int at, long time, long order, Runnable event) {
        times[at] = time;
        orders[at] = order;
        events[at] = event;
        if (event instanceof Alarm alarm) {
            alarm.at = at;
        }
    }
}
