package io.roundtable.cli;

import io.roundtable.client.GroupException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program: finds the command, runs it, turns its outcome into an exit code. */
@Command(
        name = "roundtable",
        description = "A storage group that leads itself: peers join, elect the highest identity, watch their leader.",
        mixinStandardHelpOptions = true,
        version = "roundtable 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            GcdCommand.class,
            PeerCommand.class,
            MembersCommand.class,
            LeaderCommand.class,
            WatchCommand.class,
            FailCommand.class,
            RecoverCommand.class,
            ConfigureCommand.class,
            CopyCommand.class,
            LsCommand.class,
            ReadCommand.class,
            RmCommand.class,
            DiskFailureCommand.class,
            ScrubCommand.class,
            ExplainCommand.class,
            DisksCommand.class,
            DecommissionCommand.class,
            DeregisterCommand.class,
            DeregisterDiskCommand.class,
            ShellCommand.class,
            SimulateCommand.class
        },
        footer = {"", "Example: roundtable up --peers 5", "Help of a command: roundtable COMMAND --help"})
public final class Roundtable {
    static final int FAILURE = 1;
    static final int USAGE = 2;

    private Roundtable() {}

    public static void main(String[] args) {
        int code = run(args);
        System.out.flush();
        System.exit(code);
    }

    /** Runs one command line and returns its exit code. */
    static int run(String... args) {
        CommandLine line = commandLine();
        try {
            String[] all = ConfigFile.expand(line, List.of(args)).toArray(String[]::new);
            return line.execute(all);
        } catch (UsageException e) {
            return fail(e.getMessage(), USAGE);
        }
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Roundtable());
        line.registerConverter(java.time.Duration.class, Durations::parse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.setParameterExceptionHandler((e, rest) -> fail(usage(e), USAGE));
        line.setExecutionExceptionHandler((e, command, parsed) -> onFailure(e));
        return line;
    }

    private static String usage(ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        return e.getMessage() + " (see " + name + " --help)";
    }

    private static int onFailure(Exception e) throws Exception {
        if (e instanceof UsageException) {
            return fail(e.getMessage(), USAGE);
        }
        if (e instanceof GroupException || e instanceof IOException) {
            return fail(e.getMessage(), FAILURE);
        }
        // A bug of ours is the one thing that deserves a stack trace.
        throw e;
    }

    /** Says why on one line. */
    static int fail(@Nullable String reason, int code) {
        String line = String.valueOf(reason).lines().findFirst().orElse("failed");
        // The reason may be what another side wrote: it gives the terminal no orders.
        System.err.println("roundtable: " + line.replaceAll("\\p{Cc}", "?"));
        return code;
    }
}
