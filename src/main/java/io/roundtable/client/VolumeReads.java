package io.roundtable.client;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.stream.ReadListener;
import io.roundtable.stream.ReadRequest;
import io.roundtable.stream.VolumeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The reads of a {@link VolumeClient}: opened, streamed, closed; damage is reported to the manager. */
final class VolumeReads {
    private final ManagerLink manager;
    private final KeepAlive keepAlive;
    private final VolumeReader reader;
    private final Waits waits;
    private final String user;

    VolumeReads(ManagerLink manager, KeepAlive keepAlive, VolumeReader reader, Waits waits, String user) {
        this.manager = manager;
        this.keepAlive = keepAlive;
        this.reader = reader;
        this.waits = waits;
        this.user = user;
    }

    OpenRead open(String volume, String file) throws GroupException {
        return OpenRead.open(manager, keepAlive, volume, file, user);
    }

    FileInfo read(OpenRead open, long offset, long length, WritableByteChannel to, ReadProgress progress)
            throws IOException {
        ReadRequest request =
                new ReadRequest(open.volume(), open.file(), offset, length, open, new Listener(manager, progress));
        try (Waits.Wait wait = waits.begin("the disks of " + open.volume().name() + " to hand out '"
                + open.file().name() + "'")) {
            reader.read(request, new WaitedSink(to, wait));
        }
        return open.file();
    }

    private static final class Listener implements ReadListener {
        private final ManagerLink manager;
        private final ReadProgress progress;
        private final Set<ShareKey> reported = ConcurrentHashMap.newKeySet();

        Listener(ManagerLink manager, ReadProgress progress) {
            this.manager = manager;
            this.progress = progress;
        }

        @Override
        public void onDamage(ShareKey share, DiskId disk, String what) {
            // A share is repaired as a whole, so once is enough.
            if (reported.add(share)) {
                manager.tell(new VolumeMessage.ReportDamage(share, disk, what));
                progress.onDamage(what);
            }
        }

        @Override
        public void onReceived(ShareKey share, long group, ByteBuffer blocks, int unitBytes, boolean isReread) {
            progress.onReceived(blocks, unitBytes, isReread);
        }

        @Override
        public void onReread(ShareKey share, DiskId disk, int blocks) {
            progress.onReread(blocks);
        }

        @Override
        public void onProgress(long bytes) {
            progress.onBytes(bytes);
        }
    }
}
