package io.roundtable.catalog;

import io.roundtable.protocol.FileAttributes;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * One file in the catalog. There may be millions: what most of them have in common takes no room, and the only extent
 * that a file has today lies in the entry itself.
 */
public final class FileEntry {
    private static final int SHA256_DIGITS = 64;
    private static final HexFormat HEX = HexFormat.of();

    private final String name;
    private final String owner;
    private final long contentId;
    private final long sizeBytes;
    private final long changedAtMs;
    private final int layout;
    private final int placement;
    private final List<Integer> exceptions;
    private final Map<String, String> attributes;
    /** 32 bytes where that says all; else what the writer said, in the writer's spelling. */
    private final Object digest;

    /**
     * @param sha256 at most 64 hexadecimal digits
     * @param extent all of the file
     * @param changedAtMs milliseconds since 1970; 0 if that is not known
     */
    public FileEntry(
            String name, String owner, String sha256, Extent extent, long changedAtMs, Map<String, String> attributes) {
        this.name = name;
        this.owner = owner;
        this.digest = pack(sha256);
        this.contentId = extent.contentId();
        this.sizeBytes = extent.sizeBytes();
        this.layout = extent.layout();
        this.placement = extent.placement();
        this.exceptions = extent.exceptions();
        this.changedAtMs = changedAtMs;
        this.attributes = FileAttributes.copyOf(attributes);
    }

    /** A content of which nothing else is known (any more). */
    public static FileEntry unknown(String name, long contentId) {
        return new FileEntry(name, "", "", new Extent(contentId, 0, 0, 0, List.of()), 0, Map.of());
    }

    private static Object pack(String sha256) {
        if (sha256.length() != SHA256_DIGITS) {
            return sha256;
        }
        byte[] bytes = HEX.parseHex(sha256);
        // Users of the DSS protocol get it back as they spelt it.
        return HEX.formatHex(bytes).equals(sha256) ? bytes : sha256;
    }

    FileEntry withMissing(SortedSet<Integer> positions) {
        Extent extent = new Extent(contentId, sizeBytes, layout, placement, List.copyOf(positions));
        return new FileEntry(name, owner, sha256(), extent, changedAtMs, attributes);
    }

    public String name() {
        return name;
    }

    public String owner() {
        return owner;
    }

    /** The number of its present content. */
    public long fileId() {
        return contentId;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** As the writer said it: 64 hexadecimal digits, or less; empty if it did not say. */
    public String sha256() {
        return digest instanceof byte[] bytes ? HEX.formatHex(bytes) : (String) digest;
    }

    /** Positions of disks that do not hold their share, in order. */
    public List<Integer> missing() {
        return exceptions;
    }

    /** When it was written, in milliseconds since 1970; 0 if that is not known. */
    public long changedAtMs() {
        return changedAtMs;
    }

    /** What its owner says of it. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /** Its pieces, in order; one, today. */
    public List<Extent> extents() {
        return List.of(new Extent(contentId, sizeBytes, layout, placement, exceptions));
    }

    @Override
    public boolean equals(@Nullable Object to) {
        return to instanceof FileEntry other
                && name.equals(other.name)
                && owner.equals(other.owner)
                && sha256().equals(other.sha256())
                && changedAtMs == other.changedAtMs
                && extents().equals(other.extents())
                && attributes.equals(other.attributes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, contentId);
    }

    @Override
    public String toString() {
        return "'" + name + "' of '" + owner + "': " + extents();
    }
}
