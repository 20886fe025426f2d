/**
 * The manager's decisions: what users ask, where disks are, what has to be repaired. Pure: messages, outcomes and time
 * in, effects out.
 */
@NullMarked
package io.roundtable.manager;

import org.jspecify.annotations.NullMarked;
