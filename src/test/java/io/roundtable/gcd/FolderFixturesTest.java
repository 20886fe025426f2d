package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.FormatFixturesTest;
import io.roundtable.catalog.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A GCD's data folder as programs of each format left it when they were killed: a snapshot, and entries behind it. */
class FolderFixturesTest {
    @TempDir
    private Path folder;

    static void unzip(String name, Path to) throws IOException {
        try (InputStream raw = FolderFixturesTest.class.getResourceAsStream("/fixtures/formats/" + name);
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(raw, name))) {
            for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
                Path at = to.resolve(each.getName());
                if (each.isDirectory()) {
                    Files.createDirectories(at);
                } else {
                    Files.copy(zip, at);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1700000000000"})
    void aGcdGoesOnWithIt(String format, long changedAtMs) throws Exception {
        unzip(format + "/gcd-folder.zip", folder);
        try (RatisLog log = RatisLog.open(folder)) {
            log.started().get(20, TimeUnit.SECONDS);
            FormatFixturesTest.requireStory(RatisLogTest.catalog(log), changedAtMs);

            Change add = new Change.AddUser("new", Optional.empty(), Optional.empty());
            Outcome outcome = log.submit(new Entry.Changes(2, List.of(new Request(0, add)), 0))
                    .get(20, TimeUnit.SECONDS);
            assertInstanceOf(Outcome.Changed.class, outcome);
            StoreFaultsTest.takeSnapshot(log);
        }
        try (RatisLog log = RatisLog.open(folder)) {
            log.started().get(20, TimeUnit.SECONDS);
            assertEquals(3, RatisLogTest.catalog(log).users().size(), "with what it had, in the format of now");
            assertTrue(RatisLogTest.catalog(log).users().stream()
                    .anyMatch(user -> user.name().equals("new")));
        }
    }
}
