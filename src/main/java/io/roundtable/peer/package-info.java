/** A peer put together: the pure machine, the sockets, the clock. The only place where effects are carried out. */
@NullMarked
package io.roundtable.peer;

import org.jspecify.annotations.NullMarked;
