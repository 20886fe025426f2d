package io.roundtable.net;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Host names to addresses without making the loop wait: names are looked up on threads of their own.
 *
 * <p>What was learned stays in use until something else is learned: elections must not wait for a name service that is slow
 * or away. It is looked up anew, beside that, when it is old, and when a connection to it failed, for the host may have
 * moved.
 */
final class Resolver {
    private static final int CACHE_MAX = 1_024;
    private static final long FRESH_MS = 60_000;
    /** A host whose connections all fail is looked up no more often than this. */
    private static final long DOUBT_EVERY_MS = 1_000;
    /** One name that takes long does not keep all others waiting. */
    private static final int THREADS = 4;

    private record Known(InetAddress address, long askedMs) {}

    private final EventLoop loop;
    private final NameService names;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, List<Consumer<@Nullable InetAddress>>> asked = new HashMap<>();
    private @Nullable Lane lookups;

    Resolver(EventLoop loop, NameService names) {
        this.loop = loop;
        this.names = names;
    }

    /** Literals and known names are answered at once, others on a later turn; null for a name that nobody knows. */
    void resolve(Address address, Consumer<@Nullable InetSocketAddress> then) {
        String host = address.host();
        IpLiteral literal = IpLiteral.parse(host).orElse(null);
        if (literal != null) {
            InetAddress meant = address(literal);
            then.accept(meant == null ? null : new InetSocketAddress(meant, address.port()));
            return;
        }
        Known before = known.get(host);
        if (before == null) {
            ask(host, found -> then.accept(found == null ? null : new InetSocketAddress(found, address.port())));
            return;
        }
        if (loop.nowMs() - before.askedMs >= FRESH_MS) {
            askAgain(host, before);
        }
        then.accept(new InetSocketAddress(before.address, address.port()));
    }

    /** A connection to this host could not be made. */
    void doubt(Address address) {
        Known before = known.get(address.host());
        if (before != null && loop.nowMs() - before.askedMs >= DOUBT_EVERY_MS) {
            askAgain(address.host(), before);
        }
    }

    private void askAgain(String host, Known before) {
        // So that it is not asked once more before there is an answer; and if there is none, it stays.
        known.put(host, new Known(before.address, loop.nowMs()));
        ask(host, found -> {});
    }

    private void ask(String host, Consumer<@Nullable InetAddress> then) {
        List<Consumer<@Nullable InetAddress>> waiting = asked.get(host);
        if (waiting != null) {
            waiting.add(then);
            return;
        }
        asked.put(host, new ArrayList<>(List.of(then)));
        boolean isAsked = lookups().execute(() -> {
            InetAddress found = lookUp(host);
            loop.post(() -> answer(host, found));
        });
        if (!isAsked) {
            // More names than anybody has members, and none of them answered.
            loop.post(() -> answer(host, null));
        }
    }

    private void answer(String host, @Nullable InetAddress found) {
        if (found != null) {
            if (known.size() >= CACHE_MAX && !known.containsKey(host)) {
                known.clear();
            }
            known.put(host, new Known(found, loop.nowMs()));
        }
        List<Consumer<@Nullable InetAddress>> waiting = asked.remove(host);
        if (waiting != null) {
            waiting.forEach(each -> each.accept(found));
        }
    }

    private Lane lookups() {
        Lane made = lookups;
        if (made == null) {
            made = loop.lane("resolver", THREADS, CACHE_MAX);
            lookups = made;
        }
        return made;
    }

    private @Nullable InetAddress lookUp(String host) {
        try {
            return names.lookUp(host);
        } catch (UnknownHostException | IllegalArgumentException e) {
            // The second: some versions of Java say so of what they take for a wrong address.
            return null;
        }
    }

    private static @Nullable InetAddress address(IpLiteral literal) {
        try {
            // With a zone it is looked up among this machine's interfaces; nobody else is asked.
            return literal.hasZone()
                    ? InetAddress.getByName(literal.toString())
                    : InetAddress.getByAddress(literal.bytes());
        } catch (UnknownHostException e) {
            return null;
        }
    }

    void close() {
        if (lookups != null) {
            lookups.closeNow();
        }
    }
}
