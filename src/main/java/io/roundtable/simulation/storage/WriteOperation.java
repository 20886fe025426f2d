package io.roundtable.simulation.storage;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import io.roundtable.simulation.storage.Contents.Content;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A file is written: grant, shares, seals, commit; goes on with the next manager when the present one is lost. */
final class WriteOperation extends Operation {
    private static final long PUT_MS = 800;
    private static final int ROUNDS_MAX = 4;

    private final Content content;
    private final Map<Integer, DiskId> sealed = new TreeMap<>();
    private @Nullable WriteGrant grant;
    private History.@Nullable Event event;
    private long requestId;
    private int round;
    private int open;
    private boolean isStale;

    WriteOperation(StorageClient client, String file) {
        super(client, file);
        this.content = ledger.contents().create(world.random);
        this.requestId = world.random.nextLong() | 1;
    }

    @Override
    void begin() {
        ask(
                () -> new VolumeMessage.PrepareWrite(Ledger.VOLUME, StorageClient.USER, 1),
                answer -> {
                    if (answer instanceof WriteGrant granted) {
                        ledger.contents().name(granted.firstFileId(), content);
                        grant = granted;
                        keepAlive();
                        stream(granted);
                    } else {
                        over(answer.toString());
                    }
                },
                () -> over("no grant"));
    }

    /** A big file takes its time, and goes on under the grant that it began with. */
    private void stream(WriteGrant granted) {
        if (world.random.nextInt(6) > 0) {
            putShares(granted);
            return;
        }
        client.after(world.random.nextInt(100, 1_500), () -> {
            if (isGoing()) {
                putShares(granted);
            }
        });
    }

    /** Asks now and then, so that the manager does not take us for dead. */
    private void keepAlive() {
        client.after(StorageWorld.KEEP_MS, () -> {
            if (isGoing() && grant != null) {
                client.ask(keep(grant), answer -> {
                    if (answer instanceof WriteGrant renewed) {
                        grant = renewed;
                    }
                });
                keepAlive();
            }
        });
    }

    private static VolumeMessage.KeepWrite keep(WriteGrant granted) {
        return new VolumeMessage.KeepWrite(granted.volume().id(), granted.firstFileId(), 1);
    }

    // ---- shares

    private void putShares(WriteGrant granted) {
        round++;
        open = 1;
        isStale = false;
        for (int position = 0; position < granted.volume().disks().size(); position++) {
            Seat seat = granted.volume().disks().get(position);
            Process host = ledger.hostAt(seat);
            if (host != null && !seat.disk().equals(sealed.get(position))) {
                open++;
                put(granted, position, seat, host);
            }
        }
        one();
    }

    private void put(WriteGrant granted, int position, Seat seat, Process host) {
        ShareKey key = new ShareKey(granted.volume().id(), granted.firstFileId(), position);
        boolean isOldParity = world.has(StorageBug.PARITY_OF_OLD_DATA);
        Share share = ledger.contents().share(content, position, isOldParity);
        DiskMessage.PutShare head = new DiskMessage.PutShare(
                key,
                granted.epoch(),
                granted.volume().disks().size(),
                granted.volume().parity(),
                granted.volume().unitBytes(),
                share.data().length);
        ledger.net()
                .ask(client, host, StorageNet.DATA, new StoragePeer.Put(seat.disk(), head, share), PUT_MS, answer -> {
                    if (!isGoing()) {
                        return;
                    }
                    if (answer instanceof DiskMessage.Sealed) {
                        sealed.put(position, seat.disk());
                    } else if (answer instanceof DiskRefusal refusal && refusal.fault() == Fault.STALE_EPOCH) {
                        isStale = true;
                    }
                    one();
                });
    }

    private void one() {
        WriteGrant granted = grant;
        if (--open > 0 || granted == null) {
            return;
        }
        int n = granted.volume().disks().size();
        boolean isEnough = sealed.size() >= n - granted.volume().parity();
        boolean isDone = sealed.size() == n || (isEnough && !isStale && (round > 1 || world.random.nextBoolean()));
        if (isDone || (isEnough && round == ROUNDS_MAX)) {
            commit(granted, false);
        } else if (round == ROUNDS_MAX) {
            abort(granted);
        } else {
            renew(granted);
        }
    }

    /** Once more, under the present epoch and with the disks where they are now. */
    private void renew(WriteGrant granted) {
        ask(
                () -> keep(granted),
                answer -> {
                    if (answer instanceof WriteGrant renewed) {
                        grant = renewed;
                        putShares(renewed);
                    } else {
                        over(answer.toString());
                    }
                },
                () -> over("no manager to go on with"));
    }

    private void abort(WriteGrant granted) {
        client.ask(new VolumeMessage.Abort(granted.volume().id(), granted.firstFileId()), answer -> {});
        over("too few shares sealed");
    }

    // ---- commit

    private void commit(WriteGrant granted, boolean isAgain) {
        if (event == null) {
            event = history.mayHappen(client.name, file, History.Kind.WRITE, content.number(), begunAt);
        }
        if (isTooLate()) {
            over("nobody answers the commit");
            return;
        }
        if (isAgain) {
            // Whoever manages now has to know of the write first.
            client.ask(keep(granted), answer -> {
                if (isGoing()) {
                    if (answer == null) {
                        soon(() -> commit(granted, true));
                    } else {
                        send(granted, true);
                    }
                }
            });
        } else {
            send(granted, false);
        }
    }

    private void send(WriteGrant granted, boolean isAgain) {
        client.ask(question(granted), answer -> {
            if (!isGoing()) {
                return;
            }
            boolean isUnknownThere = answer instanceof Message.Refusal refusal
                    && refusal.code() == RefusalCode.WRITE_GIVEN_UP
                    && !isAgain;
            if (answer == null || isUnknownThere) {
                soon(() -> commit(granted, true));
            } else {
                onCommitted(answer);
            }
        });
    }

    private VolumeMessage.Commit question(WriteGrant granted) {
        long id = requestId;
        if (world.has(StorageBug.REQUEST_ID_NOT_KEPT)) {
            requestId = world.random.nextLong() | 1;
        }
        return new VolumeMessage.Commit(
                id,
                granted.volume().id(),
                file,
                StorageClient.USER,
                granted.firstFileId(),
                content.bytes().length,
                String.format("%064x", content.number()),
                IntStream.range(0, granted.volume().disks().size())
                        .mapToObj(position -> Optional.ofNullable(sealed.get(position)))
                        .toList());
    }

    private void onCommitted(Message answer) {
        History.Event committed = event;
        if (committed != null) {
            if (answer instanceof Control.Done) {
                history.end(committed, History.Kind.WRITE);
                world.tally.acknowledged++;
            } else {
                history.withdraw(committed);
            }
        }
        over(answer.toString());
    }
}
