package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.Test;

/** What Ratis asks of the catalog, as it asks when something goes wrong. */
class CatalogStateMachineTest {
    private final CatalogStateMachine machine = new CatalogStateMachine(RatisLog.LEASE_MS, () -> {}, cause -> {});

    @Test
    void anotherGcdsPictureMayComeTwice() throws Exception {
        machine.getLifeCycle().startAndTransition(() -> {});

        machine.pause();
        machine.pause();
        assertEquals(LifeCycle.State.PAUSED, machine.getLifeCycleState());

        machine.reinitialize();
        assertEquals(LifeCycle.State.RUNNING, machine.getLifeCycleState());
    }
}
