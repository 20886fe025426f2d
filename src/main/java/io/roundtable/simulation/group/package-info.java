/**
 * Whole groups in virtual time with the real drivers: peers, GCD and their bytes run unchanged on a simulated network
 * (docs/TESTING.md); only what blocks on threads of its own, the replicated log, is a model.
 */
@NullMarked
package io.roundtable.simulation.group;

import org.jspecify.annotations.NullMarked;
