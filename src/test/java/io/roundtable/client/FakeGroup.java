package io.roundtable.client;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.Room;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.stream.FakeDisk;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A GCD, two peers of which one manages, and fake disks; the manager can fail in the middle of things. */
public final class FakeGroup implements AutoCloseable {
    private final List<Server> servers = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    public final List<FakeDisk> disks = new ArrayList<>();
    public final List<VolumeMessage> asked = new CopyOnWriteArrayList<>();
    private final Map<String, VolumeInfo> volumes = new TreeMap<>();
    private final NavigableMap<String, FileInfo> files = new TreeMap<>();
    private int pageFiles = 2;
    private final Map<String, String> owners = new TreeMap<>();
    private final Set<Long> done = new HashSet<>();
    private final AtomicInteger jobLooks = new AtomicInteger();
    private int managing = 1;
    private long lastFile;
    private int keepMs = 5_000;

    /** The manager answers none of these, once: it dies instead, after it has carried it out. */
    private volatile @Nullable Predicate<VolumeMessage> diesOn;

    private volatile @Nullable Predicate<VolumeMessage> silentOn;
    public long epoch = 1;
    /** One of the disks, for those who list them. */
    public volatile @Nullable FakeDisk away;

    public FakeGroup(int diskCount) throws IOException {
        for (int i = 1; i <= diskCount; i++) {
            disks.add(new FakeDisk(i));
        }
        for (int i = 0; i < 3; i++) {
            servers.add(new Server(i));
        }
    }

    public Address gcd() {
        return servers.get(0).address();
    }

    public void dieOn(Predicate<VolumeMessage> question) {
        diesOn = question;
    }

    public void beSilentOn(Predicate<VolumeMessage> question) {
        silentOn = question;
    }

    public void keepEvery(int ms) {
        keepMs = ms;
    }

    /** The other peer manages from now on, with a new epoch. */
    public synchronized void changeManager() {
        managing = 3 - Math.abs(managing);
        epoch++;
        disks.forEach(disk -> disk.epoch = epoch);
    }

    /** Nobody manages until the manager changes. */
    public synchronized void manageNobody() {
        managing = -Math.abs(managing);
    }

    /** As if they had been written; pages are as long as asked from now on. */
    public synchronized void fill(List<FileInfo> more) {
        pageFiles = Integer.MAX_VALUE;
        more.forEach(file -> files.put(file.name(), file));
    }

    public synchronized FileInfo file(String name) {
        return files.get(name);
    }

    /** To any name, as an older build may have written it. */
    public synchronized void rename(String from, String to) {
        FileInfo file = files.remove(from);
        files.put(to, new FileInfo(to, file.fileId(), file.sizeBytes(), file.sha256(), file.owner(), file.missing()));
    }

    private Member manager() {
        return new Member(
                new Identity(managing, 1_000_000), servers.get(managing).address(), Dialect.NATIVE);
    }

    private synchronized Message answer(int server, Message message) {
        if (message instanceof LeaseMessage.WhoManages && server == 0) {
            return new LeaseMessage.Manages(managing < 0 ? Optional.empty() : Optional.of(manager()), epoch);
        }
        if (!(message instanceof VolumeMessage question) || server == 0) {
            return new Message.Refusal("nobody takes " + message.word());
        }
        if (server != managing) {
            return new VolumeMessage.Elsewhere(managing < 0 ? Optional.empty() : Optional.of(manager()));
        }
        asked.add(question);
        return manage(question);
    }

