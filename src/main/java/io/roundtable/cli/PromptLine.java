package io.roundtable.cli;

import org.jspecify.annotations.Nullable;

/** What becomes of the lines of a prompt. */
interface PromptLine {
    /** False once the prompt is to end. */
    boolean goesOn();

    /** Whether any line could not be carried out. */
    boolean hasFailed();

    void run(String line) throws Exception;

    /** Tells a person why a line cannot be carried out. */
    void fail(@Nullable String reason);
}
