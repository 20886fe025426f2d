package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.FileEntry;
import io.roundtable.catalog.Outcome;
import io.roundtable.catalog.VolumeEntry;
import io.roundtable.event.EventKind;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A manager between a log that is a {@link Catalog} and disks that are lists; time goes when a test says so. */
final class ManagerBench {
    static final ManagerOptions OPTIONS = new ManagerOptions(60_000, 5_000, 1_500, 3_500, 600_000, 0);
    static final String USER = "ann";
    private static final String SHA = "0".repeat(64);

    final List<FakeDisk> disks = new ArrayList<>();
    final List<EventKind> reports = new ArrayList<>();
    final List<String> stepDowns = new ArrayList<>();
    final Deque<ManagerEffect.Order> held = new ArrayDeque<>();
    final Deque<ManagerEffect.Propose> heldProposals = new ArrayDeque<>();
    final Map<Long, Message> answers = new HashMap<>();
    private final ManagerOptions options;
    final Catalog log = new Catalog(5_000);
    Manager manager;
    long nowMs = 1_000_000;
    boolean holdsLog;
    private long lastRequest;
    private int claims;

    ManagerBench(int diskCount) {
        this(diskCount, OPTIONS);
    }

    ManagerBench(int diskCount, ManagerOptions options) {
        this.options = options;
        for (int i = 1; i <= diskCount; i++) {
            FakeDisk disk = new FakeDisk(i);
            disk.group = disks;
            disks.add(disk);
        }
        manager = seat();
        helloAll();
        pass(options.settleMs());
    }

    /** With a volume {@code dss1} over three of the disks. */
    static ManagerBench withVolume(int diskCount) {
        ManagerBench bench = new ManagerBench(diskCount);
        bench.configure("dss1", 3, 1);
        return bench;
    }

    private Manager seat() {
        Member claimant =
                new Member(new Identity(300, 3_000_000 + ++claims), new Address("10.0.1." + claims, 1), Dialect.NATIVE);
        log.apply(new Entry.EndLease(log.epoch()));
        log.apply(new Entry.ClaimLease(claimant, nowMs));
        return new Manager(log.epoch(), copyOfLog(), options, new SplittableRandom(7), nowMs);
    }

