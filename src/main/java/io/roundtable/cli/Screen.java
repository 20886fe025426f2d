package io.roundtable.cli;

import io.roundtable.event.Event;
import io.roundtable.event.EventFormat;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventSink;
import io.roundtable.event.Fact;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Reason;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Events to the screen and to the log file, as they happen. Nobody waits for either: what a screen that is not read does not
 * take is dropped and counted there, and so is in the file what its disk does not take.
 */
final class Screen implements EventSink, AutoCloseable {
    private static final LineWriter.Options SCREEN = new LineWriter.Options("screen", 4_096, 500);
    /** A file misses nothing that its disk can take: so much waits while that is busy. */
    private static final LineWriter.Options FILE = new LineWriter.Options("log-file", 65_536, 5_000);

    private final Predicate<EventKind> isShown;
    private final boolean showsMessages;
    private final @Nullable LineWriter<Event> screen;
    private final @Nullable LineWriter<Event> file;
    /** To whom the last event happened. */
    private volatile @Nullable Identity self;

    Screen(boolean shows, boolean json, Predicate<EventKind> isShown, @Nullable Path path) throws IOException {
        this.isShown = isShown;
        this.showsMessages = shows && isShown.test(EventKind.SENT);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        boolean isColoured = Colours.isTerminal();
        // If whoever read our output went away, there is nobody to complain to.
        this.screen = shows
                ? writer(SCREEN, out, json ? EventFormat::json : event -> colour(event, isColoured), e -> {})
                : null;
        this.file = path == null ? null : writer(FILE, open(path), EventFormat::json, e -> complain(path, e));
    }

    private static OutputStream open(Path path) throws IOException {
        try {
            return new FileOutputStream(path.toFile(), true);
        } catch (IOException e) {
            throw new IOException("cannot write the log file '" + path + "': " + Reason.of(e));
        }
    }

    private static void complain(Path path, IOException e) {
        // A full disk must not end the peer; the screen still tells what happens.
        Roundtable.say("the log file '" + path + "' misses events from here on until it can be written again: "
                + Reason.of(e));
    }

    private LineWriter<Event> writer(
            LineWriter.Options options,
            OutputStream to,
            Function<Event, String> line,
            Consumer<IOException> complaints) {
        return new LineWriter<>(options, to, line, missing -> line.apply(missing(missing)), complaints);
    }

    private Event missing(long count) {
        return new Event(
                System.currentTimeMillis() * 1_000, self, EventKind.EVENTS_MISSING, List.of(Fact.of("count", count)));
    }

    private static String colour(Event event, boolean isColoured) {
        String line = EventFormat.human(event);
        return isColoured ? Colours.paint(event.kind().json(), line) : line;
    }

    @Override
    public boolean wantsMessages() {
        return showsMessages || file != null;
    }

    @Override
    public void accept(Event event) {
        self = event.self();
        if (screen != null && isShown.test(event.kind())) {
            screen.write(event);
        }
        if (file != null) {
            file.write(event);
        }
    }

    @Override
    public void close() throws IOException {
        if (screen != null) {
            screen.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
