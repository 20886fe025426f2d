package io.roundtable.stream;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.storage.ShareLayout;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** A disk in memory that speaks the data connections' protocol strictly, and can be made to fail in many ways. */
public final class FakeDisk implements AutoCloseable {
    private final DiskId id;
    private final String name;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final Map<ShareKey, Share> shares = new ConcurrentHashMap<>();
    private volatile boolean isKilled;
    private final CountDownLatch released = new CountDownLatch(1);

    /** How many connections came, reads were asked, groups were sent. */
    public final AtomicInteger connections = new AtomicInteger();

    public final AtomicInteger groupsSent = new AtomicInteger();

    public final AtomicInteger readsAsked = new AtomicInteger();

    public final AtomicInteger sharesBegun = new AtomicInteger();
    /** What is wrong with it. */
    public volatile long epoch;

    public volatile long readDelayMs;
    public volatile boolean isStuck;
    public volatile boolean sealsNever;
    public volatile boolean forgetsData;
    public volatile Fault refusesReads;
    public volatile Fault refusesWrites;
    public volatile int diesAfterGroupsTaken = Integer.MAX_VALUE;
    public volatile int diesAfterGroupsSent = Integer.MAX_VALUE;
    public volatile int sticksAfterGroupsSent = Integer.MAX_VALUE;

    /** A share: its bytes as they lie on a disk, CRCs and all. */
    public record Share(int disks, int parity, int unitBytes, long usedBytes, byte[] bytes) {}

    public FakeDisk(int number) throws IOException {
        this.id = new DiskId(7, number);
        this.name = "D" + number;
        this.listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        start(this::accept);
    }

    public Seat seat() {
        return new Seat(id, name, Optional.of(address()));
    }

    public Address address() {
        return new Address("127.0.0.1", listener.socket().getLocalPort());
    }

    public DiskId id() {
        return id;
    }

    public Map<ShareKey, Share> shares() {
        return shares;
    }

    /** Turns one bit of a share. */
    public void flipBit(ShareKey key, int at) {
        shares.get(key).bytes()[at] ^= 4;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "fake-disk");
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
                connections.incrementAndGet();
                start(() -> serve(channel));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(SocketChannel channel) {
        try (FrameStream frames = new FrameStream(channel)) {
            Conversation conversation = new Conversation(frames);
            while (true) {
                conversation.next();
            }
        } catch (IOException | WireException | InterruptedException e) {
            // The other side learns by the closed connection.
        } finally {
            open.remove(channel);
        }
    }

