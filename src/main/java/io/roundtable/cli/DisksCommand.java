package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import io.roundtable.event.Visible;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Room;
import io.roundtable.protocol.VolumeMessage.DiskLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the disks. */
@Command(
        name = "disks",
        description = "List the disks: state, address, what they use and how much they can still take.",
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
        System.out.printf(ROW, "DISK", "STATE", "ADDRESS", "USED", "FREE", "SHARES");
        for (DiskLine disk : disks) {
            System.out.printf(
                    ROW,
                    Visible.name(disk.name()),
                    Visible.name(state(disk)),
                    disk.address().map(Address::toString).orElse("away"),
                    disk.room().map(room -> Sizes.human(room.usedBytes())).orElse("-"),
                    disk.room().map(room -> Sizes.human(room.freeBytes())).orElse("-"),
                    disk.room().map(room -> Long.toString(disk.shares())).orElse("-"));
            disk.foreign().ifPresent(address -> System.out.println("  foreign: UDP " + address + ", in memory only"));
            disk.trouble().ifPresent(reason -> System.out.println("  " + Visible.name(reason)));
        }
        shared(disks).forEach(System.out::println);
        return 0;
    }

    /** A sentence for every file system on which several disks lie: what is free there is so for all of them together. */
    static List<String> shared(List<DiskLine> disks) {
        Map<Long, List<DiskLine>> byFileSystem = new LinkedHashMap<>();
        for (DiskLine disk : disks) {
            long fileSystem = disk.room().map(Room::fileSystem).orElse(0L);
            if (fileSystem != 0) {
                byFileSystem
                        .computeIfAbsent(fileSystem, any -> new ArrayList<>())
                        .add(disk);
            }
        }
        return byFileSystem.values().stream()
                .filter(each -> each.size() > 1)
                .map(DisksCommand::sharing)
                .toList();
    }

    private static String sharing(List<DiskLine> disks) {
        String names = disks.stream().map(disk -> Visible.name(disk.name())).collect(Collectors.joining(", "));
        return names + " lie on one file system: " + Sizes.human(free(disks)) + " are free for all of them together.";
    }

    private static long free(List<DiskLine> onOne) {
        long sum = 0;
        long atMost = Long.MAX_VALUE;
        for (DiskLine disk : onOne) {
            Room room = disk.room().orElseThrow();
            sum += room.freeBytes();
            atMost = Math.min(atMost, room.fileSystemFreeBytes());
        }
        return Math.min(sum, atMost);
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
        disk.foreign().ifPresent(address -> fields.put("foreign", address.toString()));
        disk.trouble().ifPresent(reason -> fields.put("trouble", reason));
        disk.room().ifPresent(room -> {
            fields.put("used", room.usedBytes());
            fields.put("capacity", room.capacityBytes());
            fields.put("free", room.freeBytes());
            if (room.fileSystem() != 0) {
                fields.put("file_system", Long.toHexString(room.fileSystem()));
            }
            fields.put("file_system_free", room.fileSystemFreeBytes());
            fields.put("shares", disk.shares());
        });
        return fields;
    }
}
