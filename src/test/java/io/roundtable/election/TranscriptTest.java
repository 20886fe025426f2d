package io.roundtable.election;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The machine does what src/test/resources/transcripts says, line by line. After a change that is meant, run with
 * {@code -Droundtable.transcripts.write=true} and read the diff.
 */
class TranscriptTest {
    private static final boolean WRITE = Boolean.getBoolean("roundtable.transcripts.write");

    @ParameterizedTest
    @ValueSource(strings = {"plain-election-of-three", "native-crash-of-leader", "feign-and-recover"})
    void theMachineDoesWhatTheTranscriptSays(String name) throws IOException {
        String expected = read(name);
        String actual = Transcript.replay(List.of(expected.split("\n")));
        if (WRITE) {
            Files.writeString(Path.of("src/test/resources/transcripts", name + ".txt"), actual);
        } else {
            assertEquals(expected, actual);
        }
    }

    private static String read(String name) throws IOException {
        try (InputStream in = TranscriptTest.class.getResourceAsStream("/transcripts/" + name + ".txt")) {
            if (in == null) {
                throw new AssertionError("no transcript " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
