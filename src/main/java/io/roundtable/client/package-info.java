/** The library that the tools use: asks the GCD and the peers, and follows their events. */
@NullMarked
package io.roundtable.client;

import org.jspecify.annotations.NullMarked;
