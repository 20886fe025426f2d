package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void theBarTellsHowFarHowFastAndHowLong() {
        assertEquals(
                "a.bin [===============               ] 50 % 50 MB/s 10 s left",
                Progress.line("a.bin", 500L << 20, 1000L << 20, 10));
        assertEquals("- 1.5 KB 1.5 KB/s", Progress.line("-", 1_536, -1, 1));
        assertEquals("x [" + " ".repeat(30) + "] 0 % 0 B/s", Progress.line("x", 0, 10, 0));
    }

    @Test
    void sizesAreReadable() {
        assertEquals("3,600 B", Sizes.exact(3_600));
        assertEquals("128 B", Sizes.unit(128));
        assertEquals("1 KB", Sizes.unit(1_024));
        assertEquals("64 KB", Sizes.unit(65_536));
        assertEquals("1 MB", Sizes.unit(1 << 20));
        assertEquals("999 B", Sizes.human(999));
        assertEquals("1.0 KB", Sizes.human(1_024));
        assertEquals("1.0 MB", Sizes.human(1_000 << 10));
        assertEquals("5.0 GB", Sizes.human(5L << 30));
    }
}
