/**
 * Volumes in virtual time: the real manager, lease keeper, catalog and parity between models of clients, disks, a log and
 * a network, under faults, from one seed.
 *
 * <p>{@link io.roundtable.simulation.storage.StorageSimulations} runs many seeds;
 * {@link io.roundtable.simulation.storage.StorageSimulation} runs one.
 */
@NullMarked
package io.roundtable.simulation.storage;

import org.jspecify.annotations.NullMarked;
