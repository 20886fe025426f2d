package io.roundtable.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every state meets every event: what follows, or {@code !} for what only a bug of ours could bring. */
class SocketStateTableTest {
    private static final String TABLE = """
            STATE            FLUSHED       MESSAGE   ANSWERING UPGRADED  ENDED     EXPIRED   CLOSED
            SEND_JOIN        WAIT_MEMBERS  QUIESCENT !         KEPT      QUIESCENT QUIESCENT QUIESCENT
            WAIT_MEMBERS     !             QUIESCENT !         KEPT      QUIESCENT QUIESCENT QUIESCENT
            SEND_ELECTION    WAIT_OK       QUIESCENT !         KEPT      QUIESCENT QUIESCENT QUIESCENT
            WAIT_OK          !             QUIESCENT !         KEPT      QUIESCENT QUIESCENT QUIESCENT
            SEND_COORDINATOR TOLD          QUIESCENT !         !         QUIESCENT QUIESCENT QUIESCENT
            TOLD             !             QUIESCENT !         !         QUIESCENT QUIESCENT QUIESCENT
            SEND_PROBE       WAIT_PROBE_OK QUIESCENT !         KEPT      QUIESCENT QUIESCENT QUIESCENT
            WAIT_PROBE_OK    !             QUIESCENT !         KEPT      QUIESCENT QUIESCENT QUIESCENT
            WAIT_MESSAGE     !             QUIESCENT SEND_OK   KEPT      QUIESCENT QUIESCENT QUIESCENT
            SEND_OK          QUIESCENT     !         !         !         QUIESCENT QUIESCENT QUIESCENT
            KEPT             KEPT          !         !         KEPT      QUIESCENT QUIESCENT QUIESCENT
            QUIESCENT        QUIESCENT     QUIESCENT QUIESCENT QUIESCENT QUIESCENT QUIESCENT QUIESCENT
            """;

    @Test
    void everyStateMeetsEveryEvent() {
        assertEquals(expected(), actual());
    }

    private static List<List<String>> expected() {
        return TABLE.lines().map(line -> Arrays.asList(line.split(" +"))).toList();
    }

    private static List<List<String>> actual() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("STATE"));
        Arrays.stream(SocketEvent.values()).map(Enum::name).forEach(head::add);
        rows.add(head);
        for (SocketState state : SocketState.values()) {
            List<String> row = new ArrayList<>(List.of(state.name()));
            for (SocketEvent event : SocketEvent.values()) {
                SocketState next = state.after(event);
                row.add(next == null ? "!" : next.name());
            }
            rows.add(row);
        }
        return rows;
    }

    @Test
    void onlyStatesNamedForItAreSending() {
        for (SocketState state : SocketState.values()) {
            assertEquals(state.name().startsWith("SEND_"), state.isSending(), state::name);
        }
    }
}
