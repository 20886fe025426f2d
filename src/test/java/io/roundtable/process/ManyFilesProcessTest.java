package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.client.FakeGroup;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.FileInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A volume of 100,000 files, listed in the memory that the launcher gives. */
class ManyFilesProcessTest {
    private static final int FILES = 100_000;

    @TempDir
    private Path folder;

    private FakeGroup group;

    @BeforeEach
    void fill() throws Exception {
        group = new FakeGroup(3);
        try (VolumeClient client = new VolumeClient(List.of(group.gcd()), "ann")) {
            client.configure("dss1", 3, 1, 1024);
        }
        List<FileInfo> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            files.add(
                    new FileInfo(name(i), 1L << 32 | i + 1, 1_000 + i, "0123456789abcdef".repeat(4), "ann", List.of()));
        }
        group.fill(files);
    }

    @AfterEach
    void close() {
        group.close();
    }

    private static String name(int number) {
        return String.format("backup/2026-11-21/some-folder-of-photos/IMG_%06d.jpg", number);
    }

    private String ls(String... more) {
        List<String> args = new ArrayList<>(List.of("ls", "--gcd", group.gcd().toString()));
        args.addAll(List.of(more));
        return Outcome.of(folder, args.toArray(String[]::new)).assertSuccess().out();
    }

    @Test
    void isListedAsJson() {
        JsonNode volume = JsonMapper.builder().build().readTree(ls("--json"));

        assertEquals("dss1", volume.get("volume").asString());
        assertEquals("ann", volume.get("owner").asString());
        assertEquals(FILES, volume.get("files").size());
        for (int i = 0; i < FILES; i++) {
            assertEquals(name(i), volume.get("files").get(i).get("name").asString());
        }
    }

    @Test
    void isListedAsText() {
        List<String> lines = ls().lines().toList();

        assertEquals(FILES + 1, lines.size());
        assertTrue(lines.get(0).startsWith("dss1: Disk array"), lines.get(0));
        assertEquals("  " + name(FILES - 1) + " 100,999 B ann", lines.get(FILES));
    }
}
