package io.roundtable.cli;

import io.roundtable.protocol.Reason;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What commands print to. Unlike a plain {@link PrintStream} it does not swallow what goes wrong: the first thing that cannot
 * be written ends the command.
 */
final class StandardOutput {
    private static final int BUFFER_BYTES = 8 << 10;

    private StandardOutput() {}

    /** Whether nobody reads any more, as behind {@code | head}: no fault, and nothing to be told. */
    static boolean isClosed(IOException fault) {
        String message = String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("broken pipe") || message.contains("pipe closed");
    }

    /** Something could not be written. */
    static final class WriteException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final IOException fault;

        WriteException(IOException fault) {
            super(fault);
            this.fault = fault;
        }

        /** Tells why, if there is anything to tell, and gives the exit code. */
        int outcome() {
            return isClosed(fault)
                    ? Roundtable.FAILURE
                    : Roundtable.fail("the output cannot be written: " + Reason.of(fault), Roundtable.FAILURE);
        }
    }

    /** Of this process. */
    static void install() {
        System.setOut(over(new FileOutputStream(FileDescriptor.out)));
    }

    /** To any target. */
    static PrintStream over(OutputStream to) {
        return new PrintStream(new BufferedOutputStream(new Loud(to), BUFFER_BYTES), true, StandardCharsets.UTF_8);
    }

    /** A PrintStream takes note of an IOException and goes on. */
    private static final class Loud extends FilterOutputStream {
        /** What is still buffered then fails no second time. */
        private boolean hasFailed;

        Loud(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            if (hasFailed) {
                return;
            }
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                hasFailed = true;
                throw new WriteException(e);
            }
        }
    }
}
