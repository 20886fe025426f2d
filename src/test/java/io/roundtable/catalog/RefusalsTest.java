package io.roundtable.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.roundtable.protocol.RefusalCode;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    @Test
    void everyPhraseHasACodeOfItsOwn() throws IllegalAccessException {
        Set<RefusalCode> codes = new HashSet<>();
        int phrases = 0;
        for (Field each : Refusals.class.getFields()) {
            if (each.getType() == String.class) {
                RefusalCode code = Refusals.codeOf((String) each.get(null));
                assertNotEquals(RefusalCode.OTHER, code, each.getName());
                codes.add(code);
                phrases++;
            }
        }
        assertEquals(phrases, codes.size());
    }

    @Test
    void aPhraseThatGoesOnHasTheCodeOfItsBeginning() {
        assertEquals(RefusalCode.NOT_OWNER, Refusals.codeOf(Refusals.volumeOf("ann")));
        assertEquals(RefusalCode.MORE_FILES, Refusals.codeOf(Refusals.filesToDelete(3)));
        assertEquals(RefusalCode.BUSY, Refusals.codeOf(Refusals.busy("copy")));
        assertEquals(RefusalCode.BUSY_REPAIR, Refusals.codeOf(Refusals.busy("repair")));
        assertEquals(RefusalCode.BUSY_INVENTORY, Refusals.codeOf(Refusals.busy("inventory")));
        assertEquals(RefusalCode.SAME_PROGRAM, Refusals.codeOf(Refusals.SAME_PROGRAM + "py1"));
        assertEquals(RefusalCode.OTHER, Refusals.codeOf("anything else"));
    }
}
