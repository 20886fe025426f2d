package io.roundtable.dss;

import io.roundtable.net.DatagramPort;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code ls}. A datagram holds some 400 files: what does not fit is left out, and {@code "truncated": true} says so. */
final class Listings {
    /** More files than this never fit. */
    private static final int FILES_MAX = 700;

    private static final int LISTING_BYTES_MAX = DatagramPort.PAYLOAD_BYTES_MAX - 256;
    /** For the field that says so. */
    private static final int TRUNCATED_BYTES = 20;

    private final Floor floor;

    Listings(Floor floor) {
        this.floor = floor;
    }

    void list(Consumer<Answer> reply) {
        floor.ask(
                new VolumeMessage.ListVolumes(),
                VolumeMessage.Listing.class,
                reply,
                listing -> listFiles(listing, new ArrayList<>(), reply));
    }

    private void listFiles(VolumeMessage.Listing listing, List<VolumeMessage.Files> soFar, Consumer<Answer> reply) {
        if (soFar.size() == listing.volumes().size()) {
            reply.accept(Answer.success("listing", fields(listing, soFar)));
            return;
        }
        VolumeMessage.ListFiles next =
                new VolumeMessage.ListFiles(listing.volumes().get(soFar.size()).name(), "", FILES_MAX);
        floor.group.ask(next, answer -> {
            if (answer instanceof VolumeMessage.Elsewhere) {
                reply.accept(Answer.failure(Floor.reason(answer)));
                return;
            }
            // A DSS that ended meanwhile has no files.
            soFar.add(
                    answer instanceof VolumeMessage.Files page
                            ? page
                            : new VolumeMessage.Files(List.of(), false, 0, ""));
            listFiles(listing, soFar, reply);
        });
    }

    private static Map<String, Object> fields(VolumeMessage.Listing listing, List<VolumeMessage.Files> files) {
        List<Map<String, Object>> disks = new ArrayList<>();
        List<String> free = new ArrayList<>();
        for (VolumeMessage.DiskLine line : listing.disks()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", line.name());
            fields.put("state", line.volume().map(dss -> "InDSS:" + dss).orElse("Free"));
            disks.add(fields);
            if (line.volume().isEmpty()) {
                free.add(line.name());
            }
        }
        List<Map<String, Object>> dsses = new ArrayList<>();
        for (VolumeInfo volume : listing.volumes()) {
            Map<String, Object> fields = Floor.shape(volume);
            fields.put("disks", Floor.diskNames(volume));
            fields.put("files", new LinkedHashMap<String, Object>());
            dsses.add(fields);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("users", listing.users());
        all.put("disks", disks);
        all.put("dsses", dsses);
        all.put("free_disks", free);
        addFiles(dsses, files, LISTING_BYTES_MAX - DssJson.length(all));
        return all;
    }

    private static void addFiles(List<Map<String, Object>> dsses, List<VolumeMessage.Files> files, int roomBytes) {
        int left = roomBytes - TRUNCATED_BYTES * dsses.size();
        for (int i = 0; i < dsses.size(); i++) {
            Map<String, Object> shown = new LinkedHashMap<>();
            boolean isTruncated = files.get(i).more();
            for (FileInfo file : files.get(i).files()) {
                Map<String, Object> line = Recoveries.line(file);
                // With the colon and the comma.
                int bytes = DssJson.length(file.name()) + DssJson.length(line) + 2;
                if (bytes > left) {
                    isTruncated = true;
                    break;
                }
                left -= bytes;
                shown.put(file.name(), line);
            }
            dsses.get(i).put("files", shown);
            if (isTruncated) {
                dsses.get(i).put("truncated", true);
            }
        }
    }
}
