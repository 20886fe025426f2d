package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.roundtable.protocol.VolumeMessage;
import org.junit.jupiter.api.Test;

class ConfigureTest {
    @Test
    void oneThatIsSentAgainWhileTheLogIsSlowIsAnsweredWithTheSameVolume() {
        ManagerBench bench = new ManagerBench(4);
        bench.holdsLog = true;
        long first = bench.send(bench.configuration(7, "dss1", 3, 1));
        long again = bench.send(bench.configuration(7, "dss1", 3, 1));
        bench.releaseLog();
        VolumeMessage.Volume made = assertInstanceOf(VolumeMessage.Volume.class, bench.answers.get(first));
        assertEquals(made, bench.answers.get(again));
        assertEquals(1, bench.log.volumes().size());
        assertEquals(made, bench.ask(bench.configuration(7, "dss1", 3, 1)), "and later");
    }
}
