package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFileTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("test.conf"), text);
    }

    private List<String> expand(String text, String... args) throws IOException {
        List<String> all = new java.util.ArrayList<>(List.of(args));
        all.addAll(List.of("--config", file(text).toString()));
        return ConfigFile.expand(Roundtable.commandLine(), all);
    }

    @Test
    void linesBecomeOptionsBehindTheCommand() throws IOException {
        String text = """
                # a comment
                peers = 7

                  seed=1
                chaos = true
                quiet = false
                log = /tmp/a = b.log
                """;

        assertEquals(
                List.of("up", "--peers=7", "--seed=1", "--chaos", "--log=/tmp/a = b.log", "--json"),
                expand(text, "up", "--json"));
    }

    @Test
    void theCommandLineComesFirst() throws IOException {
        assertEquals(
                List.of("up", "--peers", "3", "--seed=9", "-q"),
                expand("peers = 7\nseed = 1\nquiet = true", "up", "--peers", "3", "--seed=9", "-q"));
    }

    @Test
    void bothSpellingsOfTheOptionAreTaken() throws IOException {
        String path = file("peers = 7").toString();

        for (List<String> args : List.of(
                List.of("up", "--config=" + path), List.of("--config", path, "up"), List.of("up", "--config", path))) {
            assertEquals(List.of("up", "--peers=7"), ConfigFile.expand(Roundtable.commandLine(), args));
        }
    }

    @Test
    void withoutAFileNothingChanges() {
        List<String> args = List.of("up", "--peers", "3");

        assertEquals(args, ConfigFile.expand(Roundtable.commandLine(), args));
    }

    @ParameterizedTest
    @CsvSource({
        "peers = 7\\ncolour = red, test.conf:2: up has no option 'colour'",
        "peers, test.conf:1: expected name = value",
        "= 7, test.conf:1: expected name = value",
        "config = other.conf, test.conf:1: up has no option 'config'",
        "help = true, test.conf:1: up has no option 'help'",
        "chaos = yes, test.conf:1: 'chaos' is true or false",
        "birthday = 03-14, test.conf:1: up has no option 'birthday'"
    })
    void whatIsWrongIsNamedWithItsLine(String text, String message) {
        UsageException e = assertThrows(UsageException.class, () -> expand(text.replace("\\n", "\n"), "up"));

        assertTrue(e.getMessage().contains(message), e::getMessage);
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        for (String missing : List.of(folder.resolve("none.conf").toString(), folder.toString())) {
            UsageException e = assertThrows(
                    UsageException.class,
                    () -> ConfigFile.expand(Roundtable.commandLine(), List.of("up", "--config", missing)));
            assertTrue(e.getMessage().contains(missing), e::getMessage);
        }
    }

    @Test
    void aConfigWithoutACommandOrWithoutAFileIsWrongUsage() {
        for (List<String> args :
                List.of(List.of("--config", "x"), List.of("up", "--config"), List.of("no", "--config=x"))) {
            assertThrows(UsageException.class, () -> ConfigFile.expand(Roundtable.commandLine(), args));
        }
    }

    static Stream<Path> samples() throws IOException {
        try (Stream<Path> files = Stream.of(Path.of("config"), Path.of("gcd"))
                .filter(Files::isDirectory)
                .flatMap(ConfigFileTest::list)
                .filter(file -> file.toString().endsWith(".conf"))) {
            // A checkout without samples has nothing to promise; the source still needs one element.
            List<Path> found = files.sorted().toList();
            return found.isEmpty() ? Stream.of(Path.of("")) : found.stream();
        }
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A sample is named after its command. */
    @ParameterizedTest
    @MethodSource("samples")
    void everySampleOfTheRepositoryIsUnderstood(Path sample) {
        String name = sample.getFileName().toString();
        if (name.isEmpty()) {
            return;
        }
        String command = name.substring(0, name.indexOf('.')).split("-")[0];
        List<String> expanded =
                ConfigFile.expand(Roundtable.commandLine(), List.of(command, "--config", sample.toString()));

        assertTrue(expanded.size() > 1, expanded::toString);
        assertFalse(Roundtable.commandLine()
                        .parseArgs(expanded.toArray(String[]::new))
                        .subcommand()
                == null);
    }
}
