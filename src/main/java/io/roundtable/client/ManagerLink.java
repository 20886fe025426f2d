package io.roundtable.client;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.VolumeMessage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the manager, asks it, and finds the next one when it is gone: callers do not notice. Keeps connections for the
 * next questions. Safe for use by many threads, each of which has a connection of its own while it asks.
 */
final class ManagerLink implements AutoCloseable {
    private static final int GCD_TIMEOUT_MS = 1_000;
    private static final int CONNECT_MS = 1_000;
    private static final int RETRY_FIRST_MS = 20;
    private static final int RETRY_MAX_MS = 250;
    private static final int IDLE_MAX = 32;
    /** More in one question, and the members send us in circles. */
    private static final int HINTS_MAX = 8;

    private final List<Address> gcds;
    private final int answerMs;
    private final int deadlineMs;
    private final boolean waitsForGroup;
    private final Waits waits;
    private final Deque<KeptCall> idle = new ArrayDeque<>();
    private @Nullable Address manager;
    private volatile boolean isGcdKnown;
    /** Whether some manager has answered: from then on the group is there. */
    private volatile boolean isGroupKnown;

    private boolean isClosed;

    /**
     * @param gcds any of which can tell who manages
     * @param answerMs how long one answer is waited for
     * @param deadlineMs how long a question is asked again before it is given up
     * @param waitsForGroup whether there is no such limit before some manager has answered for the first time
     * @param waits told what is waited for
     */
    ManagerLink(List<Address> gcds, int answerMs, int deadlineMs, boolean waitsForGroup, Waits waits) {
        if (gcds.isEmpty()) {
            throw new IllegalArgumentException("no GCD to ask");
        }
        this.gcds = List.copyOf(gcds);
        this.answerMs = answerMs;
        this.deadlineMs = deadlineMs;
        this.waitsForGroup = waitsForGroup;
        this.waits = waits;
    }

    /**
     * Asks whoever manages until there is an answer. The question may so be asked more than once, of more than one
     * manager.
     *
     * @throws GroupException if it is refused, or the time is over
     */
    Message ask(VolumeMessage question) throws GroupException {
        try (Waits.Wait wait = waits.begin("the group's manager to be found")) {
            return ask(question, wait);
        }
    }

    private Message ask(VolumeMessage question, Waits.Wait wait) throws GroupException {
        long deadline = System.nanoTime() + deadlineMs * 1_000_000L;
        int pauseMs = RETRY_FIRST_MS;
        int hints = 0;
        String trouble = "";
        Optional<Address> hint = Optional.empty();
        while (true) {
            Address to = null;
            try {
                to = hint.isPresent() ? hint.get() : managerAddress();
                hint = Optional.empty();
                if (trouble.isEmpty()) {
                    wait.isFor("the manager at " + to + " to answer" + limit());
                }
                Message answer = askAt(to, question, waitsOn() ? Long.MAX_VALUE : deadline - System.nanoTime());
                if (answer instanceof Message.Refusal refusal) {
                    throw GroupException.of(refusal);
                }
                if (!(answer instanceof VolumeMessage.Elsewhere elsewhere)) {
                    isGroupKnown = true;
                    remember(to);
                    return answer;
                }
                forget(to);
                trouble = "the member at " + to + " does not manage";
                hint = elsewhere.manager().map(Member::address).filter(Predicate.not(to::equals));
            } catch (IOException e) {
                hint = Optional.empty();
                if (to != null) {
                    forget(to);
                }
                trouble = Reason.of(e);
            }
            wait.isFor("the manager: " + trouble + limit());
            if (hint.isPresent() && hints++ < HINTS_MAX) {
                continue;
            }
            hint = Optional.empty();
            if (!waitsOn() && (deadline - System.nanoTime()) / 1_000_000 <= pauseMs) {
                throw new GroupException("the manager could not be asked for " + deadlineMs / 1000 + " s: " + trouble);
            }
            pause(pauseMs);
            pauseMs = Math.min(RETRY_MAX_MS, pauseMs * 2);
        }
    }

    private boolean waitsOn() {
        return waitsForGroup && !isGroupKnown;
    }

    private String limit() {
        return waitsOn() ? "" : " (for up to " + deadlineMs / 1000 + " s)";
    }

    /** Tells the manager something that has no answer; if it cannot be told now, it is not told. */
    void tell(VolumeMessage message) {
        Address to;
        synchronized (this) {
            to = manager;
        }
        if (to == null) {
            return;
        }
        try {
            KeptCall call = borrow(to);
            call.tell(message);
            giveBack(call);
        } catch (IOException e) {
            forget(to);
        }
    }

    private Message askAt(Address to, VolumeMessage question, long leftNs) throws IOException {
        long leftMs = Math.max(1, leftNs / 1_000_000);
        int waitMs = (int) Math.min(answerMs, leftMs);
        KeptCall call = pollIdle(to);
        if (call != null) {
            try {
                return finish(call, call.ask(question, waitMs));
            } catch (KeptCall.NoAnswerException e) {
                throw e;
            } catch (IOException e) {
                // The peer closes connections that were idle; a new one tells whether it is there.
                forget(to);
            }
        }
        call = KeptCall.open(to, (int) Math.min(CONNECT_MS, leftMs));
        return finish(call, call.ask(question, waitMs));
    }

    private Message finish(KeptCall call, Message answer) {
        giveBack(call);
        return answer;
    }

    // ---- connections

    private KeptCall borrow(Address to) throws IOException {
        KeptCall call = pollIdle(to);
        return call != null ? call : KeptCall.open(to, CONNECT_MS);
    }

    private synchronized @Nullable KeptCall pollIdle(Address to) {
        KeptCall call = idle.pollLast();
        while (call != null && !call.address().equals(to)) {
            call.close();
            call = idle.pollLast();
        }
        return call;
    }

    private void giveBack(KeptCall call) {
        synchronized (this) {
            if (!isClosed && idle.size() < IDLE_MAX) {
                idle.addLast(call);
                return;
            }
        }
        call.close();
    }

    // ---- who manages

    private Address managerAddress() throws IOException, GroupException {
        synchronized (this) {
            if (manager != null) {
                return manager;
            }
        }
        String trouble = "";
        boolean isAbsent = true;
        for (Address gcd : gcds) {
            try {
                Message answer = Call.ask(gcd, "the GCD", new LeaseMessage.WhoManages(), GCD_TIMEOUT_MS);
                if (answer instanceof LeaseMessage.Manages manages
                        && manages.manager().isPresent()) {
                    isGcdKnown = true;
                    Address found = manages.manager().get().address();
                    remember(found);
                    return found;
                }
                trouble = "no peer manages now";
                isGcdKnown = true;
            } catch (GroupException e) {
                trouble = trouble.isEmpty() ? String.valueOf(e.getMessage()) : trouble;
                isAbsent &= e.isAbsence();
            }
        }
        if (!isGcdKnown && !(waitsForGroup && isAbsent)) {
            // Nobody waits unasked for a group that may never have been there.
            throw new GroupException(trouble);
        }
        throw new IOException(trouble);
    }

    private synchronized void remember(Address found) {
        manager = found;
    }

    /** Whoever is asked there next is found anew. */
    private synchronized void forget(Address gone) {
        if (gone.equals(manager)) {
            manager = null;
        }
        idle.removeIf(each -> {
            boolean isThere = each.address().equals(gone);
            if (isThere) {
                each.close();
            }
            return isThere;
        });
    }

    private static void pause(int ms) throws GroupException {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("interrupted");
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        idle.forEach(KeptCall::close);
        idle.clear();
    }
}
