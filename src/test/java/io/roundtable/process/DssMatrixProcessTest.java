package io.roundtable.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole product of what {@link DssShapesProcessTest} and {@link DssManagerFaultsProcessTest} have a selection of. */
class DssMatrixProcessTest {
    private static final List<String> COMMANDS = List.of(
            "register-user",
            "configure-dss",
            "copy-prepare",
            "copy-complete",
            "ls",
            "read-prepare",
            "read-complete",
            "disk-failure",
            "recovery-complete",
            "decommission-dss",
            "decommission-complete",
            "deregister-user");

    @BeforeEach
    void assumePython() {
        Commands.assumePython();
    }

    @Test
    void everyNumberOfDisksWithEveryUnitAndEverySize(@TempDir Path folder) throws Exception {
        try (DssShapes shapes = new DssShapes(folder)) {
            for (int n = 3; n <= 7; n++) {
                for (int unit = 128; unit <= 32_768; unit *= 2) {
                    int stripe = (n - 1) * unit;
                    shapes.live(n, unit, 0, 1, stripe, stripe + 1, DssShapes.large(n, unit));
                }
            }
            shapes.leave();
        }
    }

    /** Four lives, since the moment of the strike goes round with them. */
    @ParameterizedTest
    @CsvSource({"false,STOP,newer", "false,KILL,newer", "false,STOP,older", "true,STOP,newer", "true,KILL,newer"})
    void theManagerIsStruckAtEveryCommandAtEveryMoment(
            boolean hosts, String signal, String version, @TempDir Path folder) throws Exception {
        try (StruckManager table = new StruckManager(folder, hosts)) {
            Map<String, String> signals = new HashMap<>();
            COMMANDS.forEach(cmd -> signals.put(cmd, signal));
            if (hosts) {
                // With one of its disks away there are too few for it.
                signals.remove("configure-dss");
            }
            for (int life = 1; life <= 4; life++) {
                long longestMs = table.live(version, signals);
                System.out.println(signal + (hosts ? " with a disk, " : ", ") + version + " " + life
                        + ": the longest silence was " + longestMs + " ms");
            }
        }
    }
}
