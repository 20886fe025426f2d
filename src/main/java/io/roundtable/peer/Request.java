package io.roundtable.peer;

import io.roundtable.net.Connection;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.LabSpeech;
import org.jspecify.annotations.Nullable;

/**
 * What an answer goes back to.
 *
 * @param id the request's number in its frame; 0 for lab messages
 * @param inNative whether the answer is a native frame
 * @param isProbe whether it answers a PROBE
 * @param speech the words and forms of a lab request
 * @param asker whom a lab request names as its sender
 */
record Request(
        Connection connection,
        long id,
        boolean inNative,
        boolean isProbe,
        LabSpeech speech,
        @Nullable LabParty asker) {
    static Request ofNative(Connection connection, long id, boolean isProbe) {
        return new Request(connection, id, true, isProbe, LabSpeech.PLAIN, null);
    }

    static Request ofLab(Connection connection, Inbound inbound, boolean inNative, boolean isProbe) {
        return new Request(connection, 0, inNative, isProbe, inbound.speech(), inbound.asker());
    }
}
