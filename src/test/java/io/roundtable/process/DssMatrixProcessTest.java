package io.roundtable.process;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole product of what {@link DssShapesProcessTest} has a selection of. */
@Tag("matrix")
class DssMatrixProcessTest {
    @Test
    void everyNumberOfDisksWithEveryUnitAndEverySize(@TempDir Path folder) throws Exception {
        Commands.assumePython();
        try (DssShapes shapes = new DssShapes(folder)) {
            for (int n = 3; n <= 7; n++) {
                for (int unit = 128; unit <= 32_768; unit *= 2) {
                    int stripe = (n - 1) * unit;
                    shapes.live(n, unit, 0, 1, stripe, stripe + 1, DssShapes.LARGE);
                }
            }
            shapes.leave();
        }
    }
}
