package io.roundtable.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
    @Test
    void wordsAreQuotedAsInSh() {
        assertEquals(List.of("copy", "dss1", "a b.txt"), ShellWords.of("copy dss1 'a b.txt'"));
        assertEquals(List.of("copy", "dss1", "a b.txt"), ShellWords.of(" copy\tdss1  \"a b\".txt "));
        assertEquals(List.of("a b", "it's", "\\n", "\"", "\\"), ShellWords.of("a\\ b \"it's\" '\\n' \"\\\"\" \\\\"));
        assertEquals(List.of("a", "", "b"), ShellWords.of("a '' b"));
        assertEquals(List.of("a#b", "$x", "?"), ShellWords.of("a#b $x ?"));
        assertEquals(List.of(), ShellWords.of(" # a 'comment"));
        assertEquals(List.of(), ShellWords.of("  "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls 'a", "ls \"a\\\"", "ls \\"})
    void whatIsNotClosedIsSaid(String line) {
        assertThrows(UsageException.class, () -> ShellWords.of(line));
    }
}
