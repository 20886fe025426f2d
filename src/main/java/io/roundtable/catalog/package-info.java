/**
 * What the group remembers: users, disks, volumes, files, and the manager's lease and epoch. Pure: log entries in, the
 * same state everywhere out.
 */
@NullMarked
package io.roundtable.catalog;

import org.jspecify.annotations.NullMarked;
