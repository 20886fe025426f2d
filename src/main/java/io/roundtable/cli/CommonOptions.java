package io.roundtable.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = ConfigFile.OPTION,
            paramLabel = "FILE",
            description = "Take options from a file, one 'name = value' a line; see config/.")
    private String config = "";
}
