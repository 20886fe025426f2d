package io.roundtable.cli;

import java.io.Console;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks before what cannot be undone. */
interface Confirmation {
    /**
     * Whether it may be done.
     *
     * @param question ends with a question mark
     * @throws IOException with what to do instead, if nobody is there to be asked
     */
    boolean isGiven(String question) throws IOException;

    /** What whoever is sure says beforehand. */
    String OPTION = "--yes";

    /** Whoever asked for it was sure. */
    Confirmation YES = question -> true;

    /** Asks the person at the terminal; where there is none, the option has to be given. */
    static Confirmation atTerminal(String option) {
        return question -> {
            Console console = System.console();
            if (console == null) {
                throw new IOException(question + " Say so with " + option);
            }
            return isYes(console.readLine("%s [y/N] ", question));
        };
    }

    /** @param answer null at the end of the input */
    static boolean isYes(@Nullable String answer) {
        String said = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
        return said.equals("y") || said.equals("yes");
    }
}
