package io.roundtable.manager;

import io.roundtable.catalog.Entry;
import io.roundtable.event.EventKind;
import io.roundtable.event.Fact;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.List;

/** What the manager wants done. */
public sealed interface ManagerEffect {
    /** Answer a request; {@code request} is the number it was handed in with. */
    record Answer(long request, Message message) implements ManagerEffect {}

    /** Have these changes written to the log, in this order; the outcome comes as {@link Manager#onApplied}. */
    record Propose(long token, List<Entry.Request> requests) implements ManagerEffect {
        public Propose {
            requests = List.copyOf(requests);
        }
    }

    /** Send an order to the peer that hosts the disk; the answer comes as {@link Manager#onDiskAnswer}. */
    record Order(long token, Member host, DiskMessage order, long timeoutMs) implements ManagerEffect {}

    /** Tell what happened. */
    record Report(EventKind kind, List<Fact> facts) implements ManagerEffect {
        public Report {
            facts = List.copyOf(facts);
        }
    }

    /** The log and the copy here do not agree: a bug. Do not go on as the manager. */
    record StepDown(String reason) implements ManagerEffect {}
}
