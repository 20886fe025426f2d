package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.VolumeInfo;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists volumes and their files. */
@Command(
        name = "ls",
        description = "List the volumes, or one of them, with their files.",
        footer = {"", "Example: roundtable ls dss1 --json", "Example: roundtable ls dss1 photos/2026/"})
final class LsCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "VOLUME", description = "Only this volume.")
    private @Nullable String volume;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PREFIX",
            description = "Only files whose names begin so, as those of a folder that was copied.")
    private @Nullable String prefix;

    @Option(names = "--json", description = "One JSON object a volume.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.openToLook()) {
            print(volumes, volume, prefix == null ? "" : prefix, json);
        }
        return 0;
    }

    static void print(VolumeClient volumes, @Nullable String only, String prefix, boolean json) throws GroupException {
        List<VolumeInfo> shown = volumes.list().volumes().stream()
                .filter(each -> only == null || each.name().equals(only))
                .toList();
        if (shown.isEmpty() && only != null) {
            throw new GroupException("no such dss");
        }
        if (shown.isEmpty() && !json) {
            System.out.println("no DSS configured");
        }
        for (VolumeInfo each : shown) {
            // A page at a time: there may be more files than there is memory.
            if (json) {
                printJson(volumes, each, prefix);
            } else {
                System.out.println(VolumeText.line(each));
                Listing.forEach(volumes, each.name(), prefix, file -> System.out.println(VolumeText.line(file)));
            }
        }
    }

    private static void printJson(VolumeClient volumes, VolumeInfo volume, String prefix) throws GroupException {
        String owner = volumes.filesAfter(volume.name(), "", 1).owner();
        String head = Json.line(VolumeText.fields(volume, owner));
        System.out.print(head.substring(0, head.length() - 1) + ",\"files\":[");
        String[] between = {""};
        Listing.forEach(volumes, volume.name(), prefix, file -> {
            System.out.print(between[0] + Json.line(VolumeText.fields(file)));
            between[0] = ",";
        });
        System.out.println("]}");
    }
}
