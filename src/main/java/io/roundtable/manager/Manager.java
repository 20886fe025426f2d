package io.roundtable.manager;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The manager of one epoch: made when the lease was granted, thrown away when it ends.
 *
 * <p>Sans I/O. It is the catalog's only writer, so it answers from a copy of its own, and changes that copy only after
 * the log has the change. What is not in the catalog (who writes, who reads, where disks are) it learns anew. Every method
 * returns what is to be done; call {@link #onTick} at least every 100 ms.
 */
public final class Manager {
    private final Context context;
    private final Proposals proposals;
    private final Orders orders;
    private final DiskTable disks;
    private final Holdings holdings;
    private final Grants grants;
    private final Garbage garbage;
    private final FileIndex index;
    private final Degraded degraded;
    private final Repairs repairs;
    private final Commits commits;
    private final Replacements replacements;
    private final Inventory inventory;
    private final Scrubbing scrubbing;
    private final Presenters presenters;
    private final Jobs jobs;
    private final Users users;
    private final Volumes volumes;
    private final Transfers transfers;
    private final Operations operations;
    private final Explanations explanations;
    private final List<Parked> parked = new ArrayList<>();

    /** After a takeover, for so long all disks of a volume are waited for. */
    private static final int ALL_DISKS_MS = 300;

    private record Parked(long request, VolumeMessage message) {}

    /**
     * Takes over.
     *
     * @param epoch of the lease
     * @param catalog as the log had it when the lease was granted; this manager's own from now on
     * @param nowMs milliseconds since any moment, of a clock that never goes back
     */
    public Manager(long epoch, Catalog catalog, ManagerOptions options, RandomGenerator random, long nowMs) {
        this.context = new Context(catalog, epoch, options, random, nowMs);
        this.orders = new Orders(context);
        this.proposals = new Proposals(context, this::onApplying, this::onApplied);
        this.index = new FileIndex(catalog);
        this.degraded = new Degraded(catalog);
        this.grants = new Grants(context, index);
        this.disks = new DiskTable(context, proposals, this::onDiskArrived);
        Views views = new Views(context, disks);
        this.holdings = new Holdings(disks);
        this.garbage = new Garbage(context, disks, holdings, index, grants, orders);
        this.repairs =
                new Repairs(context, proposals, disks, holdings, index, degraded, orders, views, this::onSuspicion);
        this.commits = new Commits(context, proposals, disks, grants, garbage, orders);
        this.inventory = new Inventory(context, disks, holdings, index, degraded, grants, garbage, repairs, orders);
        this.replacements = new Replacements(context, proposals, disks, holdings, commits, degraded, garbage);
        this.scrubbing = new Scrubbing(context, disks, index, degraded, repairs, orders);
        Relocations relocations = new Relocations(context, disks, grants, degraded, replacements);
        this.presenters = new Presenters(context, proposals, disks, orders, relocations);
        this.jobs = new Jobs(context);
        this.users = new Users(context, proposals);
        this.volumes = new Volumes(context, proposals, disks, holdings, replacements, views, users);
        this.transfers = new Transfers(context, proposals, disks, grants, garbage, commits, views, users);
        this.operations = new Operations(
                context,
                proposals,
                disks,
                grants,
                repairs,
                replacements,
                scrubbing,
                orders,
                jobs,
                commits,
                inventory::lookAgain);
        this.explanations =
                new Explanations(context, disks, index, degraded, repairs, commits, replacements, holdings, scrubbing);
    }

    public long epoch() {
        return context.epoch;
    }

    private void onApplying(Change change) {
        degraded.onApplying(change);
    }

    private void onApplied(Change change, long proposedMs) {
        index.onApplied(change);
        degraded.onApplied(change);
        repairs.onApplied(change);
        inventory.onApplied(change, proposedMs);
    }

    private void onSuspicion(ShareKey share, DiskId disk) {
        scrubbing.onReport(share, disk);
    }

    private void onDiskArrived(DiskId disk) {
        inventory.onDiskArrived(disk);
        inventory.run();
        repairs.onDiskArrived();
        List<Parked> again = List.copyOf(parked);
        parked.clear();
        again.forEach(each -> serve(each.request, each.message));
    }

    // ---- input

    /** @param request a number that the answer comes back with */
    public List<ManagerEffect> onRequest(long request, VolumeMessage message, long nowMs) {
        context.tick(nowMs);
        String reason = Bounds.refusal(message);
        if (reason == null) {
            serve(request, message);
        } else {
            context.refuse(request, reason);
        }
        return done();
    }

    public List<ManagerEffect> onDiskHello(long request, DiskMessage.DiskHello hello, long nowMs) {
        context.tick(nowMs);
        if (disks.isAnotherStart(hello)) {
            // What the process before it was ordered is not answered any more.
            disks.onAnotherStart(hello.disk());
            orders.onDiskGone(hello.disk());
        }
        disks.onHello(request, hello);
        return done();
    }

    /** A disk has lost its medium; its peer is there. */
    public List<ManagerEffect> onDiskAway(long request, DiskMessage.DiskAway away, long nowMs) {
        context.tick(nowMs);
        if (away.term() > 0) {
            presenters.onReading(request, away);
        } else {
            disks.onAway(request, away);
            // What it was ordered it may never answer.
            orders.onDiskGone(away.disk());
        }
        return done();
    }

    /** The connection to a peer broke. */
    public List<ManagerEffect> onPeerGone(Identity peer, long nowMs) {
        context.tick(nowMs);
        disks.onPeerGone(peer);
        orders.onPeerGone(peer);
        return done();
    }

    /** The log has the changes of a proposal. */
    public List<ManagerEffect> onApplied(long token, List<Outcome.Result> results, long nowMs) {
        context.tick(nowMs);
        proposals.onApplied(token, results);
        return done();
    }

    /** Whether the answer to an order counts: it does no more once its peer was gone or silent for too long. */
    public boolean awaits(long token) {
        return orders.isOpen(token);
    }

    /** @param answer null if none came in time */
    public List<ManagerEffect> onDiskAnswer(long token, @Nullable Message answer, long nowMs) {
        context.tick(nowMs);
        orders.onAnswer(token, answer);
        return done();
    }

    public List<ManagerEffect> onTick(long nowMs) {
        context.tick(nowMs);
        disks.onTick();
        grants.expire(commits::isUnderWay, garbage::add);
        repairs.onTick();
        operations.onTick();
        presenters.run();
        replacements.run();
        inventory.run();
        scrubbing.run();
        if (!parked.isEmpty()) {
            List<Parked> again = List.copyOf(parked);
            parked.clear();
            again.forEach(each -> serve(each.request, each.message));
        }
        return done();
    }

    private List<ManagerEffect> done() {
        repairs.run();
        garbage.sweep(commits::isUnderWay);
        proposals.flush();
        return context.drain();
    }

    /** What a volume survives as far as is known now, without doing anything; null if there is none of that name. */
    public VolumeMessage.@Nullable Explanation explain(String volume, long nowMs) {
        context.tick(nowMs);
        return explanations.explain(volume);
    }

    // ---- requests

    /** A disk that has just come is about to show what it holds. */
    private boolean isComing(DiskId disk) {
        return disks.isThere(disk)
                && !holdings.hasShown(disk)
                && context.nowMs() - disks.cameAtMs(disk) < context.options.settleMs();
    }

    private boolean isAnyComing(@Nullable VolumeEntry volume) {
        return volume != null && volume.disks().stream().anyMatch(this::isComing);
    }

    private boolean isSettling() {
        return context.nowMs() - context.leasedAtMs < context.options.settleMs();
    }

    /** Right after a takeover the disks have not come yet: who needs them waits a moment, or would find them away. */
    private boolean mustWait(VolumeMessage message) {
        if (message instanceof VolumeMessage.Configure configure
                && volumes.free(configure.isForeign()).size() < configure.n()) {
            return isSettling()
                    || presenters.isAnyComing()
                    || disks.free().stream().anyMatch(this::isComing);
        }
        if (message instanceof VolumeMessage.FailDisk fail && isAnyComing(context.catalog.volume(fail.volume()))) {
            return true;
        }
        if (!isSettling() || message instanceof VolumeMessage.Configure) {
            return false;
        }
        VolumeEntry volume = null;
        if (message instanceof VolumeMessage.PrepareWrite prepare) {
            volume = context.catalog.volume(prepare.volume());
        } else if (message instanceof VolumeMessage.KeepWrite keep) {
            volume = context.catalog.volume(keep.volumeId());
        } else if (message instanceof VolumeMessage.Commit commit) {
            volume = context.catalog.volume(commit.volumeId());
        } else if (message instanceof VolumeMessage.OpenRead open) {
            volume = context.catalog.volume(open.volume());
        } else if (message instanceof VolumeMessage.KeepRead keep) {
            volume = context.catalog.volume(keep.volumeId());
        } else if (message instanceof VolumeMessage.FailDisk fail) {
            volume = context.catalog.volume(fail.volume());
        } else if (message instanceof VolumeMessage.Decommission decommission) {
            volume = context.catalog.volume(decommission.volume());
        }
        if (volume == null) {
            return false;
        }
        long away = volume.disks().stream().filter(disk -> !disks.isThere(disk)).count();
        // All that live come at once; for those that do not, only as many are waited for as are needed.
        return context.nowMs() - context.leasedAtMs < ALL_DISKS_MS ? away > 0 : away > volume.parity();
    }

    private void serve(long request, VolumeMessage message) {
        if (mustWait(message)) {
            parked.add(new Parked(request, message));
        } else if (message instanceof VolumeMessage.PrepareWrite prepare) {
            transfers.onPrepare(request, prepare);
        } else if (message instanceof VolumeMessage.KeepWrite keep) {
            transfers.onKeep(request, keep);
        } else if (message instanceof VolumeMessage.Commit commit) {
            commits.onCommit(request, commit);
        } else if (message instanceof VolumeMessage.Abort abort) {
            transfers.onAbort(request, abort);
        } else if (message instanceof VolumeMessage.OpenRead open) {
            transfers.onOpen(request, open);
        } else if (message instanceof VolumeMessage.KeepRead keep) {
            transfers.onKeepRead(request, keep);
        } else if (message instanceof VolumeMessage.CloseRead close) {
            transfers.onClose(request, close);
        } else if (message instanceof VolumeMessage.Remove remove) {
            transfers.onRemove(request, remove);
        } else if (message instanceof VolumeMessage.ReportDamage report) {
            scrubbing.onReport(report.share(), report.disk());
            // Nobody should wait for it; whoever does must not be kept in mind for ever.
            context.answer(request, new Control.Done());
        } else {
            serveOther(request, message);
        }
    }

    private void serveOther(long request, VolumeMessage message) {
        if (message instanceof VolumeMessage.Configure configure) {
            volumes.onConfigure(request, configure);
        } else if (message instanceof VolumeMessage.ListVolumes) {
            volumes.onList(request);
        } else if (message instanceof VolumeMessage.ListFiles list) {
            volumes.onListFiles(request, list);
        } else if (message instanceof VolumeMessage.FailDisk fail) {
            operations.onFailDisk(request, fail);
        } else if (message instanceof VolumeMessage.Decommission decommission) {
            operations.onDecommission(request, decommission);
        } else if (message instanceof VolumeMessage.Scrub scrub) {
            operations.onScrub(request, scrub);
        } else if (message instanceof VolumeMessage.JobQuery query) {
            jobs.onQuery(request, query.jobId());
        } else if (message instanceof VolumeMessage.Explain explain) {
            explanations.onExplain(request, explain);
        } else if (message instanceof VolumeMessage.RegisterUser register) {
            users.onRegister(request, register);
        } else if (message instanceof VolumeMessage.RegisterDisk register) {
            presenters.onRegister(request, register);
        } else if (message instanceof VolumeMessage.WasDone query) {
            if (context.catalog.outcome(query.requestId()) instanceof Outcome.Done) {
                context.answer(request, new Control.Done());
            } else {
                context.refuse(request, "it is not known that it was");
            }
        } else if (message instanceof VolumeMessage.DeregisterUser deregister) {
            users.onDeregister(request, deregister);
        } else if (message instanceof VolumeMessage.DeregisterDisk deregister) {
            volumes.onDeregisterDisk(request, deregister);
        } else {
            context.refuse(request, "the manager takes no " + message.word());
        }
    }
}
