/**
 * Records to bytes and back, bounded and from a closed list of types: what the native dialect and the catalog's log are
 * made of. Pure.
 */
@NullMarked
package io.roundtable.codec;

import org.jspecify.annotations.NullMarked;
