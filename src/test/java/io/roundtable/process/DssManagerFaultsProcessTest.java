package io.roundtable.process;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The manager is killed, or hangs, around commands of a user's: each is answered within three seconds, and what was begun goes
 * on. At every command in every way: {@link DssMatrixProcessTest}.
 */
class DssManagerFaultsProcessTest {
    @BeforeEach
    void assumePython() {
        Commands.assumePython();
    }

    @Test
    void whatWasBegunGoesOnUnderTheNextManager(@TempDir Path folder) throws Exception {
        try (StruckManager table = new StruckManager(folder, false)) {
            table.live(
                    "newer",
                    Map.of(
                            "copy-prepare", "STOP",
                            "copy-complete", "KILL",
                            "read-prepare", "STOP",
                            "disk-failure", "KILL",
                            "recovery-complete", "STOP",
                            "decommission-complete", "STOP"));
        }
    }

    @Test
    void theNextTryDoesIfADiskWasStruckToo(@TempDir Path folder) throws Exception {
        try (StruckManager table = new StruckManager(folder, true)) {
            table.live("newer", Map.of("copy-complete", "STOP", "read-prepare", "STOP", "recovery-complete", "STOP"));
        }
    }
}
