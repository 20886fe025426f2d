package io.roundtable.cli;

import io.roundtable.gcd.CatalogLog;
import io.roundtable.gcd.GcdServer;
import io.roundtable.gcd.RatisLog;
import io.roundtable.peer.PeerNode;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Identity;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Seats a whole group in one process: a GCD and its peers, each with its own sockets, all on one loop. */
@Command(
        name = "up",
        description = "Run a GCD and a table of peers in one process; Ctrl-C ends it.",
        footer = {"", "Example: roundtable up --peers 5 --chaos --seed 7"})
final class UpCommand implements Callable<Integer> {
    private static final int PEERS_MAX = 2_000;
    /** A disk has threads of its own; a big table is for elections. */
    private static final int DISKS_DEFAULT_MAX = 5;

    private static final int DSS_PORT = 53_000;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final PeerSettings settings = new PeerSettings();

    @Mixin
    private final LogOptions logging = new LogOptions();

    @Option(names = "--peers", description = "How many peers, 1 to 2000. Default: ${DEFAULT-VALUE}.")
    private int peers = 5;

    @Option(names = "--port", description = "Port of the GCD; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port = GcdOption.PORT;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for the catalog and the disks. Default: a temporary one; all ends with the process.")
    private @Nullable Path data;

    @Option(
            names = "--disks",
            description = "How many of the peers host a disk. Default: all, at most " + DISKS_DEFAULT_MAX + ".")
    private @Nullable Integer disks;

    @Option(
            names = "--dss",
            description =
                    "Answer the DSS protocol (UDP, JSON) on port " + DSS_PORT
                            + ", or --dss-port, at the first peer, on free ports at the others. Its users may deregister Free disks.")
    private boolean dss;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time, such as 30s.")
    private @Nullable Duration limit;

    @Override
    public Integer call() throws Exception {
        check();
        ListenOptions listening = settings.listening();
        String host = listening.advertised();
        InetSocketAddress at = new InetSocketAddress(listening.listen(), port);
        try (Screen screen = logging.open(peers);
                Service service = new Service("roundtable")) {
            UpFolders folders = service.open(() -> UpFolders.open(data), UpFolders::end);
            CatalogLog log = service.open(
                    () -> data == null ? RatisLog.temporary() : RatisLog.open(folders.gcd()),
                    CatalogLog::endWithProcess);
            log.failure().thenAccept(service::fail);
            GcdServer gcd = new GcdServer(service.loop(), at, screen, log);
            int[] bound = new int[1];
            service.start("gcd", () -> bound[0] = gcd.start(), gcd::stop);
            seat(service, new Address(host, bound[0]), folders, screen);
            return service.await(limit);
        }
    }

    /** Everything that is said is looked at before anything is begun. */
    private void check() {
        if (peers < 1 || peers > PEERS_MAX) {
            throw new UsageException("--peers must be 1 to " + PEERS_MAX + ", not " + peers);
        }
        if (disks != null && (disks < 0 || disks > peers)) {
            throw new UsageException("--disks must be 0 to the number of peers, not " + disks);
        }
        if (disks != null && disks > 0 && !settings.roles().hasDisks()) {
            throw new UsageException("--disks asks for disks, and --roles lacks disk");
        }
        ListenOptions.port("--port", port);
        settings.check(peers, dss);
    }

    private void seat(Service service, Address gcd, UpFolders folders, Screen screen) throws Exception {
        SplittableRandom random = new SplittableRandom(settings.seed());
        List<PeerNode> table = new ArrayList<>();
        int hosts = disks != null ? disks : settings.roles().hasDisks() ? Math.min(peers, DISKS_DEFAULT_MAX) : 0;
        for (Identity identity : draw(random.split())) {
            Path disk = table.size() < hosts ? folders.disk(table.size() + 1) : null;
            PeerPart part =
                    new PeerPart(disk, null, dss ? OptionalInt.of(dssPort(table.isEmpty())) : OptionalInt.empty());
            table.add(new PeerNode(
                    service.loop(),
                    settings.options(identity, List.of(gcd), 0, random.nextLong(), part, logging.showsProbes()),
                    screen,
                    service::fail));
        }
        // Started in one turn of the loop: they sit down together and elect once, not once for each.
        service.start(
                "peers",
                () -> {
                    for (PeerNode peer : table) {
                        peer.start();
                    }
                },
                () -> table.forEach(PeerNode::stop));
    }

    private int dssPort(boolean isFirstPeers) {
        return isFirstPeers ? settings.roles().dss().port().orElse(DSS_PORT) : 0;
    }

    private List<Identity> draw(SplittableRandom random) {
        Set<Integer> ids = new HashSet<>();
        List<Identity> identities = new ArrayList<>();
        while (identities.size() < peers) {
            int id = random.nextInt(Identity.ID_MIN, Identity.ID_MAX + 1);
            if (ids.add(id)) {
                identities.add(new Identity(random.nextInt(Identity.DAYS_MIN, Identity.DAYS_MAX + 1), id));
            }
        }
        return identities;
    }
}
