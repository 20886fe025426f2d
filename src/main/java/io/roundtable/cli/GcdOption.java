package io.roundtable.cli;

import io.roundtable.client.GroupClient;
import io.roundtable.client.Patience;
import io.roundtable.protocol.Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the GCDs are, any of them: the option, else {@code ROUNDTABLE_GCD}, else {@code localhost:23600}. */
final class GcdOption {
    static final int PORT = 23_600;

    @Option(
            names = "--gcd",
            paramLabel = "HOST:PORT",
            description =
                    "Where the GCD is; several with commas between. Default: $ROUNDTABLE_GCD, else localhost:23600.")
    private @Nullable String gcd;

    @Option(names = "--wait", description = "Wait for the group if it is not there yet; else that is an error at once.")
    private boolean waits;

    List<Address> addresses() {
        return addresses(gcd);
    }

    Patience patience() {
        return new Patience(waits, sentence -> Roundtable.say(sentence));
    }

    GroupClient group() {
        return new GroupClient(addresses(), patience());
    }

    static List<Address> addresses(@Nullable String given) {
        String fromEnvironment = System.getenv("ROUNDTABLE_GCD");
        String text = given != null ? given : fromEnvironment != null ? fromEnvironment : "localhost:" + PORT;
        try {
            List<Address> all = new ArrayList<>();
            for (String each : text.split(",", -1)) {
                all.add(Address.parse(each.strip()));
            }
            return all;
        } catch (IllegalArgumentException e) {
            throw new UsageException("the GCD's address: " + e.getMessage());
        }
    }
}
