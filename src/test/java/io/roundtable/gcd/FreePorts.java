package io.roundtable.gcd;

import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports for the GCDs of a group, who have to know each other's before any of them listens. */
final class FreePorts {
    private FreePorts() {}

    /** Different ones, which were free a moment ago. */
    static List<Address> pick(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<Address> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            held.add(socket);
            places.add(new Address("127.0.0.1", socket.getLocalPort()));
        }
        for (ServerSocket each : held) {
            each.close();
        }
        return places;
    }
}
