package io.roundtable.cli;

import io.roundtable.foreign.Line;
import io.roundtable.foreign.UdpLine;
import io.roundtable.foreign.Words;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.util.Map;

/** Whether a manager of the DSS protocol is there, before anything is asked of it that must be asked once only. */
final class ManagerCheck {
    private static final int PATIENCE_MS = 1_500;

    private ManagerCheck() {}

    /**
     * Asks it for its list, from a socket of its own, which hears from the system that a port is closed. Who does not answer
     * soon may be slow: a person is told, and no more.
     *
     * @throws IOException if nobody listens there
     */
    static void ask(Address manager) throws IOException {
        try (Line line = UdpLine.to(manager).open()) {
            line.send(Words.command("ls", Map.of()));
            if (line.receive(PATIENCE_MS) == null) {
                Roundtable.say("waiting for the manager at UDP " + manager + ", which has not answered yet");
            }
        }
    }
}
