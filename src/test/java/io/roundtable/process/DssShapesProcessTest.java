package io.roundtable.process;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published user programs at a DSS of each number of disks and each unit; the whole product is {@link DssMatrixProcessTest}'s. */
class DssShapesProcessTest {
    @Test
    void everyNumberOfDisksAndEveryUnit(@TempDir Path folder) throws Exception {
        Commands.assumePython();
        try (DssShapes shapes = new DssShapes(folder)) {
            int[][] cells = {{3, 128}, {4, 256}, {5, 512}, {6, 1_024}, {7, 2_048}, {3, 4_096}, {5, 8_192}, {7, 32_768}};
            for (int[] cell : cells) {
                int stripe = (cell[0] - 1) * cell[1];
                shapes.live(cell[0], cell[1], 0, 1, stripe, stripe + 1);
            }
            shapes.live(4, 16_384, 0, DssShapes.LARGE);
            shapes.leave();
        }
    }
}
