package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes durable records valid: in the index, and in what counts of each pack. Records come in the order of the log. */
final class PackPublication {
    private final ShareIndex index;
    private final ShareFiles files;
    private final PackShelf shelf;
    private final PackLog debts;

    PackPublication(ShareIndex index, ShareFiles files, PackShelf shelf, PackLog debts) {
        this.index = index;
        this.files = files;
        this.shelf = shelf;
        this.debts = debts;
    }

    void publish(List<PendingRecord> batch) {
        for (PendingRecord one : batch) {
            PackRecord record = one.record;
            PackRecord.Victim victim = record.victim();
            if (victim != null) {
                publishTombstone(record.key(), victim, one.pack.number);
                one.published(null);
            } else {
                one.published(publishShare(one));
            }
        }
    }

    private void publishTombstone(ShareKey key, PackRecord.Victim victim, int pack) {
        Held held = index.get(key);
        if (held != null && victim.isAt(held) && index.remove(held)) {
            shelf.count(victim.pack(), -PackRecord.bytes(held));
        }
        shelf.countTombstone(pack, victim.pack());
    }

    /** Returns the file that it replaces, if any. */
    private @Nullable Held publishShare(PendingRecord one) {
        Held held = one.record.heldAt(one.pack.number, one.offset);
        Held before = one.movedFrom;
        if (before != null) {
            if (!index.move(before, held)) {
                // Replaced or deleted while it was copied.
                debts.owe(held.key(), held.container(), held.offset());
                return null;
            }
        } else {
            before = index.put(held);
        }
        shelf.count(held.container(), PackRecord.bytes(held));
        if (before == null || before.kind() != Held.Kind.PACKED) {
            if (before != null) {
                // Before anybody hears of it: whoever deletes the share sees to this file first.
                files.noteReplaced(before);
            }
            return before;
        }
        shelf.count(before.container(), -PackRecord.bytes(before));
        if (one.movedFrom == null) {
            debts.owe(before.key(), before.container(), before.offset());
        }
        return null;
    }
}
