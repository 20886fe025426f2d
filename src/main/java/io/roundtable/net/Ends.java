package io.roundtable.net;

import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Both ends of a connection.
 *
 * @param local {@code host:port}; empty before it is connected
 * @param remote {@code host:port}; empty before it is connected
 * @param isSameMachine whether both are on this machine
 */
record Ends(String local, String remote, boolean isSameMachine) {
    static final Ends UNKNOWN = new Ends("", "", false);

    static Ends of(StreamChannel channel) throws IOException {
        InetSocketAddress here = channel.local();
        InetSocketAddress there = channel.remote();
        boolean isSame =
                there.getAddress().isLoopbackAddress() || there.getAddress().equals(here.getAddress());
        return new Ends(text(here), text(there), isSame);
    }

    private static String text(InetSocketAddress address) {
        return new Address(address.getAddress().getHostAddress(), address.getPort()).toString();
    }
}
