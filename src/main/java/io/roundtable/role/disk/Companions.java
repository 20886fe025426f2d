package io.roundtable.role.disk;

import io.roundtable.disk.DiskCompanion;
import io.roundtable.disk.DiskStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Several companions of one disk as one. */
record Companions(List<DiskCompanion> all) implements DiskCompanion {
    @Override
    public void prepare(Path folder) throws IOException {
        for (DiskCompanion each : all) {
            each.prepare(folder);
        }
    }

    @Override
    public void onDisk(DiskStore store, Path folder) throws IOException {
        for (DiskCompanion each : all) {
            each.onDisk(store, folder);
        }
    }

    @Override
    public Runnable onDiskGone() {
        List<Runnable> waits = all.stream().map(DiskCompanion::onDiskGone).toList();
        return () -> waits.forEach(Runnable::run);
    }

    @Override
    public void end() {
        all.forEach(DiskCompanion::end);
    }
}
