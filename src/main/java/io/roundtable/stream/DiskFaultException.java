package io.roundtable.stream;

import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import java.io.IOException;

/** A disk answered that it did not do what it was asked. The connection is still in order. */
final class DiskFaultException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final long highestEpoch;

    DiskFaultException(DiskRefusal refusal) {
        super(refusal.reason().isEmpty() ? refusal.fault().toString() : refusal.reason());
        this.fault = refusal.fault();
        this.highestEpoch = refusal.highestEpoch();
    }

    Fault fault() {
        return fault;
    }

    long highestEpoch() {
        return highestEpoch;
    }
}
