package io.roundtable.cli;

import io.roundtable.protocol.Address;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the GCD is: the option, else {@code ROUNDTABLE_GCD}, else {@code localhost:23600}. */
final class GcdOption {
    static final int PORT = 23_600;

    @Option(
            names = "--gcd",
            paramLabel = "HOST:PORT",
            description = "Where the GCD is. Default: $ROUNDTABLE_GCD, else localhost:23600.")
    private @Nullable String gcd;

    Address address() {
        return address(gcd);
    }

    static Address address(@Nullable String given) {
        String fromEnvironment = System.getenv("ROUNDTABLE_GCD");
        String text = given != null ? given : fromEnvironment != null ? fromEnvironment : "localhost:" + PORT;
        try {
            Address parsed = Address.parse(text);
            // One spelling for this machine, and no name to look up.
            return parsed.host().equals("localhost") ? new Address("127.0.0.1", parsed.port()) : parsed;
        } catch (IllegalArgumentException e) {
            throw new UsageException("the GCD's address: " + e.getMessage());
        }
    }
}
