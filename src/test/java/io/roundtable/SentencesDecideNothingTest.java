package io.roundtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A refusal's sentence is for people: programs look at its code. */
class SentencesDecideNothingTest {
    private static final String COMPARING = "(equals|startsWith|endsWith|contains|matches)\\(";
    private static final Pattern DECIDES = Pattern.compile("(reason|getMessage|error)\\(\\)\\)?\\s*\\." + COMPARING
            + "|" + COMPARING + "\\w+\\.(reason|getMessage|error)\\(\\)"
            + "|" + COMPARING + "Refusals\\.|Refusals\\.[A-Z_]+\\s*\\.equals");

    /** Who has nothing but the sentence. */
    private static final Set<String> WITHOUT_CODES = Set.of(
            // The DSS protocol has no codes, whoever speaks it.
            "cli/DiskCommand.java",
            "foreign/RemoteBlocks.java",
            "foreign/DssUser.java",
            // Its own answers, on their way to a user of that protocol.
            "dss/Floor.java",
            "dss/ManagerDesk.java",
            // Texts of lab nodes.
            "wire/LabAdvice.java");

    @Test
    void noProgramLooksAtASentence() throws IOException {
        Path root = Path.of("src/main/java/io/roundtable");
        List<String> found = new ArrayList<>();
        int looked = 0;
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each :
                    all.filter(path -> path.toString().endsWith(".java")).toList()) {
                looked++;
                String name = root.relativize(each).toString();
                if (!WITHOUT_CODES.contains(name)
                        && DECIDES.matcher(Files.readString(each)).find()) {
                    found.add(name);
                }
            }
        }
        assertTrue(looked > 400, "only " + looked + " files");
        assertEquals(List.of(), found);
    }

    @Test
    void whatIsForbiddenIsFound() {
        for (String each : List.of(
                "if (refusal.reason().equals(X))",
                "String.valueOf(e.getMessage())\n    .endsWith(AGAIN)",
                "CAUTION.contains(refusal.reason())",
                "reason.equals(Refusals.NO_SUCH_FILE)")) {
            assertTrue(DECIDES.matcher(each).find(), each);
        }
    }
}
