package io.roundtable.peer;

import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.disk.FileMedium;
import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;

/** A data folder. */
record FolderPlace(Path folder, DiskOptions options) implements DiskPlace {
    @Override
    public DiskStore open() throws IOException {
        return DiskStore.open(new FileMedium(folder), options, System::currentTimeMillis, new SecureRandom()::nextLong);
    }

    @Override
    public DiskStore openAgain(DiskId wanted) throws IOException {
        return DiskStore.open(FileMedium.existing(folder), options, System::currentTimeMillis, wanted);
    }
}
