package io.roundtable.gcd;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which listen addresses a member may name: hosts that mean this machine, and any host once the GCD itself listens to
 * other machines.
 */
final class HostCheck {
    /** Digits only: {@code 127.example.org} is anybody's. */
    private static final Pattern LOOPBACK = Pattern.compile("127(?:\\.\\d{1,3}){3}");

    private final boolean allowsAll;
    private final Set<String> here = new HashSet<>();

    HostCheck(InetAddress listening) {
        allowsAll = !listening.isLoopbackAddress();
        here.add("localhost");
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(each.getInetAddresses())) {
                    here.add(address.getHostAddress());
                }
            }
        } catch (SocketException e) {
            // Then only the loopback names below are known to be ours.
            here.add("::1");
        }
    }

    boolean isAllowed(String host) {
        return allowsAll || LOOPBACK.matcher(host).matches() || here.contains(host);
    }
}
