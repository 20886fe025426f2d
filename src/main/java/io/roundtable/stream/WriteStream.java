package io.roundtable.stream;

import io.roundtable.protocol.DiskId;
import io.roundtable.storage.ShareLayout;
import io.roundtable.storage.StripeLayout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One file's way to the disks, slab by slab: hands each slab to a sender for every disk and to the digest, and takes it
 * back when all are through. Gives up disks that fail or hold up the others, as long as enough are left.
 */
final class WriteStream implements AutoCloseable {
    private static final int LOOK_EVERY_MS = 50;

    private final Disks disks;
    private final ShareTarget target;
    private final StripeLayout layout;
    private final List<ShareSender> senders = new ArrayList<>();
    private final ContentDigest digest = new ContentDigest();
    private final BlockingQueue<Optional<Slab>> toDigest = new LinkedBlockingQueue<>();
    private final List<Slab> slabs = new ArrayList<>();
    private final Deque<Slab> free = new ArrayDeque<>();
    private final int slabsMax;
    private @Nullable String hex;
    private boolean isDigestOver;

    /** Begins a share on every disk that is there. */
    WriteStream(Disks disks, ShareTarget target) {
        this.disks = disks;
        this.target = target;
        this.layout = target.layout();
        this.slabsMax = disks.options().windowGroups(layout.disks());
        for (int position = 0; position < layout.disks(); position++) {
            if (target.seat(position).isThere()) {
                senders.add(new ShareSender(disks, target, position, this::release, this::wake));
            }
        }
        senders.forEach(disks.threads()::execute);
        disks.threads().execute(this::digest);
    }

    /** Sends a filled slab. */
    void send(Slab slab) throws IOException {
        checkEnough();
        slab.share(senders.size() + 1);
        toDigest.add(Optional.of(slab));
        senders.forEach(sender -> sender.send(slab));
    }

    private void release(Slab slab) {
        if (slab.release()) {
            giveBack(slab);
        }
    }

    synchronized void giveBack(Slab slab) {
        free.add(slab);
        notifyAll();
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Takes over a slab that was filled before the stream began. */
    synchronized void adopt(Slab slab) {
        slabs.add(slab);
    }

    /** A slab to fill; waits for the disks. */
    synchronized Slab take() throws IOException {
        if (free.isEmpty() && slabs.size() < slabsMax) {
            Slab slab = new Slab(layout, disks.buffers(), ShareLayout.GROUP_BYTES);
            slabs.add(slab);
            return slab;
        }
        long since = System.nanoTime();
        while (free.isEmpty()) {
            pause();
            checkEnough();
            if (isDigestOver) {
                // It ended before its time, and what it was to read is not given back.
                throw noDigest();
            }
            if (free.isEmpty()) {
                giveUpLaggards((System.nanoTime() - since) / 1_000_000);
            }
        }
        return free.remove();
    }

    private void giveUpLaggards(long waitedMs) throws StreamException {
        if (waitedMs < disks.options().stallMs()) {
            return;
        }
        List<ShareSender> laggards = senders.stream()
                .filter(sender -> sender.failure() == null && !sender.isIdle())
                .toList();
        if (missing() + laggards.size() <= layout.parity()) {
            laggards.forEach(this::giveUp);
        } else if (waitedMs >= disks.options().hardStallMs()) {
            throw new StreamException("the write makes no progress: " + names(laggards) + " took nothing for "
                    + waitedMs / 1000 + " s; try again");
        }
    }

    private void giveUp(ShareSender sender) {
        disks.suspect(target.seat(sender.position()));
        sender.giveUp();
    }

    /** Seals every share and waits until it is known which disks hold theirs. */
    synchronized Written seal(long sizeBytes) throws IOException {
        toDigest.add(Optional.empty());
        senders.forEach(sender -> sender.seal(layout.usedShareBytes(sizeBytes, sender.position())));
        long since = System.nanoTime();
        long enoughMs = -1;
        while (senders.stream().anyMatch(sender -> !sender.isOver()) || !isDigestOver) {
            pause();
            checkEnough();
            long waitedMs = (System.nanoTime() - since) / 1_000_000;
            List<ShareSender> left =
                    senders.stream().filter(sender -> !sender.isOver()).toList();
            if (enoughMs < 0 && missing() + left.size() <= layout.parity()) {
                enoughMs = waitedMs;
            }
            // Slow is not dead: who has to write as much as the others gets three times as long.
            if (enoughMs >= 0 && waitedMs > 3 * enoughMs + disks.options().stallMs()) {
                left.forEach(this::giveUp);
            } else if (enoughMs < 0 && waitedMs > 2L * disks.options().hardStallMs()) {
                throw new StreamException("the file could not be sealed: " + names(left) + " did not answer for "
                        + waitedMs / 1000 + " s; try again");
            }
        }
        checkEnough();
        List<Optional<DiskId>> sealed = new ArrayList<>();
        for (int position = 0; position < layout.disks(); position++) {
            sealed.add(Optional.empty());
        }
        for (ShareSender sender : senders) {
            if (sender.isSealed()) {
                sealed.set(
                        sender.position(),
                        Optional.of(target.seat(sender.position()).disk()));
            }
        }
        String sha256 = hex;
        if (sha256 == null) {
            throw noDigest();
        }
        return new Written(sizeBytes, sha256, sealed);
    }

    private static StreamException noDigest() {
        return new StreamException("the checksum of the file could not be computed; try again");
    }

    // Whoever pauses looks again: spurious wake-ups do no harm.
    @SuppressWarnings("WaitNotInLoop")
    private void pause() throws InterruptedIOException {
        try {
            wait(LOOK_EVERY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the write was interrupted");
        }
    }

    private long missing() {
        return layout.disks()
                - senders.size()
                + senders.stream().filter(sender -> sender.failure() != null).count();
    }

    private void checkEnough() throws StreamException {
        if (missing() > layout.parity()) {
            List<WriteFailure> failures = new ArrayList<>();
            for (ShareSender each : senders) {
                IOException failure = each.failure();
                if (failure != null) {
                    failures.add(new WriteFailure(target.seat(each.position()), failure));
                }
            }
            throw WriteFailure.tooFew(target, failures);
        }
    }

    private String names(List<ShareSender> some) {
        StringJoiner names = new StringJoiner(", ");
        some.forEach(each -> names.add(target.seat(each.position()).name()));
        return names.toString();
    }

    private void digest() {
        try {
            for (Optional<Slab> next = toDigest.take(); next.isPresent(); next = toDigest.take()) {
                digest.update(next.get());
                release(next.get());
            }
            digested(digest.hex());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            digested(null);
        }
    }

    /** Whatever happens, nobody waits for the digest for ever; a file without one is not sealed. */
    private synchronized void digested(@Nullable String found) {
        if (!isDigestOver) {
            hex = found;
            isDigestOver = true;
            notifyAll();
        }
    }

    /** Ends everything; shares that were not sealed go with their connections. */
    @Override
    public void close() {
        toDigest.add(Optional.empty());
        senders.forEach(ShareSender::stop);
        senders.stream().filter(sender -> !sender.isSealed()).forEach(ShareSender::giveUp);
        synchronized (this) {
            boolean isInterrupted = false;
            while (!isDigestOver || senders.stream().anyMatch(sender -> !sender.isOver())) {
                try {
                    wait(LOOK_EVERY_MS);
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
            slabs.forEach(slab -> slab.giveBack(disks.buffers()));
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
