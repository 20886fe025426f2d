package io.roundtable.peer;

import io.roundtable.net.Connection;

/**
 * What an answer goes back to.
 *
 * @param id the request's number in its frame; 0 for lab messages
 * @param inNative whether the answer is a native frame
 * @param isProbe whether it answers a PROBE
 */
record Request(Connection connection, long id, boolean inNative, boolean isProbe) {}
