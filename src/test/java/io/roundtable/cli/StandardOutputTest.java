package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.client.FakeGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What cannot be written is a failure, except that nobody is told who has stopped reading. */
class StandardOutputTest {
    private static final class Broken extends OutputStream {
        private final String reason;

        Broken(String reason) {
            this.reason = reason;
        }

        @Override
        public void write(int b) throws IOException {
            throw new IOException(reason);
        }
    }

    private static String run(String reason, String... args) {
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(StandardOutput.over(new Broken(reason)));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            return Roundtable.run(args) + " " + err.toString(StandardCharsets.UTF_8);
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
    }

    @Test
    void whatCannotBeWrittenIsOneLineAnd1() throws Exception {
        String said = "1 roundtable: the output cannot be written: No space left on device\n";
        try (FakeGroup group = new FakeGroup(3)) {
            String gcd = group.gcd().toString();
            for (String line : new String[] {"configure dss1 3 1K", "ls", "disks", "ls --json", "disks --json"}) {
                assertEquals(said, run("No space left on device", (line + " --user U1 --gcd " + gcd).split(" ")), line);
            }
            assertEquals("1 ", run("Broken pipe", "ls", "--gcd", gcd));
        }
        for (String line : new String[] {"--help", "ls --help", "--version", "simulate --runs 1 --peers 3"}) {
            assertEquals(said, run("No space left on device", line.split(" ")), line);
            assertEquals("1 ", run("Broken pipe", line.split(" ")), line);
        }
    }
}
