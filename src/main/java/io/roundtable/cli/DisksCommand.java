package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import io.roundtable.event.Visible;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.VolumeMessage.DiskLine;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the disks. */
@Command(
        name = "disks",
        description = "List the disks: state, address, how full they are.",
        footer = {"", "Example: roundtable disks --json"})
final class DisksCommand implements Callable<Integer> {
    private static final String ROW = "%-15s %-22s %-22s %10s %10s %9s%n";

    /** D2 before D10. */
    private static final Comparator<DiskLine> BY_NAME =
            Comparator.<DiskLine>comparingInt(disk -> disk.name().length()).thenComparing(DiskLine::name);

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "One JSON object a disk.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        List<DiskLine> disks;
        try (VolumeClient volumes = client.openToLook()) {
            disks = volumes.list().disks().stream().sorted(BY_NAME).toList();
        }
        if (json) {
            disks.forEach(disk -> System.out.println(Json.line(fields(disk))));
            return 0;
        }
        System.out.printf(ROW, "DISK", "STATE", "ADDRESS", "USED", "CAPACITY", "SHARES");
        for (DiskLine disk : disks) {
            System.out.printf(
                    ROW,
                    Visible.name(disk.name()),
                    Visible.name(state(disk)),
                    disk.address().map(Address::toString).orElse("away"),
                    Sizes.human(disk.usedBytes()),
                    Sizes.human(disk.capacityBytes()),
                    disk.shares());
            disk.trouble().ifPresent(reason -> System.out.println("  " + Visible.name(reason)));
        }
        return 0;
    }

    private static String state(DiskLine disk) {
        return disk.volume().map(volume -> "InDSS:" + volume).orElse("Free");
    }

    private static Map<String, Object> fields(DiskLine disk) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("disk", disk.name());
        fields.put("id", disk.disk().toString());
        fields.put("state", state(disk));
        disk.address().ifPresent(address -> {
            fields.put("host", address.host());
            fields.put("port", address.port());
        });
        disk.trouble().ifPresent(reason -> fields.put("trouble", reason));
        fields.put("used", disk.usedBytes());
        fields.put("capacity", disk.capacityBytes());
        fields.put("shares", disk.shares());
        return fields;
    }
}
