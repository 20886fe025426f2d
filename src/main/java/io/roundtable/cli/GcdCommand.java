package io.roundtable.cli;

import io.roundtable.gcd.CatalogLog;
import io.roundtable.gcd.GcdServer;
import io.roundtable.gcd.Group;
import io.roundtable.gcd.RatisLog;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the group coordinator daemon. */
@Command(
        name = "gcd",
        description =
                "Run the group coordinator daemon: it tells newcomers who is at the table, and keeps the catalog.",
        footer = {"", "Example: roundtable gcd --port 23600 --data gcd-data"})
final class GcdCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ListenOptions listening = new ListenOptions();

    @Mixin
    private final LogOptions logging = new LogOptions();

    @Option(names = "--port", description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port = GcdOption.PORT;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder that keeps the catalog. Default: a temporary one; the catalog ends with the process.")
    private @Nullable Path data;

    @Option(
            names = "--group",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "The log ports of all GCDs that keep the catalog together: 3 or 5, the same list for each.")
    private List<String> group = List.of();

    @Option(names = "--log-port", description = "This GCD's own port in --group, where several are at its host.")
    private int logPort;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time, such as 30s.")
    private @Nullable Duration limit;

    @Override
    public Integer call() throws Exception {
        InetSocketAddress at = new InetSocketAddress(listening.listen(), ListenOptions.port("--port", port));
        listening.check();
        Group together = group();
        try (Screen screen = logging.open(1);
                Service service = new Service("gcd")) {
            CatalogLog log = service.open(() -> openLog(together), CatalogLog::endWithProcess);
            log.failure().thenAccept(service::fail);
            GcdServer gcd =
                    new GcdServer(service.loop(), at, screen, log, together != null && together.spansMachines());
            service.start("gcd", gcd::start, gcd::stop);
            return service.await(limit);
        }
    }

    private CatalogLog openLog(@Nullable Group together) throws IOException {
        if (data == null) {
            return RatisLog.temporary();
        }
        return together == null ? RatisLog.open(data) : RatisLog.open(data, together);
    }

    private @Nullable Group group() {
        ListenOptions.port("--log-port", logPort);
        if (group.isEmpty()) {
            if (logPort != 0) {
                throw new UsageException("--log-port goes with --group");
            }
            return null;
        }
        if (data == null) {
            throw new UsageException("--group needs --data DIR: what the others rely on must outlive this process");
        }
        try {
            List<Address> all = group.stream().map(Address::parse).toList();
            return Group.find(
                    all, listening.advertised(), logPort, listening.listen().getHostAddress());
        } catch (IllegalArgumentException e) {
            throw new UsageException("--group: " + e.getMessage());
        }
    }
}
