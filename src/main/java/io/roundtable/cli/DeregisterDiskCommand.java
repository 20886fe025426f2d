package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import io.roundtable.event.Visible;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Forgets a disk. */
@Command(
        name = "deregister-disk",
        description = "Forget a Free disk. One that is away is refused when it comes back, until it is emptied.",
        footer = {"", "Example: roundtable deregister-disk D1"})
final class DeregisterDiskCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The disk's name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        try (VolumeClient volumes = client.openToLook()) {
            boolean isAway = volumes.list().disks().stream()
                    .anyMatch(disk -> disk.name().equals(name) && disk.address().isEmpty());
            volumes.deregisterDisk(name);
            if (isAway) {
                System.out.println(
                        Visible.name(name) + " was away: if it comes back with anything on it, it is refused until"
                                + " its data folder has been emptied");
            }
        }
        return 0;
    }
}
