import io.roundtable.client.GroupClient;
import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage.Explanation;
import io.roundtable.protocol.VolumeMessage.Job;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A client of our volumes that stays warm, and knows the group a little.
 *
 * <p>Usage: VolumeBench GCD, and orders on the standard input.
 */
public final class VolumeBench {
    private static final int POLL_MS = 5;
    private static final int START_MS = 60_000;
    private static final int WHOLE_MS = 600_000;

    private final VolumeStore store;
    private final VolumeClient volumes;
    private final GroupClient group;

    private VolumeBench(Address gcd) {
        store = new VolumeStore(gcd);
        volumes = store.volumes();
        group = new GroupClient(gcd);
    }

    public static void main(String[] args) throws IOException {
        Address gcd = Address.parse(args[0]);
        VolumeBench bench = new VolumeBench(gcd);
        Orders.of(bench.store)
                .with("configure", bench::configure)
                .with("manager", words -> bench.manager())
                .with("host", words -> bench.host(Integer.parseInt(words[1])))
                .with("fail", bench::fail)
                .with("whole", words -> bench.whole())
                .with("stream", words -> new WriteStream(bench.store).run(words[1], Double.parseDouble(words[2])))
                .with("probe", words -> new Prober(bench.group.leader().member().address())
                        .run(Double.parseDouble(words[1])))
                .serve();
    }

    /** configure N UNIT NAME: waits for the group and its disks, makes the volume, writes its first small file. */
    private Map<String, Object> configure(String[] words) throws Exception {
        long start = System.nanoTime();
        int n = Integer.parseInt(words[1]);
        int unit = Integer.parseInt(words[2]);
        until("a volume", START_MS, () -> {
            try {
                volumes.configure(VolumeStore.VOLUME, n, 1, unit);
                return true;
            } catch (GroupException e) {
                return false;
            }
        });
        store.put(words[3], Content.small(4096));
        // By the clock that the driver reads too.
        return Orders.figures("seconds", Orders.seconds(start), "at", System.currentTimeMillis() / 1e3);
    }

    private Map<String, Object> manager() throws GroupException {
        Member leader = group.leader().member();
        return Orders.figures("id", leader.identity().id(), "port", leader.address().port());
    }

    /** host POSITION: the disk there, and its peer's port. */
    private Map<String, Object> host(int position) throws GroupException {
        VolumeInfo.Seat seat = volume().disks().get(position);
        return Orders.figures("disk", seat.name(), "port", seat.address().orElseThrow().port());
    }

    private VolumeInfo volume() throws GroupException {
        return volumes.list().volumes().stream()
                .filter(each -> each.name().equals(VolumeStore.VOLUME))
                .findFirst()
                .orElseThrow();
    }

    /** fail DISK: wipes it and waits until it is built up again. */
    private Map<String, Object> fail(String[] words) throws Exception {
        long start = System.nanoTime();
        Job job = volumes.failDisk(VolumeStore.VOLUME, Optional.of(words[1]));
        while (!job.isOver()) {
            Thread.sleep(POLL_MS);
            job = volumes.progress(job.jobId());
        }
        if (!job.problems().isEmpty()) {
            throw new IOException(String.join("; ", job.problems()));
        }
        return Orders.figures("seconds", Orders.seconds(start), "bytes", job.done());
    }

    /** Waits until the volume has all its disks, and each of its files all its shares as the disks have shown them. */
    private Map<String, Object> whole() throws Exception {
        return Orders.timed(() -> until("a whole volume", WHOLE_MS, () -> {
            Explanation told = volumes.explain(VolumeStore.VOLUME);
            boolean areThere = volume().disks().stream().allMatch(VolumeInfo.Seat::isThere);
            return areThere && told.isKnown() && told.survives() == volume().parity();
        }));
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(String what, int limitMs, Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (Orders.seconds(start) * 1000 > limitMs) {
                throw new IOException("no " + what + " within " + limitMs / 1000 + " s");
            }
            Thread.sleep(POLL_MS);
        }
    }
}
