/**
 * Disks of the DSS protocol that are not ours (docs/PROTOCOL.md, Foreign disks): a medium for a disk's store whose bytes lie
 * as blocks at a published disk program, and nothing of it anywhere else. Blocks the caller, so never on a loop.
 */
@NullMarked
package io.roundtable.foreign;

import org.jspecify.annotations.NullMarked;
