package io.roundtable.role.disk;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Message;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is done for one open disk on threads that may wait for it: data connections, the manager's orders, and shares that are
 * computed from those of other disks. All but {@link #close} never wait.
 */
public interface DiskWork {
    /**
     * Takes over a data connection whose hello has been read and answered.
     *
     * @return empty if it is served, and closed in the end, by this; else why not, and the caller keeps it
     */
    Optional<DiskMessage.DiskRefusal> serve(SocketChannel channel);

    /** A disk that feigns failure drops its data connections and takes no others. */
    void outOfService(boolean isOut);

    /**
     * Takes an order to this disk.
     *
     * @param answer is given the one answer, on any thread
     */
    void order(DiskMessage order, Consumer<Message> answer);

    /** Returns when nothing is done any more; the disk itself stays open. Not for the loop's thread. */
    void close();
}
