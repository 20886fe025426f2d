package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Reason;
import java.io.IOException;

/** The disk does not do what it was asked; the message is one sentence for whoever asked. */
public final class DiskFaultException extends Exception {
    private static final long serialVersionUID = 1;

    private final Fault fault;

    public DiskFaultException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    private DiskFaultException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** What the system said while something was done. */
    static DiskFaultException of(String doing, IOException e) {
        if (e instanceof MediumLostException) {
            return new DiskFaultException(Fault.OUT_OF_SERVICE, "the disk is away: " + e.getMessage(), e);
        }
        return e instanceof MediumFullException
                ? new DiskFaultException(Fault.FULL, "the file system is full: delete something there", e)
                : new DiskFaultException(Fault.IO, "could not " + doing + ": " + Reason.of(e), e);
    }

    public Fault fault() {
        return fault;
    }
}
