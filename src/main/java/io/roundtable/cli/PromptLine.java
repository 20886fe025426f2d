package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out the lines of a prompt, one after the other; an error is a line on stderr and ends nothing. */
abstract class PromptLine {
    private boolean goesOn = true;
    private boolean hasFailed;

    /** False once the prompt is to end. */
    final boolean goesOn() {
        return goesOn;
    }

    /** Whether any line could not be carried out. */
    final boolean hasFailed() {
        return hasFailed;
    }

    final void run(String line) throws Exception {
        try {
            List<String> words = ShellWords.of(line);
            if (!words.isEmpty()) {
                carryOut(words.get(0), words.subList(1, words.size()));
            }
        } catch (GroupException | UsageException e) {
            fail(e.getMessage());
        } catch (IOException e) {
            fail(Reason.of(e));
        } catch (InvalidPathException e) {
            fail("not a path: '" + e.getInput() + "'");
        }
    }

    /** Tells a person why a line cannot be carried out. */
    final void fail(@Nullable String reason) {
        hasFailed = true;
        Roundtable.fail(reason, Roundtable.FAILURE);
    }

    /** The prompt ends after this line. */
    final void end() {
        goesOn = false;
    }

    abstract void carryOut(String command, List<String> args) throws Exception;

    // ---- what the commands of all prompts need

    static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new UsageException("not a number: '" + text + "'");
        }
    }

    /** Without the option that says that nobody needs to be asked. */
    static List<String> withoutYes(List<String> args) {
        return args.stream()
                .filter(each -> !each.equals(Confirmation.OPTION) && !each.equals("-y"))
                .toList();
    }

    static void need(List<String> args, int least, int most) {
        if (args.size() < least || args.size() > most) {
            throw new UsageException("wrong number of words: try help");
        }
    }
}
