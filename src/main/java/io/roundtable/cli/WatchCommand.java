package io.roundtable.cli;

import io.roundtable.client.GroupWatch;
import io.roundtable.event.Visible;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows every peer's events as they happen. */
@Command(
        name = "watch",
        description = "Follow every peer's events as they happen, merged; Ctrl-C ends it.",
        footer = {"", "Example: roundtable watch --json"})
final class WatchCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final GcdOption gcd = new GcdOption();

    @Option(names = "--json", description = "JSON lines.")
    private boolean json;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time, such as 30s.")
    private @Nullable Duration limit;

    private volatile StandardOutput.@Nullable WriteException failure;

    @Override
    public Integer call() throws Exception {
        List<Address> gcds = gcd.addresses();
        // A wrong address is told at once; later the watch outlives its GCD.
        gcd.group().listed();
        boolean coloured = Colours.isTerminal();
        try (Service service = new Service("watch")) {
            new GroupWatch(service.loop(), gcds, event -> show(service, event, coloured)).start();
            int code = service.await(limit);
            StandardOutput.WriteException failed = failure;
            return failed == null ? code : failed.outcome();
        }
    }

    /** On the loop's thread, which goes on whatever becomes of the output. */
    private void show(Service service, Control.Watched event, boolean coloured) {
        if (failure != null) {
            return;
        }
        try {
            show(event, coloured);
        } catch (StandardOutput.WriteException e) {
            failure = e;
            service.end();
        }
    }

    private void show(Control.Watched event, boolean coloured) {
        // What a peer sends gives our terminal no orders.
        String human = Visible.line(event.human());
        if (json) {
            System.out.println(Visible.json(event.json()));
        } else if (coloured) {
            String[] words = human.split(" ", 4);
            System.out.println(words.length < 3 ? human : Colours.paint(words[2], human));
        } else {
            System.out.println(human);
        }
        System.out.flush();
    }
}
