/**
 * Whole groups in virtual time: one thread, one seed, the program's own machines and codecs.
 *
 * <p>{@link io.roundtable.simulation.Simulations} runs many seeds; {@link io.roundtable.simulation.Simulation} runs one.
 */
@NullMarked
package io.roundtable.simulation;

import org.jspecify.annotations.NullMarked;
