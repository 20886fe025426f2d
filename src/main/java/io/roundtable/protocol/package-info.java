/** Identities, addresses, members and the messages that peers, the GCD and the tools exchange: records, checked at the edge. */
@NullMarked
package io.roundtable.protocol;

import org.jspecify.annotations.NullMarked;
