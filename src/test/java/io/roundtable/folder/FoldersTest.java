package io.roundtable.folder;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir
    Path place;

    @Test
    void linksAreDeletedNotFollowed() throws IOException {
        Path kept = Files.createDirectories(place.resolve("kept"));
        Files.writeString(kept.resolve("file"), "kept");
        Path folder = Files.createDirectories(place.resolve("folder/below"));
        Files.createSymbolicLink(folder.resolve("link"), kept);

        Folders.delete(place.resolve("folder"));

        assertFalse(Files.exists(place.resolve("folder")));
        assertTrue(Files.exists(kept.resolve("file")));
    }

    @Test
    void whatIsNotThereIsDeletedAlready() throws IOException {
        Folders.delete(place.resolve("nothing"));
    }

    /** Ctrl-C while the log is still being made: its threads make and rename files until the folder is gone. */
    @RepeatedTest(20)
    void aFolderInUseIsDeletedAllTheSame() throws Exception {
        Path folder = Files.createDirectories(place.resolve("folder/below"));
        CountDownLatch begun = new CountDownLatch(1);
        ExecutorService user = Executors.newSingleThreadExecutor();
        try {
            Future<?> ended = user.submit(() -> use(folder, begun));
            begun.await();

            Folders.delete(place.resolve("folder"));

            ended.get();
            assertFalse(Files.exists(place.resolve("folder")));
        } finally {
            user.shutdownNow();
        }
    }

    private static void use(Path folder, CountDownLatch begun) {
        try {
            for (int n = 0; !Thread.currentThread().isInterrupted(); n++) {
                Path half = folder.resolve("file" + n + ".half");
                Files.writeString(half, "half");
                Files.move(half, folder.resolve("file" + n), StandardCopyOption.ATOMIC_MOVE);
                begun.countDown();
            }
        } catch (IOException e) {
            // The folder is gone, or the file between its making and its renaming.
            begun.countDown();
        }
    }
}
