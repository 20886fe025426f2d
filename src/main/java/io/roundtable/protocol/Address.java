package io.roundtable.protocol;

import java.util.Locale;

/**
 * Where a listener is reached. Two spellings of one address are equal, and printed alike: the host is kept in one spelling
 * only. Whether a name and an IP address mean the same is known to nobody here.
 *
 * @param host a name in lower case or an IP literal as {@link IpLiteral} prints it, 1 to 255 printable characters without
 *     blanks; {@code localhost} is 127.0.0.1
 * @param port 1 to 65535
 */
public record Address(String host, int port) implements Comparable<Address> {
    public static final int HOST_LENGTH_MAX = 255;

    public Address {
        if (!isHost(host)) {
            throw new IllegalArgumentException("not a host name or address: '" + abbreviate(host) + "'");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port must be 1 to 65535, not " + port);
        }
        host = oneSpelling(host);
    }

    private static String oneSpelling(String host) {
        if (IpLiteral.isV4(host)) {
            // There is one way only to write it, and most messages bring some.
            return host;
        }
        String literal = IpLiteral.parse(host).map(IpLiteral::toString).orElse("");
        if (!literal.isEmpty()) {
            return literal;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") ? "127.0.0.1" : name;
    }

    private static boolean isHost(String host) {
        if (host.isEmpty() || host.length() > HOST_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c >= 127 || c == '[' || c == ']') {
                return false;
            }
        }
        return true;
    }

    private static String abbreviate(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /**
     * Parses {@code host:port}; an IPv6 literal stands in brackets.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("expected host:port, not '" + abbreviate(text) + "'");
        }
        String host = text.substring(0, colon);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        if (isBracketed) {
            host = host.substring(1, host.length() - 1);
        }
        boolean isV6 = host.indexOf(':') >= 0 && IpLiteral.parse(host).isPresent();
        if (isBracketed ? !isV6 : host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "expected host:port, or [IPv6 address]:port, not '" + abbreviate(text) + "'");
        }
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a port number after the colon in '" + abbreviate(text) + "'");
        }
    }

    /** Whether the host is no name and means only the machine that it is used on: a loopback address, or none at all. */
    public boolean isOfThisMachineOnly() {
        return isWildcard() || IpLiteral.parse(host).map(IpLiteral::isLoopback).orElse(false);
    }

    /** Whether the host is an IP address, so that what is equal to it can be told without asking anybody. */
    public boolean isLiteral() {
        return IpLiteral.parse(host).isPresent();
    }

    /** Whether the host stands for all addresses of a machine: one can listen there, but nobody is reached by it. */
    public boolean isWildcard() {
        return IpLiteral.parse(host).map(IpLiteral::isWildcard).orElse(false);
    }

    /** The same host at another port. */
    public Address at(int otherPort) {
        return new Address(host, otherPort);
    }

    @Override
    public int compareTo(Address other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
