package io.roundtable.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real process, its output in files. Signals go to its process id, never to a name. */
final class Running {
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param name of the files in that folder that take its output */
    static Running start(Path folder, String name, List<String> command) {
        return start(
                folder,
                name,
                command,
                ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    /** One whose standard input is what it is {@link #feed fed}. */
    static Running startFed(Path folder, String name, List<String> command) {
        return start(folder, name, command, ProcessBuilder.Redirect.PIPE);
    }

    private static Running start(Path folder, String name, List<String> command, ProcessBuilder.Redirect input) {
        try {
            Path out = Files.createTempFile(folder, name + "-", ".out");
            Path err = Files.createTempFile(folder, name + "-", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(input)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("ROUNDTABLE_NO_BUILD", "1");
            builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
            builder.environment().remove("ROUNDTABLE_GCD");
            return new Running(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void feed(byte[] bytes) throws IOException {
        process.getOutputStream().write(bytes);
        process.getOutputStream().flush();
    }

    /** What it was fed was all. */
    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(10));
    }

    /** SIGSTOP: it hangs, its sockets stay open. */
    void stop() {
        signal("STOP");
    }

    /** SIGCONT: it wakes. */
    void wake() {
        signal("CONT");
    }

    /** SIGTERM. */
    void terminate() {
        signal("TERM");
    }

    /** What Ctrl-C sends. */
    void interrupt() {
        signal("INT");
    }

    /** What the end of its terminal sends. */
    void hangUp() {
        signal("HUP");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill -" + name + " " + process.pid() + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the exit code */
    int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still runs after " + limit + ": " + this);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it has printed so far. */
    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return process.info().commandLine().orElse("process " + process.pid());
    }
}