    private Message manage(VolumeMessage question) {
        if (question instanceof VolumeMessage.Configure configure) {
            if (volumes.containsKey(configure.volume())) {
                return new Message.Refusal(RefusalCode.BAD_VOLUME, "bad or duplicate dss_name");
            }
            VolumeInfo volume = new VolumeInfo(
                    volumes.size() + 1,
                    configure.volume(),
                    configure.parity(),
                    configure.unitBytes(),
                    disks.stream().limit(configure.n()).map(FakeDisk::seat).toList());
            volumes.put(volume.name(), volume);
            owners.put(volume.name(), configure.user());
            return new VolumeMessage.Volume(volume);
        } else if (question instanceof VolumeMessage.ListVolumes) {
            return new VolumeMessage.Listing(
                    List.copyOf(volumes.values()),
                    disks.stream()
                            .map(disk -> new VolumeMessage.DiskLine(
                                    disk.id(),
                                    disk.seat().name(),
                                    volumes.keySet().stream().findFirst(),
                                    disk == away
                                            ? Optional.empty()
                                            : disk.seat().address(),
                                    Optional.empty(),
                                    disk == away
                                            ? Optional.empty()
                                            : Optional.of(new Room(1_000_000, 2_048, 990_000, 7, 1_200_000)),
                                    disk.shares().size(),
                                    Optional.empty()))
                            .toList(),
                    List.of("U1"));
        } else if (question instanceof VolumeMessage.ListFiles list) {
            if (!volumes.containsKey(list.volume())) {
                return new Message.Refusal(RefusalCode.NO_SUCH_VOLUME, "no such dss");
            }
            NavigableMap<String, FileInfo> behind = files.tailMap(list.after(), false);
            List<FileInfo> page = behind.values().stream()
                    .limit(Math.min(pageFiles, list.limit()))
                    .toList();
            boolean more = !page.isEmpty() && !page.get(page.size() - 1).name().equals(behind.lastKey());
            return new VolumeMessage.Files(page, more, files.size(), owners.getOrDefault(list.volume(), ""));
        } else if (question instanceof VolumeMessage.PrepareWrite prepare) {
            VolumeInfo volume = volumes.get(prepare.volume());
            if (volume == null) {
                return new Message.Refusal(RefusalCode.NO_SUCH_VOLUME, "no such dss");
            }
            long first = epoch << 32 | lastFile + 1;
            lastFile += prepare.count();
            return new VolumeMessage.WriteGrant(epoch, volume, first, prepare.count(), keepMs);
        } else if (question instanceof VolumeMessage.KeepWrite keep) {
            VolumeInfo volume = volumes.values().stream()
                    .filter(each -> each.id() == keep.volumeId())
                    .findFirst()
                    .orElseThrow();
            return new VolumeMessage.WriteGrant(epoch, volume, keep.firstFileId(), keep.count(), keepMs);
        } else if (question instanceof VolumeMessage.Commit commit) {
            if (done.add(commit.requestId())) {
                files.put(
                        commit.file(),
                        new FileInfo(
                                commit.file(),
                                commit.fileId(),
                                commit.sizeBytes(),
                                commit.sha256(),
                                commit.user(),
                                IntStream.range(0, commit.sealed().size())
                                        .filter(i -> commit.sealed().get(i).isEmpty())
                                        .boxed()
                                        .toList()));
            }
            return new Control.Done();
        } else if (question instanceof VolumeMessage.OpenRead open) {
            FileInfo file = files.get(open.file());
            return file == null
                    ? new Message.Refusal(RefusalCode.NO_SUCH_FILE, "file not found")
                    : new VolumeMessage.ReadGrant(epoch, volumes.get(open.volume()), file, 7, keepMs);
        } else if (question instanceof VolumeMessage.KeepRead keep) {
            return new VolumeMessage.ReadGrant(
                    epoch, volumes.values().iterator().next(), files.get(keep.file()), keep.readId(), keepMs);
        } else if (question instanceof VolumeMessage.Remove remove) {
            boolean isFirst = done.add(remove.requestId());
            return files.remove(remove.file()) == null && isFirst
                    ? new Message.Refusal(RefusalCode.NO_SUCH_FILE, "file not found")
                    : new Control.Done();
        } else if (question instanceof VolumeMessage.Explain) {
            return new VolumeMessage.Explanation(
                    1,
                    3_000,
                    List.of(),
                    List.of(),
                    List.of("dss1: every file survives the loss of any one more disk (as of 3 s ago)."));
        } else if (question instanceof VolumeMessage.FailDisk
                || question instanceof VolumeMessage.Decommission
                || question instanceof VolumeMessage.Scrub) {
            jobLooks.set(0);
            return job(0);
        } else if (question instanceof VolumeMessage.JobQuery) {
            return job(jobLooks.incrementAndGet());
        }
        return new Control.Done();
    }

    private static VolumeMessage.Job job(int looks) {
        return new VolumeMessage.Job(5, "rebuilding D2 of dss1", 50L * looks, 100, 10, looks >= 2, List.of());
    }

    @Override
    public void close() {
        released.countDown();
        servers.forEach(Server::kill);
        disks.forEach(FakeDisk::close);
    }

    /** One listener: 0 is the GCD, 1 and 2 are peers. */
    private final class Server {
        private final int number;
        private final ServerSocketChannel listener;
        private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
        private volatile boolean isKilled;

        Server(int number) throws IOException {
            this.number = number;
            this.listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            start(this::accept);
        }

        Address address() {
            return new Address("127.0.0.1", listener.socket().getLocalPort());
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task, "fake-group");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    SocketChannel channel = listener.accept();
                    open.add(channel);
                    if (isKilled) {
                        // It slipped in while the listener was being closed.
                        channel.close();
                    }
                    start(() -> serve(channel));
                }
            } catch (IOException e) {
                // Closed.
            }
        }

        private void serve(SocketChannel channel) {
            try (FrameStream frames = new FrameStream(channel)) {
                while (true) {
                    FrameStream.Frame frame = frames.next();
                    Message answer = answer(number, frame.message());
                    boolean isManaging = number == managing && frame.message() instanceof VolumeMessage;
                    if (isManaging && isOnce(diesOn, frame.message())) {
                        diesOn = null;
                        changeManager();
                        kill();
                    }
                    if (isManaging && isOnce(silentOn, frame.message())) {
                        silentOn = null;
                        released.await();
                    }
                    if (frame.kind() == FrameKind.REQUEST) {
                        frames.send(FrameKind.ANSWER, frame.requestId(), answer);
                    }
                }
            } catch (IOException | WireException | InterruptedException e) {
                // The other side learns by the closed connection.
            } finally {
                open.remove(channel);
            }
        }

        private static boolean isOnce(@Nullable Predicate<VolumeMessage> trap, Message message) {
            return trap != null && message instanceof VolumeMessage question && trap.test(question);
        }

        void kill() {
            isKilled = true;
            try {
                listener.close();
                for (SocketChannel each : open) {
                    each.close();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
