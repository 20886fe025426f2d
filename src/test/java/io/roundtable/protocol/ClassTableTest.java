package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClassTableTest {
    private final ClassTable<Message, String> table = new ClassTable<>();

    @Test
    void whatIsSaidOfAMessageGoesBeforeWhatIsSaidOfItsFamily() {
        table.put(Control.class, "any");
        table.put(Control.Here.class, "here");
        assertEquals(Optional.of("here"), table.get(new Control.Here()));
        assertEquals(Optional.of("any"), table.get(new Control.Done()));
        assertEquals(Optional.empty(), table.get(Message.Ok.BARE));
    }

    @Test
    void anEntryThatComesLaterCountsToo() {
        table.put(Control.class, "any");
        assertEquals(Optional.of("any"), table.get(new Control.Here()));
        table.put(Control.Here.class, "here");
        assertEquals(Optional.of("here"), table.get(new Control.Here()));
    }

    @Test
    void nobodyTakesTheFirstOnesPlace() {
        table.put(Control.class, "any");
        assertThrows(IllegalStateException.class, () -> table.put(Control.class, "other"));
    }

    @Test
    void whatIsForgottenIsNamed() {
        table.put(Control.class, "any");
        table.put(LeaseMessage.class, "lease");
        List<Class<?>> missing = table.missing(Message.class);
        assertTrue(missing.contains(Message.Probe.class));
        assertTrue(missing.contains(VolumeMessage.Commit.class), "families within families");
        assertTrue(missing.stream().noneMatch(Control.class::isAssignableFrom));
    }
}
