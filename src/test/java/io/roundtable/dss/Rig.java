package io.roundtable.dss;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Outcome;
import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.Durability;
import io.roundtable.disk.FileMedium;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * One peer that manages, with a few disks of its own: the real manager on a log in memory, real disks, real sockets. Only
 * what the peers' native connections carry is handed over by hand.
 */
final class Rig implements AutoCloseable {
    static final DssMessage.HoldUser USER = new DssMessage.HoldUser("U1", new Address("127.0.0.1", 9));

    private static final int TICK_MS = 20;
    private static final long[] RELEASE_MS = {50, 100, 60_000};
    private static final ManagerOptions MANAGER = new ManagerOptions(60_000, 1_000, 0, 3_500, 600_000, 0);

    /** One disk, of a peer of its own as far as the manager knows. */
    static final class Disk {
        final Member host;
        final DiskStore store;
        final BlockDesk desk;
        final BlockDesk standIn;
        volatile boolean isThere = true;
        /** Orders are not answered, though the manager believes that it is there. */
        volatile boolean hangs;

        Disk(Member host, DiskStore store, BlockDesk desk, BlockDesk standIn) {
            this.host = host;
            this.store = store;
            this.desk = desk;
            this.standIn = standIn;
        }
    }

    final EventLoop loop;
    final DssPort port;
    final ManagerDesk desk;
    final List<Disk> disks = new CopyOnWriteArrayList<>();
    final List<String> damage = new CopyOnWriteArrayList<>();
    final List<String> complaints = new CopyOnWriteArrayList<>();
    /** The one disk hears in a moment that something is over, the next a little later, the third not before the manager has stopped. */
    volatile boolean isReleasingSlow;

    /** Rebuilding waits while this is set, as it would with much to rebuild. */
    volatile boolean isRebuildHeldUp;

    private final Path folder;
    private final DssOptions options;
    private final ExecutorService slow = Executors.newSingleThreadExecutor();
    private final Catalog log = new Catalog(10_000);
    private final Map<Long, Consumer<Message>> replies = new HashMap<>();
    private Manager manager;
    private boolean isManaging = true;
    private long lastRequest;
    private int releases;
    private boolean isClosed;

    Rig(Path folder, int disks) throws Exception {
        this(folder, disks, DssOptions.DEFAULT);
    }

    Rig(Path folder, int count, DssOptions options) throws Exception {
        this.folder = folder;
        this.options = options;
        loop = NioTransport.loop("dss-test", complaints::add);
        loop.start();
        manager = new Manager(1, new Catalog(10_000), MANAGER, new Random(1), nowMs());
        desk = new ManagerDesk(loop, group, options, new Random(2));
        port = onLoop(() -> {
            desk.start();
            return DssPort.open(loop, at(0), group, desk, options, new Random(4));
        });
        for (int i = 1; i <= count; i++) {
            addDisk(i);
        }
        onLoop(() -> {
            tick();
            return null;
        });
        await(() -> volumes().disks().size() == count);
    }

    private void addDisk(int number) throws Exception {
        Path data = folder.resolve("D" + number);
        DiskStore store = DiskStore.open(
                new FileMedium(data),
                DiskOptions.defaults().withDurability(Durability.FLUSH),
                System::currentTimeMillis,
                new Random(number)::nextLong);
        Member host =
                new Member(new Identity(number, 1_000_000), new Address("127.0.0.1", 40_000 + number), Dialect.NATIVE);
        BlockHost blockHost = new BlockHost() {
            @Override
            public void askManager(DssMessage.Failed failed, long timeoutMs, Consumer<Message> then) {
                desk.onFailed(failed, then);
            }

            @Override
            public void onDamage(ShareKey share, String what) {
                damage.add(share + " " + what);
            }
        };
        BlockDesk.prepare(data);
        BlockDesk blocks = onLoop(() -> BlockDesk.open(loop, at(0), store, data, blockHost, options));
        BlockDesk standIn = onLoop(() ->
                BlockDesk.openStandIn(loop, at(0), store, data, blockHost, options, new NativeFiles(this)::block));
        disks.add(new Disk(host, store, blocks, standIn));
    }

