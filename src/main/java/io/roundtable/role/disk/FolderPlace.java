package io.roundtable.role.disk;

import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.FileMedium;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.nio.file.Path;

/** A data folder. */
record FolderPlace(Path folder, DiskOptions options, EventLoop loop) implements DiskPlace {
    @Override
    public DiskStore open() throws IOException {
        return DiskStore.open(new FileMedium(folder), options, loop::wallMs, loop::entropy);
    }

    @Override
    public DiskStore openAgain(DiskId wanted) throws IOException {
        return DiskStore.open(FileMedium.existing(folder), options, loop::wallMs, wanted);
    }
}
