package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Our disk at a manager that is not ours: the plain commands, from a folder. */
class PlainDiskTest {
    @TempDir
    private Path folder;

    private PlainBlocks blocks;
    private PlainDisk disk;

    @BeforeEach
    void start() throws IOException {
        blocks = PlainBlocks.open(folder, 1 << 20);
        disk = new PlainDisk(blocks);
    }

    @AfterEach
    void end() throws IOException {
        blocks.close();
    }

    private void restart() throws IOException {
        end();
        start();
    }

    private JsonNode send(String json) {
        return new JsonMapper().readTree(disk.serve(json.getBytes(StandardCharsets.UTF_8)));
    }

    private String error(String json) {
        JsonNode answer = send(json);
        assertEquals("FAILURE", answer.get("status").stringValue());
        return answer.get("error").stringValue();
    }

    private static String write(String file, Object stripe, int index, byte[] block) {
        return "{\"cmd\": \"write-block\", \"args\": {\"dss_name\": \"dss1\", \"file_name\": \"" + file
                + "\", \"stripe_idx\": " + stripe + ", \"disk_index\": " + index
                + ", \"is_parity\": false, \"block_b64\": \""
                + Base64.getEncoder().encodeToString(block) + "\"}}";
    }

    private static String read(String file, int stripe, int index) {
        return "{\"cmd\": \"read-block\", \"args\": {\"file_name\": \"" + file + "\", \"stripe_idx\": " + stripe
                + ", \"disk_index\": " + index + "}}";
    }

    private void writes(String file, int stripe, byte[] block) {
        assertEquals(
                "SUCCESS", send(write(file, stripe, 1, block)).get("status").stringValue());
    }

    private byte[] reads(String file, int stripe) {
        return Base64.getDecoder()
                .decode(send(read(file, stripe, 1)).get("block_b64").stringValue());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("blocks"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAStartAndTheLastOneCounts() throws IOException {
        writes("a", 0, Content.random(32_768, 1));
        writes("a", 1, Content.random(128, 2));
        writes("a", 1, Content.random(128, 3));
        writes("../b", 1, Content.random(128, 4));
        restart();
        assertArrayEquals(Content.random(32_768, 1), reads("a", 0));
        assertArrayEquals(Content.random(128, 3), reads("a", 1));
        assertArrayEquals(Content.random(128, 4), reads("../b", 1));
        assertEquals("not found", error(read("a", 1, 0)));
        assertEquals("not found", error(read("a", 2, 1)));
        assertEquals(3, files().size());
    }

    @Test
    void numbersMayBeTextAsUsersTypeThem() {
        assertEquals(
                "SUCCESS",
                send(write("a", "\"7\"", 1, new byte[] {1})).get("status").stringValue());
        assertArrayEquals(new byte[] {1}, reads("a", 7));
    }

    @Test
    void aBlockThatRottedIsNotHandedOut() throws IOException {
        writes("a", 0, Content.random(128, 1));
        Path block = files().get(0);
        byte[] bytes = Files.readAllBytes(block);
        for (int at : new int[] {0, 5, 10, 14, bytes.length - 1}) {
            byte[] rotten = bytes.clone();
            rotten[at] ^= 4;
            Files.write(block, rotten);
            JsonNode answer = send(read("a", 0, 1));
            assertEquals("not found", answer.get("error").stringValue(), "byte " + at);
            assertTrue(answer.get("detail").stringValue().contains("check sum"));
        }
        Files.write(block, new byte[0]);
        assertEquals("not found", error(read("a", 0, 1)));
        writes("a", 0, Content.random(128, 1));
        assertArrayEquals(Content.random(128, 1), reads("a", 0));
    }

    @Test
    void failForgetsAllAndRefusesReadsUntilItIsNormalAgain() throws IOException {
        writes("a", 0, new byte[] {1});
        assertEquals(
                "fail-complete",
                send("{\"cmd\": \"fail\", \"args\": {}}").get("event").stringValue());
        assertEquals(List.of(), files());
        assertEquals("simulated failure", error(read("a", 0, 1)));
        // What others computed is written while it fails.
        writes("a", 0, new byte[] {2});
        assertEquals("simulated failure", error(read("a", 0, 1)));
        JsonNode normal = send("{\"cmd\": \"set-mode\", \"args\": {\"state\": \"normal\"}}");
        assertEquals("normal", normal.get("mode").stringValue());
        assertArrayEquals(new byte[] {2}, reads("a", 0));
        assertEquals(
                "SUCCESS",
                send("{\"cmd\": \"wipe\", \"args\": {}}").get("status").stringValue());
        assertEquals("not found", error(read("a", 0, 1)));
        assertEquals(List.of(), files());
    }

    @Test
    void itTakesNoMoreThanItWasGivenAndForgettingGivesRoomBack() throws IOException {
        for (int i = 0; ; i++) {
            JsonNode answer = send(write("a", i, 1, new byte[32_768]));
            if (answer.get("status").stringValue().equals("FAILURE")) {
                assertTrue(answer.get("error").stringValue().contains("full"), answer::toString);
                break;
            }
            assertTrue(i < 32);
        }
        // The same block again takes no more room.
        writes("a", 0, new byte[32_768]);
        restart();
        assertTrue(error(write("a", 99, 1, new byte[32_768])).contains("full"));
        send("{\"cmd\": \"wipe\", \"args\": {}}");
        writes("a", 99, new byte[32_768]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cmd\": \"write-block\", \"args\": {}}",
                "{\"cmd\": \"write-block\", \"args\": {\"dss_name\": \"d\", \"file_name\": \"a\", \"stripe_idx\": -1,"
                        + " \"disk_index\": 0, \"is_parity\": false, \"block_b64\": \"AA==\"}}",
                "{\"cmd\": \"write-block\", \"args\": {\"dss_name\": \"d\", \"file_name\": \"a\", \"stripe_idx\": 1,"
                        + " \"disk_index\": 0, \"is_parity\": false, \"block_b64\": \"A*\"}}",
                "{\"cmd\": \"read-block\", \"args\": {\"file_name\": \"a\"}}",
                "{\"cmd\": \"read-block\"}",
                "{\"cmd\": \"set-mode\", \"args\": {\"state\": \"odd\"}}"
            })
    void whatIsMissingOrWrongIsRefusedInTheSheetsWords(String json) {
        assertEquals("missing/invalid fields", error(json));
    }

    @Test
    void garbageIsRefusedAndAnAnswerThatStrayedIsNotAnswered() {
        assertEquals("bad json", error("{"));
        assertEquals("bad json", error("[1, 2]"));
        assertEquals("bad json", error("\u0000"));
        assertEquals("unsupported", error("{\"cmd\": \"format\", \"args\": {}}"));
        assertNull(disk.serve("{\"status\": \"SUCCESS\"}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void oneProcessHasTheFolder() {
        assertThrows(IOException.class, () -> PlainBlocks.open(folder, 1 << 20));
    }
}