    static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    <T> T onLoop(Callable<T> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.post(() -> {
            try {
                result.complete(action.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(condition);
    }

    // ---- the peer's part

    final DssGroup group = new DssGroup() {
        @Override
        public OptionalLong epoch() {
            return isManaging ? OptionalLong.of(manager.epoch()) : OptionalLong.empty();
        }

        @Override
        public Optional<Address> self() {
            return Optional.empty();
        }

        @Override
        public Optional<Member> manager() {
            return Optional.empty();
        }

        @Override
        public void ask(VolumeMessage request, Consumer<Message> then) {
            if (!isManaging) {
                then.accept(new VolumeMessage.Elsewhere(Optional.empty()));
                return;
            }
            replies.put(++lastRequest, then);
            carryOut(manager.onRequest(lastRequest, request, nowMs()));
        }

        @Override
        public void order(VolumeInfo.Seat seat, DssMessage order, long timeoutMs, Consumer<Message> then) {
            Disk disk = disk(seat.disk());
            if (order instanceof DssMessage.Release && isReleasingSlow) {
                long delayMs = RELEASE_MS[releases++ % RELEASE_MS.length];
                Manager of = manager;
                loop.schedule(delayMs, () -> {
                    if (manager == of) {
                        disk.desk.onOrder(order, then);
                    }
                });
            } else if (disk.hangs) {
                loop.schedule(timeoutMs, () -> then.accept(null));
            } else if (!disk.isThere) {
                then.accept(null);
            } else if (order.isStandIn()) {
                disk.standIn.onOrder(order, then);
            } else if (order instanceof DssMessage.Recall) {
                disk.desk.onOrder(order, own -> disk.standIn.onOrder(order, other -> then.accept(both(own, other))));
            } else {
                disk.desk.onOrder(order, then);
            }
        }

        @Override
        public void pass(Member to, DssMessage request, long timeoutMs, Consumer<Message> then) {
            throw new AssertionError("this peer knows no other manager");
        }
    };

    private static Message both(Message own, Message other) {
        List<DssMessage.Kept> all = new ArrayList<>(((DssMessage.Recalled) own).holds());
        all.addAll(((DssMessage.Recalled) other).holds());
        return new DssMessage.Recalled(all);
    }

    private void tick() {
        if (isClosed) {
            return;
        }
        loop.schedule(TICK_MS, this::tick);
        if (isManaging) {
            for (Disk disk : disks) {
                if (disk.isThere) {
                    hello(disk);
                }
            }
            carryOut(manager.onTick(nowMs()));
        }
    }

    private void hello(Disk disk) {
        replies.put(++lastRequest, welcome -> {});
        DiskMessage.DiskHello hello = new DiskMessage.DiskHello(
                disk.store.id(),
                disk.host,
                Optional.of("D" + disk.host.identity().days()),
                1,
                1L << 40,
                0,
                0,
                disk.store.highestEpoch());
        carryOut(manager.onDiskHello(lastRequest, hello, nowMs()));
    }

    private void carryOut(List<ManagerEffect> effects) {
        for (ManagerEffect effect : effects) {
            if (effect instanceof ManagerEffect.Answer answer) {
                Optional.ofNullable(replies.remove(answer.request())).ifPresent(then -> then.accept(answer.message()));
            } else if (effect instanceof ManagerEffect.Propose propose) {
                List<Outcome.Result> results = new ArrayList<>();
                propose.requests().forEach(request -> results.add(log.applyOnce(request)));
                Manager of = manager;
                loop.post(() -> carryOut(of.onApplied(propose.token(), results, nowMs())));
            } else if (effect instanceof ManagerEffect.Order order && !isClosed) {
                Manager of = manager;
                slow.execute(() -> {
                    Message answer = obey(order);
                    loop.post(() -> carryOut(of.onDiskAnswer(order.token(), answer, nowMs())));
                });
            }
        }
    }

    private Message obey(ManagerEffect.Order order) {
        DiskStore store = disks.stream()
                .filter(disk -> disk.host.equals(order.host()))
                .findFirst()
                .orElseThrow()
                .store;
        try {
            if (order.order() instanceof DiskMessage.Wipe wipe) {
                store.wipe(wipe.epoch(), wipe.volumeId());
            } else if (order.order() instanceof DiskMessage.DeleteShares delete) {
                store.delete(delete.epoch(), delete.keys());
            } else if (order.order() instanceof DiskMessage.ListShares list) {
                return store.list(list.after(), list.limit());
            } else if (order.order() instanceof DiskMessage.CheckShares check) {
                List<ShareKey> bad = new ArrayList<>();
                for (ShareKey key : check.keys()) {
                    if (store.check(key, bytes -> {}) < 0) {
                        bad.add(key);
                    }
                }
                return new DiskMessage.Checked(bad, 0);
            } else if (order.order() instanceof DiskMessage.RebuildShare rebuild) {
                return rebuild(rebuild);
            }
            return new Control.Done();
        } catch (DiskFaultException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private Message rebuild(DiskMessage.RebuildShare rebuild) throws DiskFaultException, IOException {
        Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> !isRebuildHeldUp);
        return new NativeFiles(this).rebuild(rebuild.volume(), rebuild.file(), rebuild.position());
    }

    /** A new manager, as after a change of leader: nothing of the old one's soft state is left. */
    void changeManager() throws Exception {
        onLoop(() -> {
            Catalog copy = CatalogCodec.readSnapshot(new ByteArrayInputStream(snapshot()));
            manager = new Manager(manager.epoch() + 1, copy, MANAGER, new Random(3), nowMs());
            return null;
        });
    }

    private byte[] snapshot() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CatalogCodec.writeSnapshot(log, out);
        return out.toByteArray();
    }

    void manages(boolean manages) throws Exception {
        onLoop(() -> {
            isManaging = manages;
            return null;
        });
    }

    Disk disk(DiskId id) {
        return disks.stream()
                .filter(disk -> disk.store.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    // ---- native users

    Message request(VolumeMessage request) {
        try {
            CompletableFuture<Message> answer = new CompletableFuture<>();
            onLoop(() -> {
                group.ask(request, answer::complete);
                return null;
            });
            return answer.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    VolumeMessage.Listing volumes() {
        return (VolumeMessage.Listing) request(new VolumeMessage.ListVolumes());
    }

    VolumeInfo volume(String name) {
        return volumes().volumes().stream()
                .filter(volume -> volume.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    List<FileInfo> files(String volume) {
        return ((VolumeMessage.Files) request(new VolumeMessage.ListFiles(volume, "", 100))).files();
    }

    VolumeInfo configure(String name, int n, int parity, int unitBytes) {
        Message answer = request(new VolumeMessage.Configure(System.nanoTime(), name, n, parity, unitBytes, ""));
        return ((VolumeMessage.Volume) answer).volume();
    }

    /** The file's bytes by our own layout, from the disks' own shares; every checksum is looked at. */
    byte[] readNatively(String volume, String name) throws DiskFaultException, IOException {
        return new NativeFiles(this).read(volume, name);
    }

    /** Writes a file as our own client does: by the layout, each disk its share. */
    void writeNatively(String volume, String name, String owner, byte[] content) throws Exception {
        new NativeFiles(this).write(volume, name, owner, content);
    }

    long epoch() {
        return manager.epoch();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws Exception {
        isRebuildHeldUp = false;
        onLoop(() -> {
            isClosed = true;
            port.close();
            desk.stop();
            disks.forEach(disk -> disk.desk.close());
            disks.forEach(disk -> disk.standIn.close());
            return null;
        });
        slow.shutdown();
        slow.awaitTermination(20, TimeUnit.SECONDS);
        loop.close();
        Throwable bug = loop.failure();
        for (Disk disk : disks) {
            disk.desk.awaitEnd();
            disk.standIn.awaitEnd();
            disk.store.close();
        }
        if (bug != null) {
            throw new AssertionError("the loop stopped", bug);
        }
    }
}
