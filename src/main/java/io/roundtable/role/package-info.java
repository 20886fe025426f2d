/** What a peer does beside electing, a package a role; here, what roles share. */
@NullMarked
package io.roundtable.role;

import org.jspecify.annotations.NullMarked;
