package io.roundtable.simulation.storage;

import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.DiskRefusal;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo.Seat;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.ReadGrant;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.storage.Contents.Content;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A file is read: grant, shares from all disks, the missing ones computed; sometimes slowly. */
final class ReadOperation extends Operation {
    private static final long PULL_MS = 700;
    /** Who is heard of at least this often keeps the content, under whichever manager. */
    private static final long KEPT_MS = StorageWorld.DEAD_AFTER_MS * 6 / 10;

    private @Nullable ReadGrant grant;
    private @Nullable FileInfo shown;
    private @Nullable Share[] found = {};
    private int open;
    private int gone;
    private int pauses;
    private long keptAtMs;
    private boolean isKept;

    ReadOperation(StorageClient client, String file) {
        super(client, file);
    }

    @Override
    void begin() {
        long askedAtMs = client.nowMs();
        ask(
                () -> new VolumeMessage.OpenRead(Ledger.VOLUME, file, StorageClient.USER),
                answer -> onOpened(answer, askedAtMs),
                () -> over("nobody answers"));
    }

    private void onOpened(Message answer, long askedAtMs) {
        if (answer instanceof ReadGrant granted) {
            grant = granted;
            shown = granted.file();
            isKept = client.nowMs() - askedAtMs < KEPT_MS;
            keptAtMs = client.nowMs();
            pauses = world.random.nextInt(5) == 0 ? world.random.nextInt(8) : 0;
            goOn();
        } else if (answer instanceof Message.Refusal refusal && refusal.code() == RefusalCode.NO_SUCH_FILE) {
            history.read(client.name, file, 0, begunAt);
            world.tally.reads++;
            over("no such file");
        } else {
            over(answer.toString());
        }
    }

    /** A slow reader says now and then that it is there. */
    private void goOn() {
        ReadGrant granted = grant;
        FileInfo info = shown;
        if (granted == null || info == null) {
            return;
        }
        if (pauses == 0) {
            pull(granted, info);
            return;
        }
        pauses--;
        client.after(KEPT_MS / 3, () -> {
            if (isGoing()) {
                keep(granted, info);
            }
        });
    }

    private void keep(ReadGrant granted, FileInfo info) {
        VolumeMessage.KeepRead keep =
                new VolumeMessage.KeepRead(granted.readId(), granted.volume().id(), file, info.fileId());
        client.ask(keep, answer -> {
            if (!isGoing()) {
                return;
            }
            isKept &= client.nowMs() - keptAtMs < KEPT_MS;
            if (answer instanceof ReadGrant again) {
                keptAtMs = client.nowMs();
                grant = again;
            } else if (answer != null) {
                isKept = false;
            }
            goOn();
        });
    }

    // ---- shares

    private void pull(ReadGrant granted, FileInfo info) {
        int n = granted.volume().disks().size();
        found = new Share[n];
        gone = 0;
        open = 1;
        for (int position = 0; position < n; position++) {
            Seat seat = granted.volume().disks().get(position);
            Process host = ledger.hostAt(seat);
            if (host != null && !info.missing().contains(position)) {
                open++;
                pull(granted, info, position, seat, host);
            }
        }
        one(granted, info);
    }

    private void pull(ReadGrant granted, FileInfo info, int position, Seat seat, Process host) {
        ShareKey key = new ShareKey(granted.volume().id(), info.fileId(), position);
        StoragePeer.Read order = new StoragePeer.Read(seat.disk(), new DiskMessage.ReadShare(key, 0, 1));
        ledger.net().ask(client, host, StorageNet.DATA, order, PULL_MS, answer -> {
            if (!isGoing()) {
                return;
            }
            Share share = Process.as(Share.class, answer);
            if (share != null && (share.isSound() || world.has(StorageBug.READ_WITHOUT_CRC))) {
                found[position] = share;
            } else if (answer != null) {
                boolean isGone = answer instanceof DiskRefusal refusal && refusal.fault() == Fault.NO_SUCH_SHARE;
                gone += isGone ? 1 : 0;
                client.ask(new VolumeMessage.ReportDamage(key, seat.disk(), "broken"), ignored -> {});
            }
            one(granted, info);
        });
    }

    private void one(ReadGrant granted, FileInfo info) {
        if (--open > 0) {
            return;
        }
        long have = Arrays.stream(found).filter(share -> share != null).count();
        if (have >= ledger.contents().layout.dataDisks()) {
            finish(info);
            return;
        }
        boolean isStillKept = isKept && client.nowMs() - keptAtMs < KEPT_MS;
        if (isStillKept && gone == granted.volume().disks().size()) {
            throw new Violation(
                    "a content stays while it is read",
                    client + " reads " + file + " (" + Long.toHexString(info.fileId()) + "), which is on no disk");
        }
        if (isTooLate()) {
            over("too few shares");
        } else {
            soon(this::begin);
        }
    }

    private void finish(FileInfo info) {
        long number = Long.parseLong(info.sha256(), 16);
        Content content = ledger.contents().content(number);
        world.tally.checks++;
        byte[] bytes = ledger.contents().assemble(info.sizeBytes(), found);
        if (content == null || !Arrays.equals(content.bytes(), bytes)) {
            throw new Violation(
                    "no wrong byte", client + " read " + file + " (" + Long.toHexString(info.fileId()) + ")");
        }
        ReadGrant granted = grant;
        if (granted != null) {
            client.ask(new VolumeMessage.CloseRead(granted.readId()), ignored -> {});
        }
        history.read(client.name, file, number, begunAt);
        world.tally.reads++;
        over("content " + number);
    }
}
