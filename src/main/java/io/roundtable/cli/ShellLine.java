package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import java.util.List;
import java.util.Optional;

/** Carries out one line of the shell after another; an error is a line on stderr and ends nothing. */
final class ShellLine extends PromptLine {
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

    /** @param confirmation before a volume that holds files is ended */
    ShellLine(VolumeClient volumes, Confirmation confirmation) {
        this.volumes = volumes;
        this.confirmation = confirmation;
    }

    @Override
    void carryOut(String command, List<String> args) throws Exception {
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
                end();
            }
            case "quit", "exit" -> end();
            case "help" -> System.out.println(HELP);
            default -> throw new UsageException("unknown command '" + command + "': try help");
        }
    }
}
