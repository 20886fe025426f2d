import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Outcome;
import io.roundtable.manager.Manager;
import io.roundtable.manager.ManagerEffect;
import io.roundtable.manager.ManagerOptions;
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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * How long each call of a manager takes that has very many files, and what it and the catalog weigh: see bench/manager/run.
 *
 * <p>The log is a catalog in the same process and the disks hold exactly what they should: what is measured is the
 * manager's own time, call by call.
 */
public final class ManagerScale {
    private static final int DISKS = 5;
    private static final int VOLUME_DISKS = 4;
    private static final int BATCH = 1_000;
    private static final int SHARE_BYTES = 512;
    private static final int STEPS = 200;

    private final int files;
    private final Catalog log = new Catalog(2_000);
    private final List<Member> hosts = new ArrayList<>();
    private final boolean[] away = new boolean[DISKS];
    private final boolean[] empty = new boolean[DISKS];
    private final Deque<Runnable> next = new ArrayDeque<>();
    private Manager manager;
    private long nowMs = 1_000_000;
    private long request;
    private Message answer;
    private long worstNs;
    private long totalNs;
    private int calls;

    private ManagerScale(int files) {
        this.files = files;
        for (int i = 0; i < DISKS; i++) {
            hosts.add(new Member(
                    new Identity(100, 2_000_000 + i), new Address("10.0.0." + (i + 1), 23_610), Dialect.NATIVE));
        }
    }

    public static void main(String[] args) throws Exception {
        new ManagerScale(args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000).run();
    }

    private static DiskId disk(int i) {
        return new DiskId(7, i);
    }

    private static long number(int i) {
        return 1L << 32 | i + 1;
    }

    // ---- figures

    private static void say(String what, Object... values) {
        System.out.println(String.format(Locale.ROOT, what, values));
    }

    private static long usedBytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void begin() {
        worstNs = 0;
        totalNs = 0;
        calls = 0;
    }

    private void tell(String what) {
        say("%-52s calls %8d  longest %9.1f ms  all %9.1f ms", what, calls, worstNs / 1e6, totalNs / 1e6);
    }

    private <T> T timed(Supplier<T> call) {
        long from = System.nanoTime();
        T result = call.get();
        long took = System.nanoTime() - from;
        worstNs = Math.max(worstNs, took);
        totalNs += took;
        calls++;
        return result;
    }

    private static void once(String what, Runnable work) {
        long from = System.nanoTime();
        work.run();
        say("%-52s %9.1f ms", what, (System.nanoTime() - from) / 1e6);
    }

    // ---- the run

    private void run() throws Exception {
        long before = usedBytes();
        once("log: all files committed, " + BATCH + " an entry", this::fill);
        say("%-52s %9.0f B a file", "catalog (what a GCD keeps)", (usedBytes() - before) / (double) files);
        byte[][] snapshot = new byte[1][];
        for (int i = 0; i < 3; i++) {
            once("a snapshot written", () -> snapshot[0] = snapshot());
        }
        say("%-52s %9.0f B a file", "snapshot", snapshot[0].length / (double) files);
        Catalog[] copy = new Catalog[1];
        for (int i = 0; i < 3; i++) {
            copy[0] = null;
            once("a snapshot read", () -> copy[0] = read(snapshot[0]));
        }
        snapshot[0] = null;
        before = usedBytes();
        Catalog taken = copy[0];
        copy[0] = null;
        begin();
        manager = timed(() -> new Manager(1, taken, ManagerOptions.DEFAULT, new SplittableRandom(7), nowMs));
        tell("takeover: the manager is made");
        long beside = usedBytes() - before;
        say("%-52s %9.0f B a file", "beside its catalog, what the manager keeps", beside / (double) files);

        begin();
        helloAll();
        drain();
        tell("all disks come and show what they hold");
        pass(20_000, "20 s of ticks");
        ask("ls, first page", new VolumeMessage.ListFiles("dss1", "", 1_000));
        ask("ls, a page in the middle", new VolumeMessage.ListFiles("dss1", name(files / 2), 1_000));
        ask("explain", new VolumeMessage.Explain("dss1"));
        write("1,000 files written");
        ask("scrub begins", new VolumeMessage.Scrub("dss1"));
        begin();
        drain();
        tell("scrub of all");
        begin();
        away[0] = true;
        carryOut(timed(() -> manager.onPeerGone(hosts.get(0).identity(), nowMs)));
        drain();
        tell("a disk leaves");
        pass(20_000, "20 s of ticks without it");
        ask("explain", new VolumeMessage.Explain("dss1"));
        away[0] = false;
        begin();
        helloAll();
        drain();
        tell("it comes back and shows what it holds");
        empty[1] = true;
        begin();
        carryOut(timed(() -> manager.onRequest(
                ++request, new VolumeMessage.FailDisk(++request, "dss1", Optional.of("D2"), "ann"), nowMs)));
        for (int i = 0; i < STEPS && !next.isEmpty(); i++) {
            next.poll().run();
        }
        tell("disk-failure: " + STEPS + " steps");
        pass(5_000, "5 s of ticks while shares are computed");
        ask("explain", new VolumeMessage.Explain("dss1"));
        write("1,000 files written meanwhile");
        begin();
        drain();
        tell("all shares are computed again");
        ask("explain", new VolumeMessage.Explain("dss1"));
    }