    Catalog copyOfLog() {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CatalogCodec.writeSnapshot(log, out);
            return CatalogCodec.readSnapshot(new ByteArrayInputStream(out.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next manager, with the log's catalog and no memory; disks have yet to come. */
    void takeOver() {
        held.clear();
        heldProposals.clear();
        manager = seat();
    }

    // ---- input

    long send(VolumeMessage message) {
        long request = ++lastRequest;
        carryOut(manager.onRequest(request, message, nowMs));
        return request;
    }

    /** The answer, or null if there is none yet. */
    @Nullable
    Message ask(VolumeMessage message) {
        return answers.get(send(message));
    }

    <T> T ask(VolumeMessage message, Class<T> expected) {
        return assertInstanceOf(expected, ask(message));
    }

    String refusal(VolumeMessage message) {
        return ask(message, Message.Refusal.class).reason();
    }

    void hello(FakeDisk disk) {
        if (!disk.isAway) {
            carryOut(manager.onDiskHello(++lastRequest, disk.hello(), nowMs));
        }
    }

    /** Of a disk that is none of {@link #disks}; the answer. */
    Message answerTo(DiskMessage.DiskHello hello) {
        carryOut(manager.onDiskHello(++lastRequest, hello, nowMs));
        return answers.get(lastRequest);
    }

    Message answerTo(DiskMessage.DiskAway away) {
        carryOut(manager.onDiskAway(++lastRequest, away, nowMs));
        return answers.get(lastRequest);
    }

    void helloAll() {
        disks.forEach(this::hello);
    }

    void leave(FakeDisk disk) {
        disk.isAway = true;
        carryOut(manager.onPeerGone(disk.host.identity(), nowMs));
    }

    void comeBack(FakeDisk disk) {
        disk.isAway = false;
        hello(disk);
    }

    /** Lets time pass, with hellos every second. */
    void pass(long ms) {
        pass(ms, () -> {});
    }

    /** @param also done with the hellos */
    void pass(long ms, Runnable also) {
        long untilMs = nowMs + ms;
        while (nowMs < untilMs) {
            nowMs = Math.min(untilMs, nowMs + 500);
            helloAll();
            also.run();
            carryOut(manager.onTick(nowMs));
        }
    }

    // ---- effects

    void carryOut(List<ManagerEffect> effects) {
        for (ManagerEffect each : effects) {
            if (each instanceof ManagerEffect.Answer answer) {
                assertEquals(null, answers.put(answer.request(), answer.message()), "answered twice");
            } else if (each instanceof ManagerEffect.Propose propose) {
                heldProposals.add(propose);
                if (!holdsLog) {
                    releaseLog();
                }
            } else if (each instanceof ManagerEffect.Order order) {
                FakeDisk disk = on(order.host());
                if (disk.holdsOrders) {
                    held.add(order);
                } else {
                    deliver(order);
                }
            } else if (each instanceof ManagerEffect.Report report) {
                reports.add(report.kind());
            } else if (each instanceof ManagerEffect.StepDown down) {
                stepDowns.add(down.reason());
            }
        }
    }

    void releaseLog() {
        ManagerEffect.Propose next;
        while ((next = heldProposals.poll()) != null) {
            Outcome outcome = log.apply(new Entry.Changes(manager.epoch(), next.requests(), nowMs));
            Outcome.Changed changed = assertInstanceOf(Outcome.Changed.class, outcome);
            carryOut(manager.onApplied(next.token(), changed.outcomes(), nowMs));
        }
    }

    void deliver(ManagerEffect.Order order) {
        FakeDisk disk = on(order.host());
        carryOut(manager.onDiskAnswer(order.token(), disk.isAway ? null : disk.carryOut(order.order()), nowMs));
    }

    void releaseOrders() {
        ManagerEffect.Order next;
        while ((next = held.poll()) != null) {
            deliver(next);
        }
    }

    /** Lets a moment pass; the first held order of this kind, which is held no more. */
    ManagerEffect.Order nextOrder(Class<? extends DiskMessage> kind) {
        carryOut(manager.onTick(++nowMs));
        ManagerEffect.Order found = held.stream()
                .filter(each -> kind.isInstance(each.order()))
                .findFirst()
                .orElseThrow();
        held.remove(found);
        return found;
    }

    private FakeDisk on(Member host) {
        return disks.stream().filter(disk -> disk.host.equals(host)).findFirst().orElseThrow();
    }

    // ---- users

    VolumeMessage.Configure configuration(long requestId, String volume, int n, int parity) {
        return new VolumeMessage.Configure(requestId, volume, n, parity, 128, USER);
    }

    VolumeEntry configure(String volume, int n, int parity) {
        ask(configuration(0, volume, n, parity), VolumeMessage.Volume.class);
        return volume(volume);
    }

    VolumeEntry volume(String name) {
        VolumeEntry volume = log.volume(name);
        assertNotNull(volume, name);
        return volume;
    }

    FileEntry file(String name) {
        FileEntry file = volume("dss1").file(name);
        assertNotNull(file, name);
        return file;
    }

    FakeDisk at(String volume, int position) {
        DiskId id = volume(volume).disks().get(position);
        return disks.stream().filter(disk -> disk.id.equals(id)).findFirst().orElseThrow();
    }

    WriteGrant prepare() {
        return ask(new VolumeMessage.PrepareWrite("dss1", USER, 1), WriteGrant.class);
    }

    /** Puts sealed shares of a content on all of the volume's disks but these. */
    void seal(WriteGrant grant, Integer... but) {
        for (int position = 0; position < grant.volume().disks().size(); position++) {
            if (!List.of(but).contains(position)) {
                at(grant.volume().name(), position)
                        .shares
                        .put(new ShareKey(grant.volume().id(), grant.firstFileId(), position), true);
            }
        }
    }

    VolumeMessage.Commit commit(long requestId, String name, WriteGrant grant, Integer... but) {
        List<Optional<DiskId>> sealed = new ArrayList<>();
        for (int position = 0; position < grant.volume().disks().size(); position++) {
            boolean isSealed = !List.of(but).contains(position);
            sealed.add(
                    isSealed ? Optional.of(grant.volume().disks().get(position).disk()) : Optional.empty());
        }
        return new VolumeMessage.Commit(
                requestId, grant.volume().id(), name, USER, grant.firstFileId(), 200, SHA, sealed);
    }

    /** Writes a file whole; its content's number. */
    long write(String name) {
        WriteGrant grant = prepare();
        seal(grant);
        ask(commit(0, name, grant), Control.Done.class);
        return grant.firstFileId();
    }

    VolumeMessage.KeepWrite keep(WriteGrant grant) {
        return new VolumeMessage.KeepWrite(grant.volume().id(), grant.firstFileId(), grant.count());
    }

    /** On how many disks a content lies. */
    long sharesOf(long fileId) {
        return disks.stream()
                .flatMap(disk -> disk.shares.keySet().stream())
                .filter(key -> key.fileId() == fileId)
                .count();
    }
}