    /** Closes every connection; the process lives on. */
    public void dropConnections() {
        try {
            for (SocketChannel each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Closes the listener and every connection: the process is gone. */
    public void kill() {
        isKilled = true;
        try {
            listener.close();
            dropConnections();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        released.countDown();
        kill();
    }

    /** What goes on on one connection. */
    private final class Conversation {
        private final FrameStream frames;
        private boolean isGreeted;
        private DiskMessage.BeginShare begun;
        private Fault broken;
        private java.io.ByteArrayOutputStream taken = new java.io.ByteArrayOutputStream();
        private long takenData;
        private int groupsTaken;

        Conversation(FrameStream frames) {
            this.frames = frames;
        }

        void next() throws IOException, WireException, InterruptedException {
            FrameStream.Frame frame = frames.next();
            if (isStuck) {
                released.await();
            }
            if (frame.message() instanceof DiskMessage.DataHello hello && !isGreeted) {
                isGreeted = hello.disk().equals(id);
                frames.send(
                        FrameKind.ANSWER,
                        frame.requestId(),
                        isGreeted ? new Control.Done() : refusal(Fault.BAD_REQUEST));
            } else if (!isGreeted) {
                throw new IOException("no hello");
            } else if (frame.message() instanceof DiskMessage.BeginShare begin) {
                begin(begin);
            } else if (frame.message() instanceof DiskMessage.ShareData data) {
                take(data.blocks(), frame.bodyBytes());
            } else if (frame.message() instanceof DiskMessage.SealShare seal) {
                seal(frame, seal.epoch(), seal.usedBytes());
            } else if (frame.message() instanceof DiskMessage.PutShare put) {
                begin(new DiskMessage.BeginShare(put.key(), put.epoch(), put.disks(), put.parity(), put.unitBytes()));
                if (frame.bodyBytes() > 0) {
                    take((int) ((put.usedBytes() + put.unitBytes() - 1) / put.unitBytes()), frame.bodyBytes());
                }
                seal(frame, put.epoch(), put.usedBytes());
                begun = null;
            } else if (frame.message() instanceof DiskMessage.ReadShare read) {
                read(frame, read);
            }
        }

        private DiskMessage.DiskRefusal refusal(Fault fault) {
            return new DiskMessage.DiskRefusal(fault, "the disk says " + fault, epoch);
        }

        private void begin(DiskMessage.BeginShare begin) {
            sharesBegun.incrementAndGet();
            begun = begin;
            broken = refusesWrites != null ? refusesWrites : begin.epoch() < epoch ? Fault.STALE_EPOCH : null;
            taken.reset();
            takenData = 0;
        }

        private void take(int blocks, long bytes) throws IOException {
            ByteBuffer body = ByteBuffer.allocate((int) bytes);
            frames.readBody(body);
            body.flip();
            if (++groupsTaken > diesAfterGroupsTaken) {
                kill();
            }
            int data = (int) bytes - blocks * ShareLayout.CRC_BYTES;
            if (data <= 0
                    || data > ShareLayout.GROUP_BYTES
                    || takenData % ShareLayout.GROUP_BYTES != 0
                    || blocks != (data + begun.unitBytes() - 1) / begun.unitBytes()
                    || Crcs.bad(body, data, begun.unitBytes(), new CRC32C()) != null) {
                broken = Fault.CORRUPT;
            }
            takenData += data;
            if (!forgetsData) {
                taken.write(body.array());
            }
        }

        private void seal(FrameStream.Frame frame, long sealEpoch, long usedBytes)
                throws IOException, InterruptedException {
            if (sealsNever) {
                released.await();
            }
            if (broken != null) {
                frames.send(FrameKind.ANSWER, frame.requestId(), refusal(broken));
            } else if (sealEpoch < epoch) {
                frames.send(FrameKind.ANSWER, frame.requestId(), refusal(Fault.STALE_EPOCH));
            } else if (begun == null || takenData != usedBytes) {
                frames.send(FrameKind.ANSWER, frame.requestId(), refusal(Fault.BAD_REQUEST));
            } else {
                shares.put(
                        begun.key(),
                        new Share(begun.disks(), begun.parity(), begun.unitBytes(), usedBytes, taken.toByteArray()));
                frames.send(FrameKind.ANSWER, frame.requestId(), new DiskMessage.Sealed(begun.key(), usedBytes));
                begun = null;
            }
        }

        private void read(FrameStream.Frame frame, DiskMessage.ReadShare read)
                throws IOException, InterruptedException {
            readsAsked.incrementAndGet();
            if (readDelayMs > 0) {
                released.await(readDelayMs, java.util.concurrent.TimeUnit.MILLISECONDS);
            }
            Share share = shares.get(read.key());
            Fault fault = refusesReads != null ? refusesReads : share == null ? Fault.NO_SUCH_SHARE : null;
            if (fault != null) {
                frames.send(FrameKind.ANSWER, frame.requestId(), refusal(fault));
                return;
            }
            ShareLayout layout = new ShareLayout(share.unitBytes(), share.usedBytes());
            int groups = (int) Math.max(0, Math.min(read.groups(), layout.groups() - read.firstGroup()));
            int from = (int) layout.offset(read.firstGroup());
            int bytes = 0;
            for (int i = 0; i < groups; i++) {
                bytes += layout.bytes(read.firstGroup() + i);
                int sent = groupsSent.incrementAndGet();
                if (sent > diesAfterGroupsSent) {
                    kill();
                }
                if (sent > sticksAfterGroupsSent) {
                    released.await();
                }
            }
            frames.send(
                    FrameKind.ANSWER,
                    frame.requestId(),
                    new DiskMessage.ShareBytes(share.usedBytes(), groups),
                    ByteBuffer.wrap(share.bytes(), from, bytes));
        }
    }
}
