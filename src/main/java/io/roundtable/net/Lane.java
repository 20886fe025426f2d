package io.roundtable.net;

/** A bounded queue of work that may block, and the threads that do it. Safe for use by many threads. */
public interface Lane {
    /** @return false if too much waits already, or the lane was closed; it will not be done then */
    boolean execute(Runnable work);

    /** How much waits for a thread. */
    int waiting();

    /** Takes no more work; what waits is still done, and nothing is interrupted. */
    void close();

    /** As {@link #close}, but forgets what waits and interrupts what runs. */
    void closeNow();

    /** After {@link #close}: waits until all is done. Not on the loop's thread. */
    void awaitEnd() throws InterruptedException;
}
