package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out one line of the shell after another; an error is a line on stderr and ends nothing. */
final class ShellLine implements PromptLine {
    private static final String HELP = """
            ls [VOLUME [PREFIX]]
            configure VOLUME N UNIT
            copy VOLUME PATH [NAME]
            read VOLUME NAME OUT [P]
            disk-failure VOLUME [DISK]
            rm VOLUME NAME
            decommission VOLUME [--yes]
            deregister
            quit""";

    private final VolumeClient volumes;
    private final Confirmation confirmation;
    private boolean goesOn = true;
    private boolean hasFailed;

    /** @param confirmation before a volume that holds files is ended */
    ShellLine(VolumeClient volumes, Confirmation confirmation) {
        this.volumes = volumes;
        this.confirmation = confirmation;
    }

    @Override
    public boolean goesOn() {
        return goesOn;
    }

    @Override
    public boolean hasFailed() {
        return hasFailed;
    }

    @Override
    public void run(String line) throws Exception {
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

    @Override
    public void fail(@Nullable String reason) {
        hasFailed = true;
        Roundtable.fail(reason, Roundtable.FAILURE);
    }

    private void carryOut(String command, List<String> args) throws Exception {
        switch (command) {
            case "ls" -> {
                need(args, 0, 2);
                LsCommand.print(
                        volumes, args.isEmpty() ? null : args.get(0), args.size() > 1 ? args.get(1) : "", false);
            }
            case "configure" -> {
                need(args, 3, 4);
                int parity = args.size() > 3 ? number(args.get(3)) : 1;
                System.out.println(VolumeText.line(RefusalHints.configure(
                        volumes, args.get(0), number(args.get(1)), parity, ByteCount.unit(args.get(2)), false)));
            }
            case "copy", "put" -> {
                need(args, 2, 3);
                if (args.get(1).equals("-")) {
                    throw new UsageException("standard input is where the commands come from: name a file");
                }
                CopyCommand.copy(volumes, args.get(0), args.get(1), args.size() > 2 ? args.get(2) : null);
            }
            case "read", "get" -> {
                need(args, 3, 4);
                ReadCommand.read(
                        volumes, args.get(0), args.get(1), args.get(2), args.size() > 3 ? number(args.get(3)) : 0);
            }
            case "disk-failure" -> {
                need(args, 1, 2);
                JobWatch.await(
                        volumes,
                        volumes.failDisk(args.get(0), args.size() > 1 ? Optional.of(args.get(1)) : Optional.empty()));
            }
            case "rm" -> {
                need(args, 2, 2);
                RefusalHints.remove(volumes, args.get(0), args.get(1));
            }
            case "decommission", "decommission-dss" -> {
                List<String> names = withoutYes(args);
                need(names, 1, 1);
                DecommissionCommand.decommission(
                        volumes, names.get(0), false, names.size() < args.size() ? Confirmation.YES : confirmation);
            }
            case "deregister" -> {
                need(args, 0, 0);
                volumes.deregisterUser(volumes.user(), false);
                goesOn = false;
            }
            case "quit", "exit" -> goesOn = false;
            case "help" -> System.out.println(HELP);
            default -> throw new UsageException("unknown command '" + command + "': try help");
        }
    }

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
