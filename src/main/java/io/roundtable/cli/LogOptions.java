package io.roundtable.cli;

import io.roundtable.event.EventKind;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is shown and kept of the events. */
final class LogOptions {
    /** Single messages of more peers than this would hide what they lead to. */
    private static final int SHOWN_PEERS_MAX = 10;

    @Option(names = "--json", description = "Events on the screen as JSON lines.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "No events on the screen.")
    private boolean quiet;

    @Option(names = "--messages", description = "Show single messages on the screen. Default: up to 10 peers.")
    private boolean messages;

    @Option(names = "--no-messages", description = "Do not show them.")
    private boolean noMessages;

    @Option(names = "--probes", description = "Show native probes too: many a second.")
    private boolean probes;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Append every event to a file, as JSON lines, as it happens.")
    private @Nullable Path file;

    boolean showsProbes() {
        return probes;
    }

    /** @throws IOException if the log file cannot be written */
    Screen open(int peers) throws IOException {
        boolean showsMessages = !noMessages && (messages || peers <= SHOWN_PEERS_MAX);
        return new Screen(
                !quiet, json, kind -> showsMessages || (kind != EventKind.SENT && kind != EventKind.RECEIVED), file);
    }
}
