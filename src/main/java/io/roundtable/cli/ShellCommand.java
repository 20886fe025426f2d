package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import io.roundtable.foreign.DssUser;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The user's prompt of the course. */
@Command(
        name = "shell",
        description = "A prompt for one command a line: ls, configure, copy, read, disk-failure, decommission, …",
        footer = {
            "",
            "Words are quoted as in sh: copy dss1 'a b.txt'. Where the lines come from a file or a pipe, it ends with 1",
            "if one of them failed, and deletes files only if --yes says so, here or in the line.",
            "Example: roundtable shell --user U1",
            "At a manager of the DSS protocol, by the user's own ports there, and from a script:",
            "Example: roundtable shell --user U1 --dss 127.0.0.1:53000 --m-port 53020 --c-port 53021",
            "Example: echo 'read dss1 a.txt out.txt 10' | roundtable shell --user U1 --dss 127.0.0.1:53000"
        })
final class ShellCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Mixin
    private final ListenOptions listening = new ListenOptions();

    @Option(
            names = "--dss",
            paramLabel = "HOST:PORT",
            description =
                    "Speak the DSS protocol, over UDP, to the manager there, a published one too; no GCD is asked.")
    private @Nullable String dss;

    @Option(
            names = "--m-port",
            paramLabel = "PORT",
            description = "With --dss: UDP port to speak to the manager from; 0 takes a free one. Default: 0.")
    private int managerPort;

    @Option(
            names = "--c-port",
            paramLabel = "PORT",
            description =
                    "With --dss: the port that is named as the user's own for commands. Default: that of --m-port.")
    private int commandPort;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask before files are deleted; a line may say so, too: decommission dss1 --yes.")
    private boolean isSure;

    @Override
    public Integer call() throws Exception {
        boolean isTerminal = System.console() != null;
        Utf8Lines in = new Utf8Lines(System.in);
        Confirmation confirmation = isSure
                ? Confirmation.YES
                : isTerminal ? question -> ask(question, in) : Confirmation.atTerminal(Confirmation.OPTION);
        if (dss != null) {
            return atManager(dss, in, isTerminal, confirmation);
        }
        try (VolumeClient volumes = client.open()) {
            return prompt(new ShellLine(volumes, confirmation), in, isTerminal);
        }
    }

    private int atManager(String manager, Utf8Lines in, boolean isTerminal, Confirmation confirmation)
            throws Exception {
        Address address;
        try {
            address = Address.parse(manager);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--dss: " + e.getMessage());
        }
        ListenOptions.port("--m-port", managerPort);
        ListenOptions.port("--c-port", commandPort);
        String ip = listening.advertised();
        ManagerCheck.ask(address);
        try (DssUser user = new DssUser(
                address,
                listening.listen(),
                managerPort,
                client.user(),
                Roundtable::say,
                ThreadLocalRandom.current()::nextInt)) {
            user.register(ip, commandPort);
            return prompt(new DssShellLine(user, confirmation), in, isTerminal);
        }
    }

    private static int prompt(PromptLine shell, Utf8Lines in, boolean isTerminal) throws Exception {
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

    private static boolean ask(String question, Utf8Lines in) throws IOException {
        System.out.print(question + " [y/N] ");
        System.out.flush();
        return Confirmation.isYes(in.next());
    }
}
