package io.roundtable.disk;

import io.roundtable.protocol.DiskMessage.ShareLine;
import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The shares that are on their way. Thread-safe. */
final class UnsealedShares {
    private final Set<ShareWriter> writers = new LinkedHashSet<>();

    synchronized void add(ShareWriter writer) {
        writers.add(writer);
    }

    synchronized boolean remove(ShareWriter writer) {
        return writers.remove(writer);
    }

    synchronized List<ShareWriter> all() {
        return List.copyOf(writers);
    }

    synchronized void revoke(ShareKey key) {
        writers.stream().filter(writer -> writer.key().equals(key)).forEach(ShareWriter::revoke);
    }

    /** Returns those that it has revoked. */
    synchronized List<ShareKey> revokeAll(int volumeId) {
        List<ShareWriter> some = writers.stream()
                .filter(writer -> volumeId == 0 || writer.key().volumeId() == volumeId)
                .toList();
        some.forEach(ShareWriter::revoke);
        return some.stream().map(ShareWriter::key).toList();
    }

    /** Adds those behind a key to a page of sealed shares, which stays in order. */
    void mergeInto(List<ShareLine> lines, @Nullable ShareKey after, long nowMs) {
        List<ShareLine> more = new ArrayList<>();
        for (ShareWriter writer : all()) {
            ShareKey key = writer.key();
            boolean isListed = lines.stream().anyMatch(line -> line.key().equals(key));
            if ((after == null || key.compareTo(after) > 0) && !isListed) {
                more.add(new ShareLine(key, false, writer.usedBytes(), Math.max(0, nowMs - writer.begunMs())));
            }
        }
        lines.addAll(more);
        lines.sort(Comparator.comparing(ShareLine::key));
    }
}
