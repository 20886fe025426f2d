package io.roundtable.client;

import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Follows the events of every native member, at the members' own ports, as they happen. Members that come, or come back
 * from a feigned failure, are found by asking the GCD again and again.
 */
public final class GroupWatch implements ConnectionHandler {
    private static final int LOOK_EVERY_MS = 500;
    private static final int CONNECT_MS = 1_000;

    private final EventLoop loop;
    private final List<Address> gcds;
    private final Consumer<Control.Watched> events;
    private final Map<Address, Connection> watched = new HashMap<>();

    /** @param events told on the loop's thread */
    public GroupWatch(EventLoop loop, List<Address> gcds, Consumer<Control.Watched> events) {
        this.loop = loop;
        this.gcds = List.copyOf(gcds);
        this.events = events;
    }

    /** Begins; from any thread. */
    public void start() {
        loop.post(this::look);
    }

    private void look() {
        // All of them: the members that one has lost another may have.
        gcds.forEach(gcd -> send(gcd, new Control.ListMembers()));
        loop.schedule(LOOK_EVERY_MS, this::look);
    }

    private void send(Address to, Message question) {
        Connection open = watched.get(to);
        if (open == null || !open.isOpen()) {
            try {
                open = loop.connect(to, SocketState.KEPT, CONNECT_MS, this);
            } catch (IOException e) {
                return;
            }
            watched.put(to, open);
        }
        open.send(loop.nativeCodec().encode(FrameKind.REQUEST, 1, question));
    }

    @Override
    public void onMessage(Connection connection, Inbound inbound) {
        if (inbound.message() instanceof Control.Watched event) {
            events.accept(event);
        } else if (inbound.message() instanceof Control.Listing listing) {
            for (Control.Listed each : listing.members()) {
                Member member = each.member();
                Connection open = watched.get(member.address());
                if (member.isNative() && (open == null || !open.isOpen())) {
                    send(member.address(), new Control.Watch());
                }
            }
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        watched.values().removeIf(each -> each == connection);
    }
}
