package io.roundtable.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LineWriterTest {
    private static final int LINES_MAX = 10;

    /** A terminal that is held, a disk that is full. */
    private static final class Target extends OutputStream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private volatile CountDownLatch held = new CountDownLatch(0);
        private volatile int fails;
        private volatile boolean isInWrite;
        private volatile boolean isClosed;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            isInWrite = true;
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            } finally {
                isInWrite = false;
            }
            synchronized (this) {
                if (fails > 0) {
                    fails--;
                    // Half of it is there already.
                    written.write(bytes, from, length / 2);
                    throw new IOException("No space left on device");
                }
                written.write(bytes, from, length);
            }
        }

        synchronized List<String> lines() {
            return written.toString(StandardCharsets.UTF_8).lines().toList();
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private final Target target = new Target();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final LineWriter<Integer> writer = new LineWriter<>(
            new LineWriter.Options("line-writer-test", LINES_MAX, 200),
            target,
            number -> "line " + number,
            missing -> missing + " missing",
            e -> complaints.add(e.getMessage()));

    private void write(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(writer::write);
    }

    @Test
    void linesComeInOrderAndTheEndWaitsForThem() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            int number = i;
            // A writer that is given time misses nothing.
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> target.lines().size() + LINES_MAX > number);
            writer.write(number);
            expected.add("line " + number);
        }
        writer.close();
        assertEquals(expected, target.lines());
        assertTrue(target.isClosed);
    }

    @Test
    void whatATargetThatIsHeldDoesNotTakeIsCountedWhereItIsMissing() throws Exception {
        target.held = new CountDownLatch(1);
        write(1, 1);
        await().until(() -> target.isInWrite);
        write(2, 100);
        target.held.countDown();
        await().until(() -> target.lines().size() == 1 + LINES_MAX + 1);
        write(101, 102);
        writer.close();
        List<String> lines = target.lines();
        assertEquals("line 1", lines.get(0));
        assertEquals("line 11", lines.get(10));
        assertEquals(List.of("89 missing", "line 101", "line 102"), lines.subList(11, lines.size()));
    }

    @Test
    void thereIsOneGapAndNotOneBehindEachLineThatGotIn() throws Exception {
        target.held = new CountDownLatch(1);
        write(1, 1);
        await().until(() -> target.isInWrite);
        write(2, 30);
        target.held.countDown();
        await().until(() -> target.lines().size() == 1 + LINES_MAX + 1);
        writer.close();
        assertEquals(
                1,
                target.lines().stream().filter(line -> line.endsWith("missing")).count());
    }

    @Test
    void aTargetThatFailsIsTriedAgainAndWhatIsMissingIsTold() throws Exception {
        target.fails = 2;
        write(1, 3);
        await().until(() -> !complaints.isEmpty());
        write(4, 5);
        await().atMost(20, TimeUnit.SECONDS).until(() -> target.lines().contains("5 missing"));
        write(6, 6);
        writer.close();
        List<String> lines = target.lines();
        assertEquals("line 6", lines.get(lines.size() - 1));
        assertEquals(List.of("No space left on device"), complaints, "once a row");
    }

    @Test
    void theEndDoesNotWaitForATargetThatIsHeld() throws Exception {
        target.held = new CountDownLatch(1);
        write(1, 5);
        await().until(() -> target.isInWrite);
        long before = System.nanoTime();
        writer.close();
        assertTrue(System.nanoTime() - before < 10_000_000_000L);
        write(6, 6);
    }

    @Test
    void aWriterThatWroteNothingEndsAtOnce() throws Exception {
        writer.close();
        assertTrue(target.isClosed);
        assertEquals(List.of(), target.lines());
    }
}
