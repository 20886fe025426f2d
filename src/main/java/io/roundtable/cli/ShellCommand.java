package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The user's prompt of the course. */
@Command(
        name = "shell",
        description = "A prompt for one command a line: ls, configure, copy, read, disk-failure, decommission, …",
        footer = {
            "",
            "Where the lines come from a file or a pipe, it ends with 1 if one of them failed.",
            "Example: roundtable shell --user U1"
        })
final class ShellCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Override
    public Integer call() throws Exception {
        boolean isTerminal = System.console() != null;
        try (VolumeClient volumes = client.open()) {
            Utf8Lines in = new Utf8Lines(System.in);
            ShellLine shell = new ShellLine(volumes, isTerminal ? question -> ask(question, in) : Confirmation.YES);
            while (shell.goesOn()) {
                if (isTerminal) {
                    System.out.print("> ");
                    System.out.flush();
                }
                try {
                    String line = in.next();
                    if (line == null) {
                        break;
                    }
                    shell.run(line);
                } catch (UsageException e) {
                    shell.fail(e.getMessage());
                }
                System.out.flush();
            }
            // A person has seen what failed; a script asks for the code.
            return shell.hasFailed() && !isTerminal ? Roundtable.FAILURE : 0;
        }
    }

    private static boolean ask(String question, Utf8Lines in) throws IOException {
        System.out.print(question + " [y/N] ");
        System.out.flush();
        return Confirmation.isYes(in.next());
    }
}
