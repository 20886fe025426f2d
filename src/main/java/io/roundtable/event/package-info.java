/** The one vocabulary of facts that a peer and the GCD report, and its two spellings: a human line and a JSON line. */
@NullMarked
package io.roundtable.event;

import org.jspecify.annotations.NullMarked;
