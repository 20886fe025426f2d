/**
 * A network, its machines and their processes in virtual time, all of it from one seed: the transport on which loops,
 * connections and everything above them run unchanged (docs/TESTING.md).
 */
@NullMarked
package io.roundtable.simulation.net;

import org.jspecify.annotations.NullMarked;
