package io.roundtable.disk;

import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes shares back, or puts a file in their place, in such an order that a crash at any moment leaves either what was or
 * what is to be, and nothing that was forgotten comes back. Thread-safe.
 */
final class ShareReplacement {
    private final ShareIndex index;
    private final PackShelf shelf;
    private final PackLog log;
    private final ShareFiles files;
    private final Object deletions;

    /** @param deletions as in {@link PackCompaction} */
    ShareReplacement(ShareIndex index, PackShelf shelf, PackLog log, ShareFiles files, Object deletions) {
        this.index = index;
        this.shelf = shelf;
        this.log = log;
        this.files = files;
        this.deletions = deletions;
    }

    /** Gives a file its name, in the place of whatever was held. */
    void seal(String temporary, MediumFile file, ShareHeader header, Runnable sealed)
            throws IOException, DiskFaultException {
        Held before = index.get(header.key());
        if (before == null || before.kind() != Held.Kind.PACKED) {
            files.seal(temporary, file, header);
            sealed.run();
            // A record that such a file replaced, and that could not be taken back then.
            payDebts();
            return;
        }
        synchronized (deletions) {
            payDebts();
            Held now = index.get(header.key());
            buryFormer(now == null || now.kind() != Held.Kind.PACKED ? List.of() : List.of(now));
            Held replaced = files.seal(temporary, file, header);
            sealed.run();
            if (replaced != null && replaced.kind() == Held.Kind.PACKED) {
                shelf.count(replaced.container(), -PackRecord.bytes(replaced));
                log.owe(replaced.key(), replaced.container(), replaced.offset());
            }
            payDebts();
        }
    }

    /** Forgets what is held, for good when this returns. */
    void delete(List<Held> shares) throws DiskFaultException {
        List<Held> packed =
                shares.stream().filter(held -> held.kind() == Held.Kind.PACKED).toList();
        // What was replaced must not come back in the place of what goes now.
        payDebts();
        settleFiles();
        if (!packed.isEmpty()) {
            synchronized (deletions) {
                bury(packed.stream().map(Held::key).toList());
            }
            log.commit();
        }
        List<Held> filed =
                shares.stream().filter(held -> held.kind() != Held.Kind.PACKED).toList();
        try {
            files.delete(filed);
        } catch (IOException e) {
            throw DiskFaultException.of("delete shares", e);
        }
        settleFiles();
    }

    private void settleFiles() throws DiskFaultException {
        try {
            files.deleteLeftovers();
        } catch (IOException e) {
            throw DiskFaultException.of("delete shares", e);
        }
    }

    private void payDebts() throws DiskFaultException {
        if (log.payDebts()) {
            log.commit();
        }
    }

    private void bury(List<ShareKey> keys) throws DiskFaultException {
        List<Held> packed = new ArrayList<>();
        for (ShareKey key : keys) {
            // Where it is now: compaction may have moved it.
            Held held = index.get(key);
            if (held != null && held.kind() == Held.Kind.PACKED) {
                packed.add(held);
            }
        }
        buryFormer(packed);
        for (Held held : packed) {
            log.appendTombstone(held.key(), held.container(), held.offset());
        }
    }

    /** The copies from which compaction made this one go first, or they would seem to be the last again. */
    private void buryFormer(List<Held> shares) throws DiskFaultException {
        List<Integer> moving = shelf.moving();
        for (Held held : shares) {
            for (int pack : moving) {
                if (pack != held.container()) {
                    log.appendTombstone(held.key(), pack, PackRecord.Victim.ANYWHERE);
                }
            }
        }
        if (!moving.isEmpty()) {
            log.commit();
        }
    }
}
