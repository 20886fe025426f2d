/** The DSS dialect's part of a peer. */
@NullMarked
package io.roundtable.role.dss;

import org.jspecify.annotations.NullMarked;
