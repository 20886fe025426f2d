package io.roundtable.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Which addresses are this machine's. */
public final class ThisMachine {
    private ThisMachine() {}

    /** Whether a connection to this address, from here, ends here; asked anew each time, since addresses come and go. */
    public static boolean has(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
