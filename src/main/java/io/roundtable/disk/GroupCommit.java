package io.roundtable.disk;

import java.io.IOException;

/**
 * Lets threads that need the same thing forced share one go: the first leads, those that come meanwhile wait and are
 * served together by the next go. No thread of its own; with a single caller it simply calls.
 */
final class GroupCommit {
    interface Action {
        void run() throws IOException;
    }

    private static final class Round {
        boolean isOver;
        boolean isGood;
    }

    private Round open = new Round();
    private boolean isLed;

    /**
     * Returns once an action that began after this call is over.
     *
     * @throws IOException if it failed, whoever led it
     */
    void commit(Action action) throws IOException {
        Round round;
        synchronized (this) {
            round = open;
            boolean interrupted = false;
            while (!round.isOver && isLed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (round.isOver) {
                if (!round.isGood) {
                    throw new IOException("the system could not make it durable");
                }
                return;
            }
            isLed = true;
            open = new Round();
        }
        boolean good = false;
        try {
            action.run();
            good = true;
        } finally {
            synchronized (this) {
                round.isOver = true;
                round.isGood = good;
                isLed = false;
                notifyAll();
            }
        }
    }
}
