/** The transport on a machine's sockets: one selector, one thread for the loop, and threads for what may block. */
@NullMarked
package io.roundtable.net.nio;

import org.jspecify.annotations.NullMarked;
