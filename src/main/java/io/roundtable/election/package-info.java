/** The bully election as a pure machine: messages, outcomes and timers in, effects out. Source: docs/PROTOCOL.md. */
@NullMarked
package io.roundtable.election;

import org.jspecify.annotations.NullMarked;
