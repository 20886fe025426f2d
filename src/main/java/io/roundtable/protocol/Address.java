package io.roundtable.protocol;

/**
 * Where a listener is reached.
 *
 * @param host a name or an IP literal, 1 to 255 printable characters without blanks
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
    }

    private static boolean isHost(String host) {
        return !host.isEmpty()
                && host.length() <= HOST_LENGTH_MAX
                && host.chars().allMatch(c -> c > ' ' && c < 127 && c != '[' && c != ']');
    }

    private static String abbreviate(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /**
     * Parses {@code host:port}; the host may be an IPv6 literal in brackets.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("expected host:port, not '" + abbreviate(text) + "'");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a port number after the colon in '" + abbreviate(text) + "'");
        }
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
