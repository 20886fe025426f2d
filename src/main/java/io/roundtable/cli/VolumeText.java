package io.roundtable.cli;

import io.roundtable.event.Visible;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How volumes and files are printed. */
final class VolumeText {
    private VolumeText() {}

    /** {@code dss1: Disk array with n=3 (D5, D3, D4) with striping-unit 1 KB.} */
    static String line(VolumeInfo volume) {
        String disks = volume.disks().stream()
                .map(VolumeInfo.Seat::name)
                .map(Visible::name)
                .collect(Collectors.joining(", "));
        return Visible.name(volume.name()) + ": Disk array with n="
                + volume.disks().size() + " (" + disks + ") with striping-unit " + Sizes.unit(volume.unitBytes()) + ".";
    }

    /** {@code   a.txt 3,600 B U1} */
    static String line(FileInfo file) {
        return "  " + Visible.name(file.name()) + " " + Sizes.exact(file.sizeBytes()) + " "
                + Visible.name(file.owner());
    }

    /** All but its files. */
    static Map<String, Object> fields(VolumeInfo volume, String owner) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("volume", volume.name());
        fields.put("n", volume.disks().size());
        fields.put("parity", volume.parity());
        fields.put("unit", volume.unitBytes());
        fields.put("disks", volume.disks().stream().map(VolumeInfo.Seat::name).toList());
        fields.put("owner", owner);
        return fields;
    }

    static Map<String, Object> fields(FileInfo file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", file.name());
        fields.put("size", file.sizeBytes());
        fields.put("owner", file.owner());
        fields.put("sha256", file.sha256());
        fields.put("missing", file.missing());
        return fields;
    }
}
