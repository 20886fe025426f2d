package io.roundtable.manager;

import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Orders to disks that are not answered yet. */
final class Orders {
    /** A disk that has other things to do reads, checks and computes at least so fast. */
    private static final long BYTES_PER_MS_MIN = (4L << 20) / 1_000;

    private final Context context;
    private final Map<Long, Open> open = new TreeMap<>();
    private long token;

    private record Open(Identity host, Optional<DiskId> disk, Consumer<@Nullable Message> then) {}

    Orders(Context context) {
        this.context = context;
    }

    /** @param then told the answer, or null if there was none in time */
    void send(Member host, DiskMessage order, long timeoutMs, Consumer<@Nullable Message> then) {
        open.put(++token, new Open(host.identity(), order.target(), then));
        context.add(new ManagerEffect.Order(token, host, order, timeoutMs));
    }

    /**
     * How long to wait for an order that moves so many bytes. Too long costs nothing: the end of a peer is seen by its
     * connection. Too short, and what takes longer is given up and begun anew for ever.
     */
    static long timeoutMs(long leastMs, long bytes) {
        return leastMs + bytes / BYTES_PER_MS_MIN;
    }

    boolean isOpen(long sent) {
        return open.containsKey(sent);
    }

    void onAnswer(long answered, @Nullable Message message) {
        Open order = open.remove(answered);
        if (order != null) {
            order.then.accept(message);
        }
    }

    /** No order to this peer will be answered any more. */
    void onPeerGone(Identity peer) {
        lose(order -> order.host.equals(peer));
    }

    /** No order to this disk will be answered any more; its peer may host others. */
    void onDiskGone(DiskId disk) {
        lose(order -> order.disk.equals(Optional.of(disk)));
    }

    private void lose(Predicate<Open> which) {
        List<Long> lost = new ArrayList<>();
        open.forEach((sent, order) -> {
            if (which.test(order)) {
                lost.add(sent);
            }
        });
        lost.forEach(sent -> onAnswer(sent, null));
    }
}
