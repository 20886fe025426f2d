package io.roundtable.manager;

import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Contents that no file has any more: their shares are deleted as soon as nobody reads them. Deleting is a favour to the
 * space only: what is lost here, with this manager or with a disk that is away, {@link Inventory} finds again.
 */
final class Garbage {
    private static final int KEYS_MAX = 1_000;
    private static final long ORDER_MS = 30_000;
    /** A disk that got an order has carried it out after so long, even if its answer got lost. */
    private static final long LOST_MS = 3_000;

    private record Content(int volumeId, long fileId) {}

    private final Context context;
    private final DiskTable disks;
    private final Holdings holdings;
    private final FileIndex index;
    private final Grants grants;
    private final Orders orders;
    private final Map<Content, Boolean> contents = new LinkedHashMap<>();
    /** Orders to delete that a disk has not answered yet, and when one got lost. */
    private final Map<DiskId, Integer> deleting = new HashMap<>();

    private final Map<DiskId, Long> lostMs = new HashMap<>();
    /** Single shares that are deleted together at the next sweep. */
    private final Map<DiskId, List<ShareKey>> soon = new TreeMap<>();

    Garbage(Context context, DiskTable disks, Holdings holdings, FileIndex index, Grants grants, Orders orders) {
        this.context = context;
        this.disks = disks;
        this.holdings = holdings;
        this.index = index;
        this.grants = grants;
        this.orders = orders;
    }

    void add(int volumeId, long fileId) {
        if (fileId != 0) {
            contents.put(new Content(volumeId, fileId), true);
        }
    }

    boolean holds(int volumeId, long fileId) {
        return contents.containsKey(new Content(volumeId, fileId));
    }

    /**
     * Deletes what nobody reads, and nobody is about to make a file.
     *
     * @param isCommitting whether a commit of a content is under way
     */
    void sweep(LongPredicate isCommitting) {
        Map<DiskId, List<ShareKey>> keys = new TreeMap<>(soon);
        soon.clear();
        Iterator<Content> each = contents.keySet().iterator();
        while (each.hasNext()) {
            Content content = each.next();
            boolean isWritten = isCommitting.test(content.fileId) || grants.isWriting(content.volumeId, content.fileId);
            if (isWritten || mayBeRead(content)) {
                continue;
            }
            each.remove();
            VolumeEntry volume = context.catalog.volume(content.volumeId);
            if (volume != null && index.file(content.volumeId, content.fileId) == null) {
                for (int position = 0; position < volume.disks().size(); position++) {
                    keys.computeIfAbsent(volume.disks().get(position), disk -> new ArrayList<>())
                            .add(new ShareKey(content.volumeId, content.fileId, position));
                }
                holdings.takeStrays(content.volumeId, content.fileId)
                        .forEach((disk, strays) -> keys.computeIfAbsent(disk, d -> new ArrayList<>())
                                .addAll(strays));
            }
        }
        keys.forEach(this::delete);
    }

    /** Those who read under the last manager have some time to say so. */
    private boolean mayBeRead(Content content) {
        boolean isOld = content.fileId >>> 32 < context.epoch;
        boolean isEarly = context.nowMs() - context.leasedAtMs <= context.options.deadAfterMs();
        return (isOld && isEarly) || grants.isReading(content.volumeId, content.fileId);
    }

    /** Deletes a share with the next {@link #sweep}. */
    void deleteSoon(DiskId disk, ShareKey key) {
        soon.computeIfAbsent(disk, d -> new ArrayList<>()).add(key);
    }

    /** Orders a disk to forget shares; nothing if it is away. */
    void delete(DiskId disk, List<ShareKey> keys) {
        Member host = disks.host(disk);
        for (int from = 0; host != null && from < keys.size(); from += KEYS_MAX) {
            List<ShareKey> some = keys.subList(from, Math.min(keys.size(), from + KEYS_MAX));
            deleting.merge(disk, 1, Integer::sum);
            DiskMessage.DeleteShares order = new DiskMessage.DeleteShares(disk, context.epoch, some);
            orders.send(host, order, ORDER_MS, answer -> {
                deleting.computeIfPresent(disk, (d, open) -> open == 1 ? null : open - 1);
                if (answer == null) {
                    lostMs.put(disk, context.nowMs());
                }
            });
        }
    }

    /** Whether shares of a disk may still be deleted though nothing more is ordered: it must not get the same ones now. */
    boolean isDeletingOn(DiskId disk) {
        Long lost = lostMs.get(disk);
        return deleting.containsKey(disk) || (lost != null && context.nowMs() - lost < LOST_MS);
    }
}
