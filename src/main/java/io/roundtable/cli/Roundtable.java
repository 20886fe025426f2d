package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.event.Visible;
import io.roundtable.net.NameService;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        footer = {"", "Example: roundtable up --peers 5", "Help of a command: roundtable COMMAND --help"})
public final class Roundtable {
    static final int FAILURE = 1;
    static final int USAGE = 2;

    /** In the order of the help. */
    private static final Map<String, Class<?>> COMMANDS = commands();

    private static final Map<String, String> ALIASES = Map.of("put", "copy", "get", "read");

    private Roundtable() {}

    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("up", UpCommand.class);
        commands.put("gcd", GcdCommand.class);
        commands.put("peer", PeerCommand.class);
        commands.put("members", MembersCommand.class);
        commands.put("leader", LeaderCommand.class);
        commands.put("watch", WatchCommand.class);
        commands.put("fail", FailCommand.class);
        commands.put("recover", RecoverCommand.class);
        commands.put("configure", ConfigureCommand.class);
        commands.put("copy", CopyCommand.class);
        commands.put("ls", LsCommand.class);
        commands.put("read", ReadCommand.class);
        commands.put("rm", RmCommand.class);
        commands.put("disk-failure", DiskFailureCommand.class);
        commands.put("scrub", ScrubCommand.class);
        commands.put("explain", ExplainCommand.class);
        commands.put("disks", DisksCommand.class);
        commands.put("decommission", DecommissionCommand.class);
        commands.put("deregister", DeregisterCommand.class);
        commands.put("deregister-disk", DeregisterDiskCommand.class);
        commands.put("disk", DiskCommand.class);
        commands.put("shell", ShellCommand.class);
        commands.put("simulate", SimulateCommand.class);
        return commands;
    }

    public static void main(String[] args) {
        NameService.forgetEarly();
        StandardOutput.install();
        String mangled = ExactNames.ofThisProcess();
        String wrong = ExactNames.refusal(args);
        int code = mangled != null ? fail(mangled, FAILURE) : wrong != null ? fail(wrong, USAGE) : run(args);
        System.exit(code);
    }

    /** Runs one command line and returns its exit code. */
    static int run(String... args) {
        CommandLine line = args.length == 0 ? commandLine() : commandLine(args[0]);
        try {
            if (args.length == 1 && args[0].equals("help")) {
                return run("--help");
            }
            if (args.length == 2
                    && args[0].equals("help")
                    && line.getSubcommands().containsKey(args[1])) {
                return run(args[1], "--help");
            }
            String[] all = ConfigFile.expand(line, List.of(args)).toArray(String[]::new);
            int code = line.execute(all);
            System.out.flush();
            return code;
        } catch (UsageException e) {
            return fail(e.getMessage(), USAGE);
        } catch (StandardOutput.WriteException e) {
            return e.outcome();
        }
    }

    /** With all commands. */
    static CommandLine commandLine() {
        return commandLine(COMMANDS.values());
    }

    /**
     * With this command alone, if there is one of that name: looking at all of them takes as long as all else until a
     * peer listens.
     */
    static CommandLine commandLine(String first) {
        Class<?> command = COMMANDS.get(ALIASES.getOrDefault(first, first));
        return command == null ? commandLine() : commandLine(List.of(command));
    }

    private static CommandLine commandLine(Collection<Class<?>> commands) {
        CommandLine line = new CommandLine(new Roundtable());
        commands.forEach(line::addSubcommand);
        line.registerConverter(java.time.Duration.class, Durations::parse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        // A name may begin with @; it is not a file of more arguments.
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, rest) -> fail(usage(e), USAGE));
        line.setExecutionStrategy(Roundtable::execute);
        line.setExecutionExceptionHandler((e, command, parsed) -> onFailure(e));
        return line;
    }

    /** Where help cannot be written, too, that is no bug. */
    private static int execute(CommandLine.ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (StandardOutput.WriteException e) {
            return e.outcome();
        }
    }

    private static String usage(ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        // Behind the first line come guesses.
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
        return reason + " (see " + name + " --help)";
    }

    private static int onFailure(Exception e) throws Exception {
        if (e instanceof UsageException) {
            return fail(e.getMessage(), USAGE);
        }
        if (e instanceof GroupException) {
            return fail(e.getMessage(), FAILURE);
        }
        if (e instanceof StandardOutput.WriteException fault) {
            return fault.outcome();
        }
        if (e instanceof IOException fault) {
            return fail(Reason.of(fault), FAILURE);
        }
        // A bug of ours is the one thing that deserves a stack trace.
        throw e;
    }

    /** Says why on one line. */
    static int fail(@Nullable String reason, int code) {
        say(reason == null || reason.isEmpty() ? "failed" : reason);
        return code;
    }

    /** One line on stderr. It may hold names, and what another side wrote: it gives the terminal no orders. */
    static void say(String sentence) {
        System.err.println(spoken(sentence));
    }

    /** The line that {@link #say} writes. */
    static String spoken(String sentence) {
        return "roundtable: " + Visible.line(sentence);
    }
}
