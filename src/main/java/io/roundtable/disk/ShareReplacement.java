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
    void seal(ShareFiles.Unsealed file, ShareHeader header, ShareFiles.Sealing sealing)
            throws IOException, DiskFaultException {
        Held before = index.get(header.key());
        if (before == null || before.kind() != Held.Kind.PACKED) {
            sealFile(file, header, sealing);
            return;
        }
        synchronized (deletions) {
            payDebts();
            Held now = index.get(header.key());
            buryFormer(now == null || now.kind() != Held.Kind.PACKED ? List.of() : List.of(now));
            sealFile(file, header, sealing);
        }
    }

    private void sealFile(ShareFiles.Unsealed file, ShareHeader header, ShareFiles.Sealing sealing)
            throws IOException, DiskFaultException {
        files.seal(file, header, sealing, replaced -> {
            shelf.count(replaced.container(), -PackRecord.bytes(replaced));
            log.owe(replaced.key(), replaced.container(), replaced.offset());
        });
        sealing.sealed();
        // This one, and one that such a file replaced and that could not be taken back then.
        payDebts();
    }

    /** Forgets what is held, for good when this returns. */
    void delete(List<Held> shares) throws DiskFaultException {
        List<Held> packed =
                shares.stream().filter(held -> held.kind() == Held.Kind.PACKED).toList();
        // What was replaced must not come back in the place of what goes now.
        payDebts();
        settleFiles();
        if (!packed.isEmpty()) {
            List<PendingRecord> tombstones;
            synchronized (deletions) {
                tombstones = bury(packed.stream().map(Held::key).toList());
            }
            commit(tombstones);
            // What was replaced between the first payment and now.
            payDebts();
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
        commit(log.payDebts());
    }

    /** Others may have tried to make them durable, and failed: a commit that goes well does not say of what. */
    private void commit(List<PendingRecord> tombstones) throws DiskFaultException {
        if (!tombstones.isEmpty()) {
            log.commit();
            for (PendingRecord one : tombstones) {
                one.demand();
            }
        }
    }

    private List<PendingRecord> bury(List<ShareKey> keys) throws DiskFaultException {
        List<Held> packed = new ArrayList<>();
        for (ShareKey key : keys) {
            // Where it is now: compaction may have moved it.
            Held held = index.get(key);
            if (held != null && held.kind() == Held.Kind.PACKED) {
                packed.add(held);
            }
        }
        buryFormer(packed);
        List<PendingRecord> tombstones = new ArrayList<>();
        for (Held held : packed) {
            tombstones.add(log.appendTombstone(held.key(), held.container(), held.offset()));
        }
        return tombstones;
    }

    /** The copies from which compaction made this one go first, or they would seem to be the last again. */
    private void buryFormer(List<Held> shares) throws DiskFaultException {
        List<Integer> moving = shelf.moving();
        List<PendingRecord> tombstones = new ArrayList<>();
        for (Held held : shares) {
            for (int pack : moving) {
                if (pack != held.container()) {
                    tombstones.add(log.appendTombstone(held.key(), pack, PackRecord.Victim.ANYWHERE));
                }
            }
        }
        commit(tombstones);
    }
}
