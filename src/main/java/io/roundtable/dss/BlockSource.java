package io.roundtable.dss;

import io.roundtable.disk.DiskFaultException;
import io.roundtable.protocol.DssMessage;

/** Where a peer that stands in for a disk that is away gets that disk's blocks from. On any thread; may wait. */
public interface BlockSource {
    /**
     * One block of the disk's, as the protocol knows it: of a whole unit, zeros behind the file's end.
     *
     * @param order with the seats of all positions, and the one that is stood in for
     * @param stripe within the file
     * @throws DiskFaultException if too few of the other disks can be read
     */
    byte[] block(DssMessage.Expose order, DssMessage.Exposed file, long stripe) throws DiskFaultException;
}
