import io.roundtable.protocol.Address;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.FrameStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Map;

/** Asks a peer PROBE many times a second, on one connection, and takes the time until its OK. */
final class Prober {
    private static final int EVERY_MS = 5;

    private final Address peer;

    Prober(Address peer) {
        this.peer = peer;
    }

    Map<String, Object> run(double seconds) throws Exception {
        long[] times = new long[(int) (seconds * 1000 / EVERY_MS) + 1];
        long[] late = new long[times.length];
        int count = 0;
        long start = System.nanoTime();
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(peer.host(), peer.port()));
                FrameStream frames = new FrameStream(channel)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            while (Orders.seconds(start) < seconds && count < times.length) {
                long asked = System.nanoTime();
                frames.send(FrameKind.REQUEST, count, Message.Probe.BARE);
                if (!(frames.next().message() instanceof Message.Ok)) {
                    throw new IOException("a PROBE was not answered with OK");
                }
                long answered = System.nanoTime();
                times[count] = answered - asked;
                Thread.sleep(EVERY_MS);
                late[count++] = System.nanoTime() - answered - EVERY_MS * 1_000_000L;
            }
        }
        long[] sorted = sorted(times, count);
        long[] sortedLate = sorted(late, count);
        return Orders.figures(
                "probes", count,
                "p50_ms", Percentiles.ms(sorted, 0.5),
                "p99_ms", Percentiles.ms(sorted, 0.99),
                "p999_ms", Percentiles.ms(sorted, 0.999),
                "max_ms", Percentiles.ms(sorted, 1),
                "sleep_p99_ms", Percentiles.ms(sortedLate, 0.99),
                "sleep_p999_ms", Percentiles.ms(sortedLate, 0.999));
    }

    private static long[] sorted(long[] times, int count) {
        long[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return sorted;
    }
}
