package io.roundtable.client;

import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import io.roundtable.stream.Epochs;
import io.roundtable.stream.ShareTarget;
import java.io.IOException;
import java.util.concurrent.Future;

/** File numbers that the manager granted, kept alive until they are closed. */
final class OpenWrite implements Epochs, AutoCloseable {
    private final ManagerLink manager;
    private final WriteGrant first;
    private final Future<?> kept;
    private final SingleFlight<WriteGrant> asked = new SingleFlight<>();
    private volatile long epoch;

    private OpenWrite(ManagerLink manager, KeepAlive keepAlive, WriteGrant grant) {
        this.manager = manager;
        this.first = grant;
        this.epoch = grant.epoch();
        this.kept = keepAlive.every(grant.keepMs(), this::keep);
    }

    /** Asks for what is needed to write files, and keeps it until this is closed. */
    static OpenWrite prepare(ManagerLink manager, KeepAlive keepAlive, VolumeMessage.PrepareWrite request)
            throws GroupException {
        WriteGrant grant = Answers.expect(manager.ask(request), WriteGrant.class);
        return new OpenWrite(manager, keepAlive, grant);
    }

    VolumeInfo volume() {
        return first.volume();
    }

    /** Whether another grant was for the same disks, by the same manager. */
    boolean isLike(OpenWrite other) {
        return first.epoch() == other.first.epoch() && volume().equals(other.volume());
    }

    int count() {
        return first.count();
    }

    long fileId(int index) {
        return first.firstFileId() + index;
    }

    ShareTarget target(int index) {
        return new ShareTarget(first.volume(), fileId(index), this);
    }

    @Override
    public long current() {
        return epoch;
    }

    @Override
    public long refresh(long stale) throws IOException {
        if (epoch <= stale) {
            try {
                keep();
            } catch (GroupException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        return epoch;
    }

    /** The writers of all shares, and of all files of a batch, meet the same change of the manager at once. */
    private void keep() throws GroupException {
        VolumeMessage question = new VolumeMessage.KeepWrite(volume().id(), first.firstFileId(), first.count());
        raise(asked.ask(() -> Answers.expect(manager.ask(question), WriteGrant.class))
                .epoch());
    }

    private synchronized void raise(long to) {
        epoch = Math.max(epoch, to);
    }

    @Override
    public void close() {
        kept.cancel(false);
    }
}
