package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Small shares of one connection that wait for their fsync: one serves all that the client has sent without waiting for
 * answers. For one thread.
 */
final class PutBatch {
    private static final int PUTS_MAX = 128;

    private final DiskStore store;
    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(
            long requestId,
            DiskStore.@Nullable Put put,
            @Nullable DiskFaultException fault) {}

    PutBatch(DiskStore store) {
        this.store = store;
    }

    void add(long requestId, DiskStore.Put put) {
        waiting.add(new Waiting(requestId, put, null));
    }

    /** Answers come in the order of the requests, refusals too. */
    void refused(long requestId, DiskFaultException fault) {
        waiting.add(new Waiting(requestId, null, fault));
    }

    void flushUnlessMoreComes(FrameStream stream) throws IOException {
        if (waiting.size() >= PUTS_MAX || !stream.hasMore()) {
            flush(stream);
        }
    }

    void flush(FrameStream stream) throws IOException {
        if (waiting.isEmpty()) {
            return;
        }
        DiskFaultException failure = null;
        try {
            store.commit();
        } catch (DiskFaultException e) {
            failure = e;
        }
        List<Message> answers = new ArrayList<>();
        for (Waiting one : waiting) {
            // Each, even if the other side has gone: what was replaced is cleared away with it.
            answers.add(answer(one, failure));
        }
        for (int i = 0; i < answers.size(); i++) {
            stream.send(FrameKind.ANSWER, waiting.get(i).requestId, answers.get(i));
        }
        waiting.clear();
    }

    private Message answer(Waiting one, @Nullable DiskFaultException failure) {
        if (one.put == null) {
            return refusal(store, one.fault);
        }
        try {
            return one.put.demand();
        } catch (DiskFaultException e) {
            return refusal(store, failure != null ? failure : e);
        }
    }

    static DiskMessage.DiskRefusal refusal(DiskStore store, @Nullable DiskFaultException e) {
        return e == null
                ? new DiskMessage.DiskRefusal(DiskMessage.Fault.IO, "unknown", store.highestEpoch())
                : new DiskMessage.DiskRefusal(e.fault(), String.valueOf(e.getMessage()), store.highestEpoch());
    }
}
