package io.roundtable.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;

/** Tells where hosts are. May take seconds: it is asked on threads of its own. */
public interface NameService {
    /** The system's own: its files, then DNS. */
    NameService SYSTEM = InetAddress::getByName;

    /** @throws UnknownHostException if there is no such name, or nobody can tell now */
    InetAddress lookUp(String host) throws UnknownHostException;

    /**
     * Has the JVM itself keep what it learns of names for a second only, and nothing of names that nobody knew: a host that
     * moves, or comes later, is found. To be called before anything asks for a name, since the JVM looks only once.
     */
    static void forgetEarly() {
        if (Security.getProperty("networkaddress.cache.ttl") == null) {
            Security.setProperty("networkaddress.cache.ttl", "1");
        }
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }
}
