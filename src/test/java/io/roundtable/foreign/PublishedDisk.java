package io.roundtable.foreign;

import io.roundtable.protocol.DiskId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A disk program as the course publishes it, in virtual time behind a network of one's choice: in memory, overwriting, keyed
 * by file, stripe and index, nothing checked.
 */
final class PublishedDisk implements Line.To {
    private static final JsonMapper MAPPER = new JsonMapper();

    private record Event(long atMs, long order, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) ->
            one.atMs != other.atMs ? Long.compare(one.atMs, other.atMs) : Long.compare(one.order, other.order));
    final Map<String, String> blocks = new HashMap<>();
    private final Random random;
    private long order;
    private long nowMs = 1_000;
    boolean isRunning = true;
    boolean isFailed;
    /** Says SUCCESS to a write and does not do it. */
    boolean keepsNothing;
    /** Percent. */
    int loss;

    int twice;
    /** Of the answers: a request that is not what it was would write something, and is found to be wrong later. */
    int garbage;
    /** How late a datagram may be, each by itself, so that they overtake each other. */
    int lateMs;

    int datagrams;

    PublishedDisk(long seed) {
        random = new Random(seed);
    }

    long nowMs() {
        return nowMs;
    }

    void pass(long ms) {
        runUntil(nowMs + ms);
    }

    ForeignMedium open(long term) throws IOException {
        return open(term, this);
    }

    ForeignMedium open(long term, Line.To to) throws IOException {
        return ForeignMedium.open(
                new Question(to, "the foreign disk", this::nowMs),
                "the foreign disk",
                new DiskId(1, 2),
                term,
                this::nowMs,
                random::nextLong);
    }

    void restart() {
        blocks.clear();
        isRunning = true;
    }

    private void runUntil(long untilMs) {
        while (!events.isEmpty() && events.peek().atMs <= untilMs) {
            Event next = events.remove();
            nowMs = Math.max(nowMs, next.atMs);
            next.action.run();
        }
        nowMs = Math.max(nowMs, untilMs);
    }

    private void transmit(byte[] datagram, int garbled, Consumer<byte[]> to) {
        datagrams++;
        int times = random.nextInt(100) < twice ? 2 : 1;
        for (int i = 0; i < times; i++) {
            if (random.nextInt(100) >= loss) {
                long at = nowMs + 1 + (lateMs == 0 ? 0 : random.nextInt(lateMs));
                byte[] arrives = random.nextInt(100) < garbled ? damaged(datagram) : datagram;
                events.add(new Event(at, order++, () -> to.accept(arrives)));
            }
        }
    }

    private byte[] damaged(byte[] datagram) {
        byte[] other = datagram.clone();
        other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(7));
        return other;
    }

    private static String key(JsonNode args) {
        return args.get("file_name").stringValue() + "/" + args.get("stripe_idx") + "/" + args.get("disk_index");
    }

    /** @return null for a command that is none */
    private @Nullable Map<String, Object> serve(byte[] datagram) {
        try {
            JsonNode root = MAPPER.readTree(datagram);
            JsonNode args = root.get("args");
            Map<String, Object> answer = new LinkedHashMap<>();
            switch (root.get("cmd").stringValue()) {
                case "write-block" -> {
                    String block = args.get("block_b64").stringValue();
                    Base64.getDecoder().decode(block);
                    if (!keepsNothing) {
                        blocks.put(key(args), block);
                    }
                    answer.put("status", "SUCCESS");
                }
                case "read-block" -> {
                    String block = blocks.get(key(args));
                    answer.put("status", block == null || isFailed ? "FAILURE" : "SUCCESS");
                    if (isFailed) {
                        answer.put("error", "simulated failure");
                    } else if (block == null) {
                        answer.put("error", "not found");
                    } else {
                        answer.put("block_b64", block);
                    }
                }
                default -> answer.put("status", "FAILURE");
            }
            return answer;
        } catch (RuntimeException e) {
            return Map.of("status", "FAILURE", "error", "bad json");
        }
    }

    @Override
    public Line open() {
        Deque<byte[]> inbox = new ArrayDeque<>();
        return new Line() {
            @Override
            public void send(byte[] datagram) throws IOException {
                if (!isRunning) {
                    throw new IOException("nobody listens at UDP port");
                }
                transmit(datagram, 0, arrived -> {
                    Map<String, Object> answer = isRunning ? serve(arrived) : null;
                    if (answer != null) {
                        transmit(MAPPER.writeValueAsBytes(answer), garbage, inbox::add);
                    }
                });
            }

            @Override
            public byte @Nullable [] receive(long timeoutMs) {
                long untilMs = nowMs + timeoutMs;
                while (inbox.isEmpty() && !events.isEmpty() && events.peek().atMs <= untilMs) {
                    runUntil(events.peek().atMs);
                }
                if (inbox.isEmpty()) {
                    nowMs = untilMs;
                }
                return inbox.poll();
            }

            @Override
            public void close() {
                inbox.clear();
            }
        };
    }
}
