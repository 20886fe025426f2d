package io.roundtable.net;

import io.roundtable.protocol.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Host names to addresses without making the loop wait: names are looked up on a thread of their own. */
final class Resolver {
    private static final int CACHE_MAX = 1_024;
    private static final long CACHE_MS = 60_000;
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    private record Known(InetAddress address, long untilMs) {}

    private final SelectorLoop loop;
    private final Map<String, Known> known = new HashMap<>();
    private @Nullable ExecutorService lookups;

    Resolver(SelectorLoop loop) {
        this.loop = loop;
    }

    /** Literals are answered at once, names on a later turn; null for a name that nobody knows. */
    void resolve(Address address, Consumer<@Nullable InetSocketAddress> then) {
        String host = address.host();
        Known cached = known.get(host);
        if (cached != null && cached.untilMs > loop.nowMs()) {
            then.accept(new InetSocketAddress(cached.address, address.port()));
        } else if (isLiteral(host)) {
            InetAddress literal = lookUp(host);
            remember(host, literal);
            then.accept(literal == null ? null : new InetSocketAddress(literal, address.port()));
        } else {
            lookUpElsewhere(host, found -> {
                remember(host, found);
                then.accept(found == null ? null : new InetSocketAddress(found, address.port()));
            });
        }
    }

    private void lookUpElsewhere(String host, Consumer<@Nullable InetAddress> then) {
        if (lookups == null) {
            lookups = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "resolver");
                thread.setDaemon(true);
                return thread;
            });
        }
        lookups.execute(() -> {
            InetAddress found = lookUp(host);
            loop.post(() -> then.accept(found));
        });
    }

    private void remember(String host, @Nullable InetAddress found) {
        if (known.size() >= CACHE_MAX) {
            known.clear();
        }
        if (found != null) {
            known.put(host, new Known(found, loop.nowMs() + CACHE_MS));
        }
    }

    private static boolean isLiteral(String host) {
        // Stricter than it looks: whatever is no literal to Java after all would be asked of DNS, in our turn.
        boolean isIpv6 = host.indexOf(':') >= 0 && (host.charAt(0) == ':' || Character.digit(host.charAt(0), 16) >= 0);
        return isIpv6 || IPV4.matcher(host).matches();
    }

    private static @Nullable InetAddress lookUp(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    void close() {
        if (lookups != null) {
            lookups.shutdownNow();
        }
    }
}
