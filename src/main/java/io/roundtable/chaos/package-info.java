/** Feigned failure: when, for how long and in which way. Pure and seeded. */
@NullMarked
package io.roundtable.chaos;

import org.jspecify.annotations.NullMarked;
