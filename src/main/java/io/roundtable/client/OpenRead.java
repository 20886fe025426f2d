package io.roundtable.client;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.ReadGrant;
import io.roundtable.stream.SeatSource;
import java.io.IOException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One content of one file, which stays on the disks until this is closed. */
final class OpenRead implements SeatSource, AutoCloseable {
    private final ManagerLink manager;
    private final ReadGrant first;
    private final Future<?> kept;
    private volatile long readId;

    private OpenRead(ManagerLink manager, KeepAlive keepAlive, ReadGrant grant) {
        this.manager = manager;
        this.first = grant;
        this.readId = grant.readId();
        this.kept = keepAlive.every(grant.keepMs(), this::keep);
    }

    static OpenRead open(ManagerLink manager, KeepAlive keepAlive, String volume, String file, String user)
            throws GroupException {
        return new OpenRead(
                manager,
                keepAlive,
                Answers.expect(manager.ask(new VolumeMessage.OpenRead(volume, file, user)), ReadGrant.class));
    }

    VolumeInfo volume() {
        return first.volume();
    }

    FileInfo file() {
        return first.file();
    }

    @Override
    public @Nullable Seats refresh() throws IOException {
        try {
            ReadGrant now = keep();
            return new Seats(now.volume(), now.file());
        } catch (GroupException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ReadGrant keep() throws GroupException {
        FileInfo file = first.file();
        ReadGrant now = Answers.expect(
                manager.ask(new VolumeMessage.KeepRead(readId, volume().id(), file.name(), file.fileId())),
                ReadGrant.class);
        if (now.file().fileId() != file.fileId()
                || now.volume().disks().size() != volume().disks().size()) {
            throw new GroupException("'" + file.name() + "' was replaced while it was read; read it again");
        }
        readId = now.readId();
        return now;
    }

    @Override
    public void close() {
        kept.cancel(false);
        manager.tell(new VolumeMessage.CloseRead(readId));
    }
}
