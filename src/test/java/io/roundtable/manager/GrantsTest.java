package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Catalog;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GrantsTest {
    @Test
    void theNumbersOfAnEpochEndAndDoNotRunIntoTheNext() {
        Catalog catalog = new Catalog(5_000);
        Context context = new Context(catalog, 3, ManagerOptions.DEFAULT, new SplittableRandom(1), 0);
        Grants grants = new Grants(context, new FileIndex(catalog));
        grants.skipTo(Grants.FILES_MAX - 2);
        assertFalse(grants.canAllot(3));
        assertTrue(grants.canAllot(2));
        long first = grants.allot(1, 2);
        assertEquals(3, first + 1 >>> 32);
        assertThrows(IllegalStateException.class, () -> grants.allot(1, 1));
    }
}
