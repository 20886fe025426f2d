package io.roundtable.catalog;

import io.roundtable.codec.CodecException;
import io.roundtable.codec.Packer;
import io.roundtable.codec.Unpacker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file as a record of a {@link PackedTable}: its name is the key; the value has the number of its content in 8 bytes, its
 * size, the positions that lack their share, its SHA-256, its owner and its time; and what few files have, where there is any.
 * What many files are looked at for comes first. Whatever is added comes last, and is nothing where it is not there.
 */
final class FileRecord {
    private static final int SHA256_BYTES = 32;

    private FileRecord() {}

    static byte[] key(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] pack(FileEntry file) {
        Packer out = new Packer(64);
        out.writeFixedLong(file.fileId());
        out.writeVarLong(file.sizeBytes());
        out.writeVarLong(file.missing().size());
        file.missing().forEach(out::writeVarLong);
        // In any other spelling it is kept as it was given.
        boolean isUsual = isUsual(file.sha256());
        out.writeBoolean(isUsual);
        out.writeBytes(
                isUsual ? HexFormat.of().parseHex(file.sha256()) : file.sha256().getBytes(StandardCharsets.UTF_8));
        out.writeString(file.owner());
        out.writeVarLong(file.changedAtMs());
        Extent extent = file.extents().get(0);
        if (extent.layout() != 0
                || extent.placement() != 0
                || !file.attributes().isEmpty()) {
            out.writeVarLong(extent.layout());
            out.writeVarLong(extent.placement());
            out.writeVarLong(file.attributes().size());
            file.attributes().forEach((attribute, value) -> {
                out.writeString(attribute);
                out.writeString(value);
            });
        }
        return PackedTable.record(key(file.name()), out.toBytes());
    }

    private static boolean isUsual(String sha256) {
        return sha256.length() == 2 * SHA256_BYTES
                && sha256.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    /**
     * The file whose record lies there.
     *
     * @param lost positions that lack their share as well
     * @throws CodecException if it is none
     */
    static FileEntry unpack(byte[] bytes, PackedTable.Place at, List<Integer> lost) {
        String name = new String(bytes, at.key, at.value - at.key, StandardCharsets.UTF_8);
        Unpacker in = new Unpacker(bytes, at.value, at.end - at.value);
        long fileId = in.readFixedLong();
        long sizeBytes = in.readVarLong();
        List<Integer> missing = readMissing(in, lost);
        boolean isUsual = in.readBoolean();
        byte[] sha256 = in.readBytes();
        String digits = isUsual ? HexFormat.of().formatHex(sha256) : new String(sha256, StandardCharsets.UTF_8);
        String owner = in.readString();
        long changedAtMs = in.readVarLong();
        boolean isMore = in.left() > 0;
        int layout = isMore ? in.readCount(Integer.MAX_VALUE) : 0;
        int placement = isMore ? in.readCount(Integer.MAX_VALUE) : 0;
        Extent all = new Extent(fileId, sizeBytes, layout, placement, missing);
        return new FileEntry(name, owner, digits, all, changedAtMs, isMore ? readAttributes(in) : Map.of());
    }

    private static Map<String, String> readAttributes(Unpacker in) {
        Map<String, String> attributes = new TreeMap<>();
        for (int left = in.readCount(in.left()); left > 0; left--) {
            attributes.put(in.readString(), in.readString());
        }
        return attributes;
    }

    static List<Integer> readMissing(Unpacker in, List<Integer> lost) {
        int count = in.readCount(in.left());
        if (count == 0) {
            return lost;
        }
        List<Integer> missing = new ArrayList<>(count + lost.size());
        for (int i = 0; i < count; i++) {
            missing.add(in.readCount(Integer.MAX_VALUE));
        }
        for (Integer each : lost) {
            if (!missing.contains(each)) {
                missing.add(each);
            }
        }
        missing.sort(null);
        return missing;
    }
}