    private void fill() {
        log.apply(new Entry.ClaimLease(hosts.get(0), nowMs));
        List<Entry.Request> requests = new ArrayList<>();
        for (int i = 0; i < DISKS; i++) {
            requests.add(new Entry.Request(0, new Change.AddDisk(disk(i), "D" + (i + 1))));
        }
        List<DiskId> disks = new ArrayList<>();
        List<Optional<DiskId>> sealed = new ArrayList<>();
        for (int i = 0; i < VOLUME_DISKS; i++) {
            disks.add(disk(i));
            sealed.add(Optional.of(disk(i)));
        }
        requests.add(new Entry.Request(0, new Change.CreateVolume("dss1", 1, 4_096, disks, "ann")));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < files; i++) {
            String sha = String.format("%016x%016x%016x%016x", random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            requests.add(new Entry.Request(
                    0, new Change.CommitFile(1, name(i), new String("ann"), number(i), 1_000 + i % 1_000, sha, sealed)));
            if (requests.size() >= BATCH || i == files - 1) {
                log.apply(new Entry.Changes(1, requests, nowMs));
                requests = new ArrayList<>();
            }
        }
    }

    /** Names of 20 bytes. */
    private static String name(int i) {
        return String.format("photos/img%06d.jpg", i);
    }

    private byte[] snapshot() {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);
            CatalogCodec.writeSnapshot(log, out);
            return out.toByteArray();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Catalog read(byte[] snapshot) {
        try {
            return CatalogCodec.readSnapshot(new ByteArrayInputStream(snapshot));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void helloAll() {
        for (int i = 0; i < DISKS; i++) {
            if (!away[i]) {
                DiskMessage.DiskHello hello = new DiskMessage.DiskHello(
                        disk(i), hosts.get(i), Optional.empty(), 0, 1L << 40, 0, files, 1);
                carryOut(timed(() -> manager.onDiskHello(++request, hello, nowMs)));
            }
        }
    }

    private void pass(long ms, String what) {
        begin();
        for (long until = nowMs + ms; nowMs < until; ) {
            nowMs += 50;
            if (nowMs % 1_000 == 0) {
                helloAll();
            }
            carryOut(timed(() -> manager.onTick(nowMs)));
            for (int i = 0; i < 4 && !next.isEmpty(); i++) {
                next.poll().run();
            }
        }
        tell(what);
    }

    private void drain() {
        while (!next.isEmpty()) {
            next.poll().run();
        }
    }

    private void ask(String what, VolumeMessage message) {
        begin();
        carryOut(timed(() -> manager.onRequest(++request, message, nowMs)));
        tell(what + (answer instanceof VolumeMessage.Explanation told ? ": " + told.lines().get(0) : ""));
    }

    private void write(String what) {
        begin();
        for (int i = 0; i < 1_000; i++) {
            carryOut(timed(() -> manager.onRequest(++request, new VolumeMessage.PrepareWrite("dss1", "ann", 1), nowMs)));
            if (!(answer instanceof VolumeMessage.WriteGrant grant)) {
                throw new IllegalStateException("no grant: " + answer);
            }
            List<Optional<DiskId>> sealed = new ArrayList<>();
            grant.volume().disks().forEach(seat -> sealed.add(Optional.of(seat.disk())));
            VolumeMessage.Commit commit = new VolumeMessage.Commit(
                    0, 1, "new/" + grant.firstFileId(), "ann", grant.firstFileId(), 2_000, "0".repeat(64), sealed);
            carryOut(timed(() -> manager.onRequest(++request, commit, nowMs)));
            for (int steps = 0; steps < 8 && !next.isEmpty(); steps++) {
                next.poll().run();
            }
        }
        tell(what);
    }

    // ---- effects

    private void carryOut(List<ManagerEffect> effects) {
        for (ManagerEffect each : effects) {
            if (each instanceof ManagerEffect.Answer told) {
                answer = told.message();
            } else if (each instanceof ManagerEffect.Propose propose) {
                next.addFirst(() -> {
                    Outcome outcome = log.apply(new Entry.Changes(1, propose.requests(), nowMs));
                    List<Outcome.Result> results = ((Outcome.Changed) outcome).outcomes();
                    carryOut(timed(() -> manager.onApplied(propose.token(), results, nowMs)));
                });
            } else if (each instanceof ManagerEffect.Order order) {
                next.add(() -> {
                    Message told = carryOut(order.order());
                    carryOut(timed(() -> manager.onDiskAnswer(order.token(), told, nowMs)));
                });
            } else if (each instanceof ManagerEffect.StepDown down) {
                throw new IllegalStateException(down.reason());
            }
        }
    }

    private Message carryOut(DiskMessage order) {
        if (order instanceof DiskMessage.ListShares list) {
            return list(list);
        } else if (order instanceof DiskMessage.CheckShares) {
            return new DiskMessage.Checked(List.of(), 1);
        } else if (order instanceof DiskMessage.RebuildShare rebuild) {
            return new DiskMessage.Rebuilt(
                    new ShareKey(rebuild.volume().id(), rebuild.file().fileId(), rebuild.position()), SHARE_BYTES, List.of());
        }
        return new Control.Done();
    }

    private Message list(DiskMessage.ListShares list) {
        int position = list.disk().equals(disk(DISKS - 1)) ? -1 : indexOf(list.disk());
        List<DiskMessage.ShareLine> lines = new ArrayList<>();
        int from = list.after().map(key -> (int) key.fileId()).orElse(0);
        boolean has = position >= 0 && !empty[position];
        for (int i = from; has && i < files && lines.size() < list.limit(); i++) {
            lines.add(new DiskMessage.ShareLine(new ShareKey(1, number(i), position), true, SHARE_BYTES, 0));
        }
        return new DiskMessage.Shares(lines, has && from + lines.size() < files);
    }

    private static int indexOf(DiskId disk) {
        for (int i = 0; i < DISKS; i++) {
            if (disk(i).equals(disk)) {
                return i;
            }
        }
        return -1;
    }
}
