/**
 * One thread, one selector, many sockets: the loop, its timers, listeners and connections with their table of states.
 * Knows bytes and messages, not what they mean.
 */
@NullMarked
package io.roundtable.net;

import org.jspecify.annotations.NullMarked;
