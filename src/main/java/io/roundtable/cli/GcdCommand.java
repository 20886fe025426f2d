package io.roundtable.cli;

import io.roundtable.gcd.GcdServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the group coordinator daemon. */
@Command(
        name = "gcd",
        description = "Run the group coordinator daemon: it tells newcomers who is at the table.",
        footer = {"", "Example: roundtable gcd --port 23600"})
final class GcdCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ListenOptions listening = new ListenOptions();

    @Mixin
    private final LogOptions logging = new LogOptions();

    @Option(names = "--port", description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port = GcdOption.PORT;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time, such as 30s.")
    private @Nullable Duration limit;

    @Override
    public Integer call() throws Exception {
        InetSocketAddress at = new InetSocketAddress(listening.listen(), ListenOptions.port(port));
        try (Screen screen = logging.open(1)) {
            Service service = new Service("gcd");
            GcdServer gcd = new GcdServer(service.loop(), at, screen);
            service.start("gcd", gcd::start, gcd::stop);
            return service.await(limit);
        }
    }
}
