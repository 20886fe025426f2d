package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    static Stream<String> commands() {
        return Roundtable.commandLine().getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAnExample(String command) {
        for (String option : new String[] {"--help", "-h"}) {
            Captured ran = Captured.run(command, option);

            assertEquals(0, ran.code(), ran::err);
            assertEquals("", ran.err());
            assertTrue(ran.out().contains("Example: roundtable " + command), ran::out);
            assertTrue(ran.out().contains("--config"), ran::out);
        }
    }

    /** What is run is made without looking at the other commands, and is the same. */
    @ParameterizedTest
    @MethodSource("commands")
    void aCommandIsFoundByItsNameAlone(String command) {
        CommandLine alone = Roundtable.commandLine(command);

        CommandLine found = alone.getSubcommands().get(command);
        assertEquals(1, Set.copyOf(alone.getSubcommands().values()).size());
        assertEquals(
                Roundtable.commandLine()
                        .getSubcommands()
                        .get(command)
                        .getCommandSpec()
                        .userObject()
                        .getClass(),
                found.getCommandSpec().userObject().getClass());
        assertEquals(
                commands().toList(),
                List.copyOf(Roundtable.commandLine("--help").getSubcommands().keySet()));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionIsDescribedByASentence(String command) {
        Roundtable.commandLine()
                .getSubcommands()
                .get(command)
                .getCommandSpec()
                .options()
                .forEach(option -> {
                    String[] description = option.description();
                    assertTrue(
                            description.length > 0 && description[0].endsWith("."),
                            command + " " + option.longestName());
                });
    }

    @Test
    void theProgramNamesItsCommands() {
        Captured ran = Captured.run("--help");

        assertEquals(0, ran.code());
        // An alias stands behind its command: copy, put.
        commands()
                .forEach(command -> assertTrue(
                        ran.out().contains("  " + command) || ran.out().contains(", " + command), command));
        assertTrue(ran.out().contains("Example: roundtable up --peers 5"));
    }

    @Test
    void helpIsACommandToo() {
        assertEquals(Captured.run("fail", "--help"), Captured.run("help", "fail"));
        assertEquals(Captured.run("--help"), Captured.run("help"));
        assertEquals(2, Captured.run("help", "nonsense").code());
    }

    @Test
    void theVersionIsOneLine() {
        Captured ran = Captured.run("--version");

        assertEquals(0, ran.code());
        assertTrue(ran.out().strip().matches("roundtable \\d+\\.\\d+\\.\\d+\\S*"), ran::out);
    }
}
