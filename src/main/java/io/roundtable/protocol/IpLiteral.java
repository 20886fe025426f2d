package io.roundtable.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An IP address that was written out. Parsed without asking anybody, and printed in one way however it was written: an
 * IPv6 address as RFC 5952 has it, an IPv4 address in IPv6 clothes ({@code ::ffff:192.0.2.1}) as IPv4.
 */
public final class IpLiteral {
    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;
    private static final int GROUPS = 8;

    private final byte[] bytes;
    private final String zone;

    private IpLiteral(byte[] bytes, String zone) {
        this.bytes = bytes;
        this.zone = zone;
    }

    /** Empty for a name, and for what some systems read as an address and others as another one ({@code 127.1}, {@code 010.0.0.1}). */
    public static Optional<IpLiteral> parse(String text) {
        if (text.indexOf(':') < 0) {
            return Optional.ofNullable(parseV4(text)).map(bytes -> new IpLiteral(bytes, ""));
        }
        int percent = text.indexOf('%');
        String zone = percent < 0 ? "" : text.substring(percent + 1);
        byte[] bytes = percent == text.length() - 1 ? null : parseV6(percent < 0 ? text : text.substring(0, percent));
        if (bytes == null) {
            return Optional.empty();
        }
        byte[] v4 = zone.isEmpty() ? mapped(bytes) : null;
        return Optional.of(new IpLiteral(v4 == null ? bytes : v4, zone));
    }

    /** Whether it is an IPv4 address, without making anything of it. */
    static boolean isV4(String text) {
        int parts = 1;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && digits > 0) {
                parts++;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9' && (digits == 0 || value > 0)) {
                // A leading zero makes it octal to some.
                digits++;
                value = 10 * value + (c - '0');
            } else {
                return false;
            }
            if (value > 255) {
                return false;
            }
        }
        return parts == V4_BYTES && digits > 0;
    }

    private static byte @Nullable [] parseV4(String text) {
        if (!isV4(text)) {
            return null;
        }
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[V4_BYTES];
        for (int i = 0; i < V4_BYTES; i++) {
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return bytes;
    }

    private static byte @Nullable [] parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            List<Integer> all = groups(text);
            return all == null || all.size() != GROUPS ? null : bytes(all, List.of());
        }
        List<Integer> before = groups(text.substring(0, gap));
        List<Integer> behind = groups(text.substring(gap + 2));
        // What stands before the gap is groups alone.
        if (before == null || behind == null || text.lastIndexOf('.', gap) >= 0) {
            return null;
        }
        return before.size() + behind.size() < GROUPS ? bytes(before, behind) : null;
    }

    private static @Nullable List<Integer> groups(String text) {
        List<Integer> groups = new ArrayList<>();
        if (text.isEmpty()) {
            return groups;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            byte[] v4 = i == parts.length - 1 ? parseV4(parts[i]) : null;
            int value = number(parts[i]);
            if (v4 != null) {
                groups.add((v4[0] & 0xff) << 8 | (v4[1] & 0xff));
                groups.add((v4[2] & 0xff) << 8 | (v4[3] & 0xff));
            } else if (value >= 0) {
                groups.add(value);
            } else {
                return null;
            }
        }
        return groups;
    }

    /** -1 for what is no hexadecimal number of at most four ASCII digits. */
    private static int number(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = 16 * value + digit;
        }
        return value;
    }

    private static byte[] bytes(List<Integer> before, List<Integer> behind) {
        byte[] bytes = new byte[V6_BYTES];
        put(bytes, 0, before);
        put(bytes, GROUPS - behind.size(), behind);
        return bytes;
    }

    private static void put(byte[] bytes, int group, List<Integer> values) {
        for (int i = 0; i < values.size(); i++) {
            bytes[2 * (group + i)] = (byte) (values.get(i) >> 8);
            bytes[2 * (group + i) + 1] = (byte) (int) values.get(i);
        }
    }

    private static byte @Nullable [] mapped(byte[] bytes) {
        for (int i = 0; i < 12; i++) {
            if (bytes[i] != (byte) (i < 10 ? 0 : 0xff)) {
                return null;
            }
        }
        return Arrays.copyOfRange(bytes, 12, V6_BYTES);
    }

    /** In the order of the network: 4 of them, or 16. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Whether it says on which interface it is meant. */
    public boolean hasZone() {
        return !zone.isEmpty();
    }

    /** Whether it means the machine that it is used on. */
    public boolean isLoopback() {
        return bytes.length == V4_BYTES ? bytes[0] == 127 : isZero(V6_BYTES - 1) && bytes[V6_BYTES - 1] == 1;
    }

    /** Whether it is no address but stands for all of a machine's. */
    public boolean isWildcard() {
        return isZero(bytes.length);
    }

    private boolean isZero(int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpLiteral that && Arrays.equals(bytes, that.bytes) && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bytes) + zone.hashCode();
    }

    @Override
    public String toString() {
        if (bytes.length == V4_BYTES) {
            return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
        }
        int gap = longestZeros();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
                i += zerosAt(i) - 1;
            } else {
                text.append(text.length() == 0 || text.charAt(text.length() - 1) == ':' ? "" : ":");
                text.append(Integer.toHexString(group(i)));
            }
        }
        return zone.isEmpty() ? text.toString() : text + "%" + zone;
    }

    private int group(int index) {
        return (bytes[2 * index] & 0xff) << 8 | (bytes[2 * index + 1] & 0xff);
    }

    /** Where the longest run of two or more zero groups begins, the first of equals; -1 if there is none. */
    private int longestZeros() {
        int found = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            if (zerosAt(i) > length) {
                found = i;
                length = zerosAt(i);
            }
        }
        return found;
    }

    private int zerosAt(int index) {
        int count = 0;
        while (index + count < GROUPS && group(index + count) == 0) {
            count++;
        }
        return count;
    }
}
