package io.roundtable.cli;

import io.roundtable.election.Timing;
import io.roundtable.peer.PeerNode;
import io.roundtable.peer.PeerOptions;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs one peer. */
@Command(
        name = "peer",
        description = "Run one peer: it joins, takes part in elections, probes the leader.",
        footer = {"", "Example: roundtable peer localhost:23600 --birthday 03-14 --id 1234567 --data disk1"})
final class PeerCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final PeerSettings settings = new PeerSettings();

    @Mixin
    private final LogOptions logging = new LogOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "GCD",
            description =
                    "Where the GCD is, host:port; several with commas between. Default: --gcd, else $ROUNDTABLE_GCD,"
                            + " else localhost:23600.")
    private @Nullable String gcd;

    @Option(names = "--gcd", paramLabel = "HOST:PORT", description = "The same as the parameter, for config files.")
    private @Nullable String gcdOption;

    @Option(
            names = "--birthday",
            required = true,
            paramLabel = "DATE",
            description = "MM-DD or YYYY-MM-DD; the days until then come first in the identity, frozen at the start.")
    private String birthday = "";

    @Option(names = "--id", required = true, paramLabel = "ID", description = "1000000 to 9999999.")
    private int id;

    @Option(names = "--port", description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the disk that this peer hosts; made if it is not there. Without, it hosts none.")
    private @Nullable Path data;

    @Option(
            names = "--disk-name",
            paramLabel = "NAME",
            description = "What a new disk is called. Default: the next free one of D1, D2 and so on.")
    private @Nullable String diskName;

    @Option(
            names = "--join-within",
            paramLabel = "TIME",
            description =
                    "End with exit code 1 if the GCD is not there within this time, such as 3s. Default: wait for it.")
    private @Nullable Duration joinWithin;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time, such as 30s.")
    private @Nullable Duration limit;

    @Override
    public Integer call() throws Exception {
        if (id < Identity.ID_MIN || id > Identity.ID_MAX) {
            throw new UsageException("--id must be 1000000 to 9999999, not " + id);
        }
        Identity identity = new Identity(Birthday.daysUntil(birthday, LocalDate.now()), id);
        List<Address> at = GcdOption.addresses(gcd != null ? gcd : gcdOption);
        PeerOptions options = settings.options(
                identity,
                at,
                ListenOptions.port("--port", port),
                settings.seed(),
                new PeerPart(data, diskName, OptionalInt.empty()),
                logging.showsProbes());
        if (joinWithin != null) {
            options = options.withGcdPatienceMs((int) Math.min(Timing.FOREVER - 1, joinWithin.toMillis()));
        }
        try (Screen screen = logging.open(1);
                Service service = new Service("peer")) {
            PeerNode peer = new PeerNode(service.loop(), options, screen, service::fail);
            service.start("peer", peer::start, peer::stop);
            return service.await(limit);
        }
    }
}
