/** The group coordinator daemon: who is a member, told to whoever joins. */
@NullMarked
package io.roundtable.gcd;

import org.jspecify.annotations.NullMarked;
