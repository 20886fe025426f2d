package io.roundtable.dss;

import io.roundtable.net.DatagramPort;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A peer's DSS port: users' commands come in, and go to this peer's {@link ManagerDesk} or on to the peer that manages.
 *
 * <p>Users wait without limit and never send anything again, so that is done here: a command waits while nobody manages, and
 * what was given to a manager that hangs or ends is given to the next one, under the same number. Whatever happens, it is
 * answered within {@value #PATIENCE_MS} ms, or later only while its manager says that it is at it.
 *
 * <p>For the loop's thread only.
 */
public final class DssPort {
    /** A command with the longest names there are is well below this. */
    private static final int COMMAND_BYTES_MAX = 8_192;
    /** Commands that are being carried out for users of this port. */
    private static final int OPEN_MAX = 1_024;

    private static final String TOO_LONG =
            "malformed datagram: a command has at most " + COMMAND_BYTES_MAX + " bytes; blocks go to the disks' c_port";

    /** Needs no JSON library, which may not be loaded yet. */
    private static final byte[] TOO_LONG_ANSWER = plainFailure(TOO_LONG);

    private static final byte[] TOO_MANY_ANSWER = plainFailure(ManagerDesk.TOO_MANY);

    static final String NO_MANAGER =
            "nobody manages the group at this moment: send the command again in a second, to any peer";

    /** A command and who sent it: one that comes again before it was answered is the same one. */
    private record Sent(InetSocketAddress from, byte[] json) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Sent sent && from.equals(sent.from) && Arrays.equals(json, sent.json);
        }

        @Override
        public int hashCode() {
            return 31 * from.hashCode() + Arrays.hashCode(json);
        }
    }

    /** A command that is not answered yet. */
    private static final class Open {
        private final DssMessage.Datagram datagram;
        private final long sinceMs;
        /** It came before, and was answered that nobody knows what becomes of it. */
        private final boolean isUndecided;
        /** Who has it, this peer itself or another; null while nobody has. */
        private @Nullable Object at;
        /** When whoever has it was given it last. */
        private long givenMs;
        /** Counts to whom it was given: what an earlier one answers does not count any more. */
        private int given;
        /** How many managers have had it: only the first may take its time. */
        private int managers;

        private long untilMs;
        /** Its sender has sent another command since. */
        private boolean isOvertaken;

        Open(DssMessage.Datagram datagram, boolean isUndecided, long nowMs) {
            this.datagram = datagram;
            this.isUndecided = isUndecided;
            this.sinceMs = nowMs;
            this.untilMs = nowMs + PATIENCE_MS;
        }
    }

    /** A user is told something before its third second is over. */
    static final int PATIENCE_MS = 2_800;
    /** One that says that it is at it says so more often than this. */
    private static final int SILENCE_MS = 1_400;

    private static final int LOOK_EVERY_MS = 50;
    /** Commands whose outcome their users were not told: they may come again. */
    private static final int UNDECIDED_MAX = 256;
    /** After this the same words are a new command. */
    static final int UNDECIDED_MS = 10_000;
    /** Datagrams that wait until JSON is loaded, 2 MiB at most. */
    private static final int LOADING_MAX = 256;

    private record Undecided(long requestId, long untilMs) {}

    private final EventLoop loop;
    private final DssGroup group;
    private final ManagerDesk desk;
    private final DssOptions options;
    private final RequestNumbers numbers;
    private final DatagramPort port;
    private final Map<Sent, Open> open = new LinkedHashMap<>();
    private final Map<Sent, Undecided> undecided = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sent, Undecided> eldest) {
            return size() > UNDECIDED_MAX;
        }
    };
    private int loading;
    private boolean isSilent;

    private DssPort(
            EventLoop loop,
            InetSocketAddress at,
            DssGroup group,
            ManagerDesk desk,
            DssOptions options,
            RandomGenerator random)
            throws IOException {
        this.group = group;
        this.desk = desk;
        this.options = options;
        this.numbers = new RequestNumbers(random);
        this.loop = loop;
        this.port = loop.openDatagrams(at, this::onDatagram);
        JsonLoading.whenDone(loop, () -> {});
    }

    /**
     * Opens the port.
     *
     * @param at port 0 takes a free one
     * @param desk of the same peer
     * @param random for the numbers of requests
     * @throws IOException if the address cannot be had
     */
    public static DssPort open(
            EventLoop loop,
            InetSocketAddress at,
            DssGroup group,
            ManagerDesk desk,
            DssOptions options,
            RandomGenerator random)
            throws IOException {
        return new DssPort(loop, at, group, desk, options, random);
    }

    public int port() {
        return port.port();
    }

    /** A peer that feigns failure hears nothing and says nothing. */
    public void feign(boolean feigns) {
        isSilent = feigns;
    }

    public void close() {
        isSilent = true;
        port.close();
    }

    private void onDatagram(InetSocketAddress from, byte[] json) {
        if (isSilent || from.getPort() == 0) {
            return;
        }
        // Before anything is kept of it: a flood must not fill the memory while JSON is still being loaded.
        if (json.length > COMMAND_BYTES_MAX) {
            port.send(from, TOO_LONG_ANSWER);
        } else if (loading >= LOADING_MAX) {
            port.send(from, TOO_MANY_ANSWER);
        } else {
            loading++;
            JsonLoading.whenDone(loop, () -> {
                loading--;
                if (!isSilent) {
                    serve(from, json);
                }
            });
        }
    }

    private void serve(InetSocketAddress from, byte[] json) {
        Sent sent = new Sent(from, json);
        if (open.containsKey(sent)) {
            // One that comes again is the same one, and its answer is on its way.
            return;
        }
        if (open.size() >= OPEN_MAX) {
            port.send(from, DssJson.encode(Answer.failure(ManagerDesk.TOO_MANY)));
        } else {
            Address user = seen(from);
            Undecided before = undecided.remove(sent);
            boolean isAgain = before != null && loop.nowMs() < before.untilMs;
            long requestId = before != null && isAgain ? before.requestId : numbers.next(user, json);
            overtake(from);
            Open opened = new Open(new DssMessage.Datagram(user, requestId, json, false), isAgain, loop.nowMs());
            open.put(sent, opened);
            look(sent, opened);
        }
    }

    /** Where others find a sender: one on this machine, where they find this machine. */
    private Address seen(InetSocketAddress from) {
        Address user = new Address(from.getAddress().getHostAddress(), from.getPort());
        return group.self()
                .filter(self -> user.isOfThisMachineOnly() && !self.isOfThisMachineOnly())
                .map(self -> self.at(user.port()))
                .orElse(user);
    }

    /**
     * Its sender does something else: what was undecided before may have been undone or replaced by that, and if the same
     * words come once more they are a new command.
     */
    private void overtake(InetSocketAddress from) {
        undecided.keySet().removeIf(sent -> sent.from.equals(from));
        open.forEach((sent, one) -> one.isOvertaken |= sent.from.equals(from));
    }

    /** Gives it to whoever manages now, until it is answered. */
    private void look(Sent sent, Open one) {
        if (open.get(sent) != one || isSilent) {
            return;
        }
        long nowMs = loop.nowMs();
        if (nowMs >= one.untilMs) {
            if (!one.isOvertaken) {
                undecided.put(sent, new Undecided(one.datagram.requestId(), nowMs + UNDECIDED_MS));
            }
            answer(sent, DssJson.encode(Answer.failure(NO_MANAGER)));
            return;
        }
        Object managing = managing();
        boolean isElsewhere = managing != null && !managing.equals(one.at);
        if (isElsewhere || one.at != null && nowMs - one.givenMs > SILENCE_MS) {
            one.managers += isElsewhere ? 1 : 0;
            one.at = managing;
            give(sent, one);
        }
        if (open.get(sent) == one) {
            loop.schedule(LOOK_EVERY_MS, () -> look(sent, one));
        }
    }

    /** The epoch in which this peer manages, or the other one that does; null if nobody is known to. */
    private @Nullable Object managing() {
        OptionalLong epoch = group.epoch();
        return epoch.isPresent()
                ? Long.valueOf(epoch.getAsLong())
                : group.manager().orElse(null);
    }

    private void give(Sent sent, Open one) {
        int number = ++one.given;
        one.givenMs = loop.nowMs();
        DssMessage.Datagram datagram = number > 1 || one.isUndecided ? one.datagram.again() : one.datagram;
        Consumer<@Nullable Message> then = answer -> {
            if (open.get(sent) == one && one.given == number) {
                onAnswer(sent, one, answer);
            }
        };
        if (one.at instanceof Member member) {
            group.pass(member, datagram, SILENCE_MS, then);
        } else if (one.at != null) {
            desk.onDatagram(datagram, then::accept);
        }
    }

    private void onAnswer(Sent sent, Open one, @Nullable Message answer) {
        if (answer instanceof DssMessage.Reply reply) {
            answer(sent, reply.json());
        } else if (answer instanceof DssMessage.Working) {
            if (one.managers == 1) {
                one.untilMs =
                        Math.max(one.untilMs, Math.min(loop.nowMs() + SILENCE_MS, one.sinceMs + options.sealMs()));
            }
            give(sent, one);
        } else {
            // It does not manage, or is gone: the next look finds whoever does.
            one.at = null;
        }
    }

    /** @param error without anything that JSON escapes */
    private static byte[] plainFailure(String error) {
        return ("{\"status\":\"FAILURE\",\"error\":\"" + error + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /** @param answer empty for none */
    private void answer(Sent sent, byte[] answer) {
        open.remove(sent);
        if (!isSilent && answer.length > 0) {
            port.send(sent.from, answer);
        }
    }
}
