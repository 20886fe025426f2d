package io.roundtable.cli;

import io.roundtable.role.RoleMaker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What peers do beside electing; the same for one peer and for a table of them. */
final class RoleSettings {
    @Option(
            names = "--roles",
            paramLabel = "ROLES",
            split = ",",
            description =
                    "What a peer does beside electing, with commas between: manager (whoever leads manages; all have"
                            + " it), disk (hosts the one of --data, presents foreign ones), dss (the DSS protocol). Default: all.")
    private @Nullable List<String> roles;

    @Mixin
    private final ManagerSettings manager = new ManagerSettings();

    @Mixin
    private final DssSettings dss = new DssSettings();

    @Mixin
    private final DiskSettings disk = new DiskSettings();

    /** In the order in which a peer starts them and tells them things: what may fail at once comes before disks. */
    private List<RoleSetting> all() {
        return List.of(manager, dss, disk);
    }

    /**
     * For a table of so many peers.
     *
     * @param isFirstPeers whether they speak DSS in any case, and {@code --dss-port} names the port of the first of them
     */
    void check(int peers, boolean isFirstPeers) {
        makers(new PeerPart(null, null, isFirstPeers ? OptionalInt.of(0) : OptionalInt.empty()));
        dss.check(peers, isFirstPeers);
    }

    DssSettings dss() {
        return dss;
    }

    /** Whether peers host disks. */
    boolean hasDisks() {
        return chosen().contains(disk.name());
    }

    private Set<String> chosen() {
        List<String> names = all().stream().map(RoleSetting::name).toList();
        if (roles == null) {
            return new LinkedHashSet<>(names);
        }
        for (String role : roles) {
            if (!names.contains(role)) {
                throw new UsageException("--roles: there is no role '" + role + "'; there are "
                        + names.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
        if (!roles.contains(manager.name())) {
            throw new UsageException("--roles lacks manager: any peer may come to lead, and whoever leads manages");
        }
        return new LinkedHashSet<>(roles);
    }

    /** The roles of one peer. */
    List<RoleMaker> makers(PeerPart part) {
        Set<String> chosen = chosen();
        if (part.data() != null && !chosen.contains(disk.name())) {
            throw new UsageException("--data names the folder of a disk, and --roles lacks disk");
        }
        boolean speaksDss = part.dssPort().isPresent() || dss.port().isPresent();
        if (speaksDss && !chosen.contains(dss.name())) {
            throw new UsageException("--dss and --dss-port are for the DSS protocol, and --roles lacks dss");
        }
        List<RoleMaker> makers = new ArrayList<>();
        for (RoleSetting each : all()) {
            RoleMaker maker = each.maker(part);
            if (chosen.contains(each.name())) {
                makers.add(maker);
            }
        }
        return makers;
    }
}
