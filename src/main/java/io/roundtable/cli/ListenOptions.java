package io.roundtable.cli;

import io.roundtable.protocol.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where to listen: this machine only, unless told otherwise. */
final class ListenOptions {
    @Option(
            names = "--listen",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Interface to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    private String listen = "127.0.0.1";

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description = "Host under which others reach this process. Default: the --listen host.")
    private @Nullable String advertise;

    InetAddress listen() {
        try {
            return InetAddress.getByName(bare(listen));
        } catch (UnknownHostException e) {
            throw new UsageException("--listen: unknown host '" + listen + "'");
        }
    }

    String advertised() {
        if (advertise != null) {
            try {
                Address advertised = new Address(bare(advertise), 1);
                if (advertised.isWildcard()) {
                    throw new UsageException(
                            "--advertise " + advertise + " names no machine: give a host's name or address");
                }
                return advertised.host();
            } catch (IllegalArgumentException e) {
                throw new UsageException("--advertise: " + e.getMessage());
            }
        }
        InetAddress address = listen();
        if (address.isAnyLocalAddress()) {
            throw new UsageException("--listen " + listen + " needs --advertise HOST: the name others reach us by");
        }
        return new Address(address.getHostAddress(), 1).host();
    }

    /** An IPv6 address stands in brackets elsewhere, so some put it in brackets here. */
    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Looks at what was said, though not all of it may be used. */
    void check() {
        listen();
        if (advertise != null) {
            advertised();
        }
    }

    /** @param option that says which port, for the user */
    static int port(String option, int port) {
        if (port < 0 || port > 65_535) {
            throw new UsageException(option + " must be 0 to 65535, not " + port);
        }
        return port;
    }
}
