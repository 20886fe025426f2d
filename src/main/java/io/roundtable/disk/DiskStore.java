package io.roundtable.disk;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.StripeLayout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A disk: the shares in one data folder (docs/PROTOCOL.md, Disks).
 *
 * <p>Small shares lie together in packs, others in files of their own. What was acknowledged is there after the end of
 * the process and, with {@link Durability#FSYNC}, after a loss of power; what was not sealed is gone after a restart.
 * Thread-safe. It starts no threads: somebody calls {@link #compact} now and then.
 *
 * <p>Threads that call it must not be interrupted, see {@link FileMedium}.
 */
public final class DiskStore implements Closeable {
    /** Room that {@link #put} needs in front of a share's bytes. */
    public static final int PUT_HEADROOM_BYTES = PackRecord.HEADER_BYTES;
    /** The most bytes, CRCs not counted, of a share that {@link #put} takes. */
    public static final int PUT_BYTES_MAX = PackRecord.USED_BYTES_MAX;
    /** A buffer of so many bytes holds every share that {@link #put} takes, with headroom and padding. */
    public static final int PUT_BUFFER_BYTES = PackRecord.RECORD_BYTES_MAX + 8;

    private final Medium medium;
    private final LongSupplier nowMs;
    private final DiskLock lock;
    private final DiskIdentity identity;
    private final MediumCheck health;
    private final EpochFence epochs;
    private final SpaceLedger ledger;
    private final ShareIndex index = new ShareIndex();
    private final PackShelf shelf;
    private final PackLog log;
    private final PackCompaction compaction;
    private final ShareFiles files;
    private final ShareOpening opening;
    private final ShareCheck checks;
    private final ShareReplacement replacement;
    private final StartReport report;
    private final UnsealedShares unsealed = new UnsealedShares();
    private final Object deletions = new Object();
    private final Object compactions = new Object();

    /**
     * Opens the disk of a data folder, or makes one in an empty folder.
     *
     * @param nowMs the time, for the age of shares
     * @param random for the identity of a new disk
     * @throws IOException with a sentence for people if the folder is in use, of another format, or damaged so that the
     *     disk cannot be trusted
     */
    public static DiskStore open(Medium medium, DiskOptions options, LongSupplier nowMs, LongSupplier random)
            throws IOException {
        return open(medium, options, nowMs, DiskLock.take(medium, random));
    }

    /**
     * Opens a disk anew that was lost, as what it was: nothing is made or touched unless this very disk lies there.
     *
     * @throws IOException with a sentence for people if it does not, or as the other
     */
    public static DiskStore open(Medium medium, DiskOptions options, LongSupplier nowMs, DiskId wanted)
            throws IOException {
        return open(medium, options, nowMs, DiskLock.take(medium, wanted));
    }

    private static DiskStore open(Medium medium, DiskOptions options, LongSupplier nowMs, DiskLock lock)
            throws IOException {
        boolean done = false;
        try {
            DiskStore store = new DiskStore(medium, options, nowMs, lock);
            done = true;
            return store;
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    private DiskStore(Medium medium, DiskOptions options, LongSupplier nowMs, DiskLock lock) throws IOException {
        this.medium = medium;
        this.nowMs = nowMs;
        this.lock = lock;
        identity = lock.identity();
        EpochFile epoch = EpochFile.open(medium);
        List<String> names = new ArrayList<>(List.of(PackLog.FOLDER, ShareFiles.FOLDER, ShareFiles.TEMPORARY));
        for (String folder : names) {
            medium.makeFolder(folder);
        }
        names.add(DiskIdentity.PATH);
        names.add(EpochFile.PATH);
        health = new MediumCheck(medium, names, nowMs);
        medium.forceFolder("");
        epochs = new EpochFence(epoch, health);
        ledger = new SpaceLedger(medium, options);
        shelf = new PackShelf(medium);
        files = new ShareFiles(medium, health, options, ledger, index);
        log = new PackLog(medium, health, options, ledger, index, files, shelf, identity.salt(), nowMs);
        compaction = new PackCompaction(medium, options, ledger, index, shelf, log, identity.salt(), deletions);
        opening = new ShareOpening(index, shelf, files, identity.salt(), nowMs);
        checks = new ShareCheck(medium, opening, health, shelf, index);
        replacement = new ShareReplacement(index, shelf, log, files, deletions);

        Problems problems = new Problems();
        int temporaries = files.deleteTemporaries();
        new PackScan(medium, shelf, index, ledger, options, identity.salt(), problems).run(log);
        files.scan(problems);
        report = new StartReport(index.size(), ledger.usedBytes(), temporaries, problems.all());
    }

    public DiskId id() {
        return identity.id();
    }

    public StartReport startReport() {
        return report;
    }

    /** Never waits. */
    public DiskStatistics statistics() {
        return new DiskStatistics(ledger.room(medium.fileSystem()), index.size(), epochs.highest());
    }

    public long highestEpoch() {
        return epochs.highest();
    }

    /**
     * Looks at the epoch of a request; a new one is remembered for good before anything is done in its name.
     *
     * @throws DiskFaultException {@link Fault#STALE_EPOCH}: the request is a former manager's; {@link
     *     Fault#OUT_OF_SERVICE}: the medium is lost
     */
    public void admit(long epoch) throws DiskFaultException {
        demand(health::demandNotLost);
        epochs.admit(epoch);
    }

    // ---- the medium

    private interface Look {
        void run() throws MediumLostException;
    }

    private static void demand(Look look) throws DiskFaultException {
        try {
            look.run();
        } catch (MediumLostException e) {
            throw DiskFaultException.of("use the disk", e);
        }
    }

    /**
     * Looks whether the medium is still the one that was opened, and can be written; to be called every few seconds. May
     * wait for as long as the medium does: who cannot wait {@link #lose gives it up}.
     *
     * @throws DiskFaultException {@link Fault#OUT_OF_SERVICE}: it is lost
     */
    public void probe() throws DiskFaultException {
        demand(() -> health.probe(shelf));
    }

    /** Gives the medium up: nothing is acknowledged from now on, whatever it does. Never waits. */
    public void lose(String reason) {
        health.lose(reason);
    }

    /** Why the medium is lost; empty as long as nobody has found that it is. What is lost stays so until it is opened anew. */
    public Optional<String> lost() {
        return Optional.ofNullable(health.lost());
    }

    /** @param told once, on any thread, when the medium is found lost; at once if it is already */
    public void onLost(Consumer<String> told) {
        health.onLost(told);
    }

    // ---- writing

    /**
     * Begins a share of any size.
     *
     * @param isRebuild whether it may use the reserve
     */
    public ShareWriter begin(DiskMessage.BeginShare request, boolean isRebuild) throws DiskFaultException {
        admit(request.epoch());
        StripeLayout stripes =
                ShareRequests.layout(request.key(), request.disks(), request.parity(), request.unitBytes());
        ledger.take(ShareHeader.BLOCK_BYTES, isRebuild);
        try {
            ShareWriter writer =
                    new ShareWriter(this, request.key(), stripes, isRebuild, files.begin(), nowMs.getAsLong());
            unsealed.add(writer);
            return writer;
        } catch (IOException e) {
            ledger.give(ShareHeader.BLOCK_BYTES);
            throw health.fault("begin share " + request.key(), e);
        }
    }

    /** A small share that was appended but is not yet safe. */
    public final class Put {
        private final DiskMessage.PutShare request;
        private final PendingRecord pending;

        Put(DiskMessage.PutShare request, PendingRecord pending) {
            this.request = request;
            this.pending = pending;
        }

        /**
         * After {@link DiskStore#commit}: the share is safe and can be read.
         *
         * @throws DiskFaultException if it is not
         */
        public DiskMessage.Sealed demand() throws DiskFaultException {
            Held replaced = pending.demand();
            if (replaced != null) {
                files.dropReplaced(replaced);
            }
            return new DiskMessage.Sealed(request.key(), request.usedBytes());
        }
    }

    /**
     * Takes a whole small share of up to {@link #PUT_BYTES_MAX} bytes. It counts after {@link #commit}, which many share.
     *
     * @param buffer the share's bytes between {@link #PUT_HEADROOM_BYTES} and the limit, with 8 bytes of room behind; free
     *     again when this returns
     */
    public Put put(DiskMessage.PutShare request, ByteBuffer buffer, boolean isRebuild) throws DiskFaultException {
        admit(request.epoch());
        StripeLayout stripes = ShareRequests.whole(request, buffer);
        int end = buffer.limit();
        int bodyCrc = Crc.of(buffer, PUT_HEADROOM_BYTES, end, identity.salt());
        PackRecord record =
                new PackRecord(request.key(), stripes, (int) request.usedBytes(), null, nowMs.getAsLong(), bodyCrc);
        ByteBuffer whole = buffer.duplicate().limit(PUT_HEADROOM_BYTES + (end - PUT_HEADROOM_BYTES + 7 & -8));
        return new Put(request, log.append(record, whole, isRebuild));
    }

    /** Makes all shares safe that were put before; {@link Put#demand} tells of each. */
    public void commit() throws DiskFaultException {
        log.commit();
    }

    // ---- reading

    /**
     * Opens a share to be read; close it.
     *
     * @throws DiskFaultException {@link Fault#NO_SUCH_SHARE}, {@link Fault#CORRUPT} if its header or length is wrong, or
     *     {@link Fault#OUT_OF_SERVICE}: the medium is lost, which says nothing of the share
     */
    public ShareReader read(ShareKey key) throws DiskFaultException {
        demand(health::demandNotLost);
        try {
            return opening.open(key);
        } catch (DiskFaultException e) {
            demand(health::demand);
            throw e;
        }
    }

    /**
     * Reads a whole share and checks every block.
     *
     * @param pace is told of every piece before it is read
     * @return bytes that were read if it is whole; -1 if it is broken or gone
     * @throws DiskFaultException {@link Fault#IO}: nothing can be looked at now, or {@link Fault#OUT_OF_SERVICE}: the
     *     medium is lost; both say nothing of the share
     */
    public long check(ShareKey key, Pace pace) throws DiskFaultException {
        demand(health::demand);
        long bytes = checks.check(key, pace);
        if (bytes < 0) {
            // Is it the share, or everything?
            probe();
        }
        return bytes;
    }

    /**
     * What the disk holds behind a key, in order; broken shares as not sealed.
     *
     * @param limit 1 to {@link DiskMessage.ListShares#LIMIT_MAX}
     */
    public DiskMessage.Shares list(Optional<ShareKey> after, int limit) throws DiskFaultException {
        if (limit < 1 || limit > DiskMessage.ListShares.LIMIT_MAX) {
            throw ShareRequests.bad("the limit must be 1 to " + DiskMessage.ListShares.LIMIT_MAX);
        }
        // Who asks decides by it what to delete, and what to compute anew.
        demand(health::demand);
        long now = nowMs.getAsLong();
        List<DiskMessage.ShareLine> lines = new ArrayList<>();
        for (Held held : index.after(after.orElse(null), limit + 1, any -> true)) {
            boolean isSealed = held.kind() != Held.Kind.BROKEN;
            lines.add(new DiskMessage.ShareLine(
                    held.key(), isSealed, held.usedBytes(), Math.max(0, now - opening.sealedMs(held))));
        }
        unsealed.mergeInto(lines, after.orElse(null), now);
        boolean more = lines.size() > limit;
        return new DiskMessage.Shares(more ? lines.subList(0, limit) : lines, more);
    }

    // ---- deleting

    /** Forgets shares, for good when this returns; those that are not there count as forgotten. */
    public void delete(long epoch, List<ShareKey> keys) throws DiskFaultException {
        admit(epoch);
        keys.forEach(unsealed::revoke);
        // What was put by somebody who has gone since would count later.
        commit();
        List<Held> found = new ArrayList<>();
        for (ShareKey key : keys) {
            Held held = files.held(key);
            if (held != null) {
                found.add(held);
            }
        }
        replacement.delete(found);
        demand(health::demand);
    }

    /** Forgets all shares of a volume, for good when this returns; 0 for all volumes. */
    public void wipe(long epoch, int volumeId) throws DiskFaultException {
        admit(epoch);
        // Who is just being sealed is seen below.
        unsealed.revokeAll(volumeId).forEach(files::held);
        commit();
        ShareKey after = volumeId == 0 ? null : new ShareKey(volumeId - 1, Long.MAX_VALUE, ShareKey.POSITION_MAX);
        while (true) {
            // A new manager may have such shares built up again, behind the back of this one's order.
            admit(epoch);
            List<Held> some = index.after(after, 1000, any -> true);
            List<Held> ours = some.stream()
                    .filter(held -> volumeId == 0 || held.key().volumeId() == volumeId)
                    .toList();
            replacement.delete(ours);
            if (ours.isEmpty()) {
                demand(health::demand);
                return;
            }
            after = ours.get(ours.size() - 1).key();
        }
    }

    /** Asks the file system how much room there is: others write there too. */
    public void lookAtRoom() throws DiskFaultException {
        ledger.look();
    }

    /**
     * Gives back the space of deleted small shares, one pack at a time.
     *
     * @return whether there was something to do, and so perhaps is more
     */
    public boolean compact() throws DiskFaultException {
        synchronized (compactions) {
            return compaction.run();
        }
    }

    /** Drops what is not sealed and lets go of the folder. */
    @Override
    public void close() throws IOException {
        unsealed.all().forEach(ShareWriter::close);
        health.close();
        shelf.closeAll();
        epochs.close();
        lock.close();
    }

    // ---- for the writers

    SpaceLedger ledger() {
        return ledger;
    }

    long nowMs() {
        return nowMs.getAsLong();
    }

    boolean forget(ShareWriter writer) {
        return unsealed.remove(writer);
    }

    void deleteTemporary(String path) throws IOException {
        if (lost().isEmpty()) {
            // What has that name in a lost folder may be another's.
            medium.delete(path);
        }
    }

    void seal(ShareFiles.Unsealed file, ShareHeader header, ShareFiles.Sealing sealing)
            throws IOException, DiskFaultException {
        replacement.seal(file, header, sealing);
    }

    /** What to say of something that failed. */
    DiskFaultException fault(String doing, IOException e) {
        return health.fault(doing, e);
    }
}
