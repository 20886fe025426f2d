package io.roundtable.cli;

import io.roundtable.event.Event;
import io.roundtable.event.EventFormat;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventSink;
import io.roundtable.protocol.Reason;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Events to the screen and to the log file, each line written as it happens. */
final class Screen implements EventSink, AutoCloseable {
    private final boolean shows;
    private final boolean json;
    private final Predicate<EventKind> isShown;
    private final boolean showsMessages;
    private final boolean coloured = Colours.isTerminal();
    private final OutputStream out = new FileOutputStream(java.io.FileDescriptor.out);
    private final @Nullable Path path;
    private @Nullable OutputStream file;
    private boolean broken;

    Screen(boolean shows, boolean json, Predicate<EventKind> isShown, @Nullable Path path) throws IOException {
        this.shows = shows;
        this.json = json;
        this.isShown = isShown;
        this.showsMessages = shows && isShown.test(EventKind.SENT);
        this.path = path;
        if (path != null) {
            try {
                file = new FileOutputStream(path.toFile(), true);
            } catch (IOException e) {
                throw new IOException("cannot write the log file '" + path + "': " + Reason.of(e));
            }
        }
    }

    @Override
    public boolean wantsMessages() {
        return showsMessages || file != null;
    }

    @Override
    public synchronized void accept(Event event) {
        if (shows && isShown.test(event.kind())) {
            String line = json ? EventFormat.json(event) : colour(event);
            writeToScreen(line);
        }
        OutputStream log = file;
        if (log != null) {
            try {
                log.write((EventFormat.json(event) + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A full disk must not end the peer; the screen still tells what happens.
                file = null;
                Roundtable.say("the log file '" + path + "' ends here: " + Reason.of(e));
            }
        }
    }

    private String colour(Event event) {
        String line = EventFormat.human(event);
        return coloured ? Colours.paint(event.kind().json(), line) : line;
    }

    private void writeToScreen(String line) {
        if (!broken) {
            try {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // Whoever read our output went away; the group goes on.
                broken = true;
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
