/** A peer's disk, and the foreign disks that it presents. */
@NullMarked
package io.roundtable.role.disk;

import org.jspecify.annotations.NullMarked;
