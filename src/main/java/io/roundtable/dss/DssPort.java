package io.roundtable.dss;

import io.roundtable.net.DatagramPort;
import io.roundtable.net.SelectorLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Member;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A peer's DSS port: users' commands come in, and go to this peer's {@link ManagerDesk} or on to the peer that manages.
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

    private final SelectorLoop loop;
    private final DssGroup group;
    private final ManagerDesk desk;
    private final DssOptions options;
    private final DatagramPort port;
    private final Set<Sent> open = new HashSet<>();
    private boolean isSilent;

    private DssPort(SelectorLoop loop, InetSocketAddress at, DssGroup group, ManagerDesk desk, DssOptions options)
            throws IOException {
        this.group = group;
        this.desk = desk;
        this.options = options;
        this.loop = loop;
        this.port = loop.openDatagrams(at, this::onDatagram);
        JsonLoading.whenDone(loop, () -> {});
    }

    /**
     * Opens the port.
     *
     * @param at port 0 takes a free one
     * @param desk of the same peer
     * @throws IOException if the address cannot be had
     */
    public static DssPort open(
            SelectorLoop loop, InetSocketAddress at, DssGroup group, ManagerDesk desk, DssOptions options)
            throws IOException {
        return new DssPort(loop, at, group, desk, options);
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
        if (!isSilent && from.getPort() != 0) {
            JsonLoading.whenDone(loop, () -> {
                if (!isSilent) {
                    serve(from, json);
                }
            });
        }
    }

    private void serve(InetSocketAddress from, byte[] json) {
        if (json.length > COMMAND_BYTES_MAX) {
            port.send(from, DssJson.encode(Answer.failure(TOO_LONG)));
            return;
        }
        Sent sent = new Sent(from, json);
        if (open.size() >= OPEN_MAX || !open.add(sent)) {
            return;
        }
        Address user = new Address(from.getAddress().getHostAddress(), from.getPort());
        Optional<Member> manager = group.manager();
        if (group.epoch().isPresent()) {
            desk.onDatagram(user, json, answer -> answer(sent, answer));
        } else if (manager.isPresent()) {
            DssMessage.Datagram datagram = new DssMessage.Datagram(user, json);
            group.pass(manager.get(), datagram, options.sealMs() + options.orderMs(), answer -> {
                byte[] noManager = DssJson.encode(Answer.failure(NO_MANAGER));
                answer(sent, answer instanceof DssMessage.Reply reply ? reply.json() : noManager);
            });
        } else {
            answer(sent, DssJson.encode(Answer.failure(NO_MANAGER)));
        }
    }

    /** @param answer empty for none */
    private void answer(Sent sent, byte[] answer) {
        open.remove(sent);
        if (!isSilent && answer.length > 0) {
            port.send(sent.from, answer);
        }
    }
}
