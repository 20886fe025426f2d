/**
 * A disk: the shares of files in a data folder, and the server of the connections on which they travel.
 *
 * <p>{@link io.roundtable.disk.DiskStore} keeps them and starts no threads; all that it reads and writes goes through a
 * {@link io.roundtable.disk.Medium}, so that the simulator can crash it anywhere. {@link
 * io.roundtable.disk.DiskServer} brings sockets and threads.
 */
@NullMarked
package io.roundtable.disk;

import org.jspecify.annotations.NullMarked;
