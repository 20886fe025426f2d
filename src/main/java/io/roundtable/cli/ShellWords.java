package io.roundtable.cli;

import java.util.ArrayList;
import java.util.List;

/** The words of a line of the prompt, quoted as in sh: {@code 'a b'}, {@code "a b"}, {@code a\ b}. Nothing is expanded. */
final class ShellWords {
    private static final String ESCAPED_IN_QUOTES = "\\\"$`";

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    /** Whether a word has begun, be it an empty one. */
    private boolean isWord;

    private int at;

    private ShellWords(String line) {
        this.line = line;
    }

    /**
     * None for an empty line and for a comment, which begins with #.
     *
     * @throws UsageException if a quote is not closed
     */
    static List<String> of(String line) {
        return line.stripLeading().startsWith("#") ? List.of() : new ShellWords(line).split();
    }

    private List<String> split() {
        while (at < line.length()) {
            char next = line.charAt(at++);
            if (next == ' ' || (next >= '\t' && next <= '\r')) {
                endWord();
                continue;
            }
            isWord = true;
            if (next == '\'' || next == '"') {
                quoted(next);
            } else {
                word.append(next == '\\' ? escaped() : next);
            }
        }
        endWord();
        return List.copyOf(words);
    }

    private void quoted(char quote) {
        while (at < line.length()) {
            char next = line.charAt(at++);
            if (next == quote) {
                return;
            }
            boolean isEscape = quote == '"'
                    && next == '\\'
                    && at < line.length()
                    && ESCAPED_IN_QUOTES.indexOf(line.charAt(at)) >= 0;
            word.append(isEscape ? line.charAt(at++) : next);
        }
        throw new UsageException("there is no second " + quote + " in the line");
    }

    private char escaped() {
        if (at == line.length()) {
            throw new UsageException("nothing comes after the last \\");
        }
        return line.charAt(at++);
    }

    private void endWord() {
        if (isWord) {
            words.add(word.toString());
        }
        word.setLength(0);
        isWord = false;
    }
}
