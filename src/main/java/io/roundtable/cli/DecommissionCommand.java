package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.event.Visible;
import io.roundtable.protocol.VolumeMessage;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a volume. */
@Command(
        name = "decommission",
        description = "End a volume of yours: its files are gone, its disks are wiped and Free again.",
        footer = {
            "",
            "If it holds files, it asks first; where nobody can be asked, as in a script, it needs --yes then.",
            "Example: roundtable decommission dss1"
        })
final class DecommissionCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask, however many files it holds.")
    private boolean isSure;

    @Option(names = "--force", description = "Though somebody else owns it; becomes an event.")
    private boolean isForced;

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.open()) {
            decommission(
                    volumes,
                    volume,
                    isForced,
                    isSure ? Confirmation.YES : Confirmation.atTerminal(Confirmation.OPTION));
        }
        return 0;
    }

    static void decommission(VolumeClient volumes, String volume, boolean isForced, Confirmation confirmation)
            throws GroupException, IOException {
        VolumeMessage.Files some = volumes.filesAfter(volume, "", 1);
        boolean isOurs = some.owner().isEmpty() || some.owner().equals(volumes.user());
        if (!isOurs && !isForced) {
            throw new GroupException(
                    "NOT_OWNER: " + volume + " belongs to " + some.owner() + "; --force ends it all the same");
        }
        int agreed = 0;
        if (confirmation.equals(Confirmation.YES)) {
            agreed = Integer.MAX_VALUE;
        } else if (some.total() > 0) {
            if (!confirmation.isGiven(question(volume, some.total()))) {
                throw new GroupException(volume + " is as it was");
            }
            agreed = some.total();
        }
        JobWatch.await(volumes, volumes.decommission(volume, isForced, agreed));
    }

    static String question(String volume, int files) {
        return String.format(
                Locale.ROOT,
                "%s holds %,d %s of all its users: delete %s for good?",
                Visible.name(volume),
                files,
                files == 1 ? "file" : "files",
                files == 1 ? "it" : "them");
    }
}
