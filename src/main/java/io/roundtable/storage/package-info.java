/**
 * Stripes and parity: where each byte of a file lies, what protects it, and how it is computed again. Pure: no I/O,
 * no clock, no threads.
 */
@NullMarked
package io.roundtable.storage;

import org.jspecify.annotations.NullMarked;
