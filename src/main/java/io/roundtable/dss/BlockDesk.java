package io.roundtable.dss;

import io.roundtable.disk.DiskStore;
import io.roundtable.net.DatagramPort;
import io.roundtable.net.EventLoop;
import io.roundtable.net.Lane;
import io.roundtable.net.TimerHandle;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk's block port (the protocol's {@code c_port}): users write and read blocks there, one datagram each.
 *
 * <p>Datagrams are looked at, and files touched, by one thread of its own: the loop only hands them over. More than
 * {@value #QUEUE_MAX} that wait are refused. The methods are for the loop's thread.
 */
public final class BlockDesk {
    /** At most 16 MiB of datagrams. */
    private static final int QUEUE_MAX = 256;

    /** At once, on the loop: without the JSON library, which may not be loaded yet. */
    private static final byte[] BUSY_ANSWER =
            "{\"status\":\"FAILURE\",\"error\":\"the disk has too many blocks to serve: try again in a moment\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private static final long EXPIRE_EVERY_MS = 1_000;
    /** A user waits a second for a disk, and takes what comes later for the answer to something else. */
    private static final long FAIL_MS = 800;

    private final EventLoop loop;
    private final BlockHost host;
    private final DssOptions options;
    private final DiskStore store;
    private final Blocks blocks;
    private final DatagramPort port;
    private final Lane thread;
    private TimerHandle timer;
    private boolean isSilent;
    private boolean isClosed;

    private BlockDesk(
            EventLoop loop,
            InetSocketAddress at,
            DiskStore store,
            Path data,
            BlockHost host,
            DssOptions options,
            @Nullable BlockSource others)
            throws IOException {
        this.loop = loop;
        this.host = host;
        this.options = options;
        this.store = store;
        this.blocks = new Blocks(store, data, () -> loop.nanoTime() / 1_000_000, this::onDamage, others);
        this.port = loop.openDatagrams(at, this::onDatagram);
        this.thread = loop.lane("dss-blocks-" + port.port(), 1, QUEUE_MAX);
        this.timer = loop.schedule(EXPIRE_EVERY_MS, this::expire);
    }

    /**
     * Makes folders for blocks on their way in a disk's data folder, and empties them. Not on the loop.
     *
     * @throws IOException with a sentence for people if one cannot be had, or is a link
     */
    public static void prepare(Path data) throws IOException {
        SoftState.prepareAll(data);
    }

    /**
     * Opens the port.
     *
     * @param at port 0 takes a free one
     * @param store of the disk, which stays open for longer than this
     * @param data the disk's data folder, {@link #prepare prepared}
     * @throws IOException if the port cannot be had
     */
    public static BlockDesk open(
            EventLoop loop, InetSocketAddress at, DiskStore store, Path data, BlockHost host, DssOptions options)
            throws IOException {
        return new BlockDesk(loop, at, store, data, host, options, null);
    }

    /**
     * Opens the port at which this peer stands in for disks that are away.
     *
     * @param at port 0 takes a free one
     * @param store of this peer's own disk
     * @param data the disk's data folder, {@link #prepare prepared}
     * @param others where the blocks come from
     * @throws IOException if the port cannot be had
     */
    public static BlockDesk openStandIn(
            EventLoop loop,
            InetSocketAddress at,
            DiskStore store,
            Path data,
            BlockHost host,
            DssOptions options,
            BlockSource others)
            throws IOException {
        return new BlockDesk(loop, at, store, data, host, options, others);
    }

    public int port() {
        return port.port();
    }

    /** A peer that feigns failure hears nothing and says nothing. */
    public void feign(boolean feigns) {
        isSilent = feigns;
    }

    /** Gives back the port, and the staged blocks soon after. */
    public void close() {
        isClosed = true;
        timer.cancel();
        port.close();
        // If the queue is full, the next start deletes what is staged.
        thread.execute(blocks::close);
        // Without an interrupt, which would close the disk's files under everybody's hands.
        thread.close();
    }

    /** After {@link #close}, and not on the loop's thread: waits until no file of the disk is in use any more. */
    public void awaitEnd() throws InterruptedException {
        // Sealing a big copy; the disk must not be closed under its hands.
        thread.awaitEnd();
    }

    // ---- the desk's orders

    /**
     * An order of the manager's desk.
     *
     * @param then told the answer once
     */
    public void onOrder(DssMessage order, Consumer<Message> then) {
        int blockPort = port.port();
        boolean isTaken = hand(() -> {
            Message answer = blocks.onOrder(order, blockPort);
            post(() -> then.accept(answer));
        });
        if (!isTaken) {
            then.accept(new DiskMessage.DiskRefusal(
                    DiskMessage.Fault.OUT_OF_SERVICE,
                    "the disk has too many blocks to write: begin again in a moment",
                    store.highestEpoch()));
        }
    }

    // ---- users

    private void onDatagram(InetSocketAddress from, byte[] json) {
        if (!isSilent && from.getPort() != 0 && !hand(() -> serve(from, json)) && !isClosed) {
            port.send(from, BUSY_ANSWER);
        }
    }

    private void serve(InetSocketAddress from, byte[] json) {
        DssJson.Command command;
        try {
            command = DssJson.parse(json);
        } catch (CommandException e) {
            reply(from, new Answer.Failure("bad json", e.error()));
            return;
        }
        if (command == null) {
            return;
        }
        Optional<String> diskFailure = command.name().equals("fail") ? blocks.diskFailure() : Optional.empty();
        if (diskFailure.isPresent()) {
            DssMessage.Failed failed = new DssMessage.Failed(store.id(), diskFailure.get());
            post(() -> host.askManager(failed, FAIL_MS, answer -> onFailed(from, answer)));
        } else {
            reply(from, blocks.serve(command));
        }
    }

    /** The user chose this disk, and the manager has ordered the group to rebuild it, or knows why not. */
    private void onFailed(InetSocketAddress from, @Nullable Message answer) {
        if (answer instanceof Control.Done) {
            hand(() -> reply(from, blocks.fail()));
        } else {
            String reason = answer instanceof Message.Refusal refusal ? refusal.reason() : DssPort.NO_MANAGER;
            reply(from, Answer.failure(reason));
        }
    }

    private void reply(InetSocketAddress to, Answer answer) {
        byte[] json = DssJson.encodeOfDisk(answer);
        post(() -> {
            if (!isSilent) {
                port.send(to, json);
            }
        });
    }

    private void onDamage(ShareKey share, String what) {
        post(() -> host.onDamage(share, what));
    }

    // ---- the thread

    private void expire() {
        timer = loop.schedule(EXPIRE_EVERY_MS, this::expire);
        hand(() -> blocks.expire(options.diskSilentMs()));
    }

    /** @return false if there is no room for it */
    private boolean hand(Runnable work) {
        return !isClosed && thread.execute(work);
    }

    private void post(Runnable action) {
        loop.post(() -> {
            if (!isClosed) {
                action.run();
            }
        });
    }
}
