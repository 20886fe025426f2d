package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code ls}, all in the order of names. An answer holds some 90 files: what does not fit is left out, and {@code
 * "truncated": true} says so.
 */
final class Listings {
    /** More files than this never fit. */
    private static final int FILES_MAX = 200;

    private static final int LISTING_BYTES_MAX = DssJson.ANSWER_BYTES_MAX - 128;
    /** For the field that says so. */
    private static final int TRUNCATED_BYTES = 20;

    private final EventLoop loop;
    private final Floor floor;

    Listings(EventLoop loop, Floor floor) {
        this.loop = loop;
        this.floor = floor;
    }

    void list(Consumer<Answer> reply) {
        floor.ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class, reply, listing -> {
            boolean isAnyAway =
                    listing.disks().stream().anyMatch(line -> line.address().isEmpty());
            if (isAnyAway && floor.ageMs() < Recalls.ALL_DISKS_MS) {
                // They say where they are once they hear of the new manager.
                loop.schedule(Recalls.LOOK_AGAIN_MS, () -> list(reply));
            } else if (listing.volumes().isEmpty()) {
                reply.accept(Answer.failure(Refusals.NO_VOLUME_AT_ALL));
            } else {
                listFiles(sorted(listing), new ArrayList<>(), reply);
            }
        });
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

    private static VolumeMessage.Listing sorted(VolumeMessage.Listing listing) {
        return new VolumeMessage.Listing(
                listing.volumes().stream()
                        .sorted(Comparator.comparing(VolumeInfo::name))
                        .toList(),
                listing.disks().stream()
                        .sorted(Comparator.comparing(VolumeMessage.DiskLine::name))
                        .toList(),
                listing.users().stream().sorted().toList());
    }

    private static Map<String, Object> fields(VolumeMessage.Listing listing, List<VolumeMessage.Files> files) {
        List<Map<String, Object>> disks = new ArrayList<>();
        List<String> free = new ArrayList<>();
        for (VolumeMessage.DiskLine line : listing.disks()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            String unused = line.address().isPresent() ? "Free" : "Away";
            fields.put("name", line.name());
            fields.put("state", line.volume().map(dss -> "InDSS:" + dss).orElse(unused));
            disks.add(fields);
            if (line.volume().isEmpty() && line.address().isPresent()) {
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
        // Files last: they are what there may be most of.
        int left = LISTING_BYTES_MAX - 2 * TRUNCATED_BYTES - 64;
        List<Map<String, Object>> shownDsses = fitting(dsses, left - TRUNCATED_BYTES * dsses.size());
        left -= DssJson.length(shownDsses) + TRUNCATED_BYTES * shownDsses.size();
        List<Map<String, Object>> shownDisks = fitting(disks, left);
        left -= DssJson.length(shownDisks);
        List<String> shownFree = fitting(free, left);
        left -= DssJson.length(shownFree);
        List<String> shownUsers = fitting(listing.users(), left);
        left -= DssJson.length(shownUsers);
        all.put("users", shownUsers);
        all.put("disks", shownDisks);
        all.put("dsses", shownDsses);
        all.put("free_disks", shownFree);
        boolean isTruncated = shownDsses.size() < dsses.size()
                || shownDisks.size() < disks.size()
                || shownFree.size() < free.size()
                || shownUsers.size() < listing.users().size();
        if (isTruncated) {
            all.put("truncated", true);
        }
        addFiles(shownDsses, files, left);
        return all;
    }

    /** As many as there is room for, from the first on. */
    private static <T> List<T> fitting(List<T> all, int roomBytes) {
        List<T> fitting = new ArrayList<>();
        int left = roomBytes - 2;
        for (T each : all) {
            left -= DssJson.length(each) + 1;
            if (left < 0) {
                break;
            }
            fitting.add(each);
        }
        return fitting;
    }

    private static void addFiles(List<Map<String, Object>> dsses, List<VolumeMessage.Files> files, int roomBytes) {
        int left = roomBytes;
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
