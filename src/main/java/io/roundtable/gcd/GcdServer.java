package io.roundtable.gcd;

import io.roundtable.event.Event;
import io.roundtable.event.EventKind;
import io.roundtable.event.EventSink;
import io.roundtable.event.Fact;
import io.roundtable.event.FaultLog;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.ConnectionHandler;
import io.roundtable.net.EventLoop;
import io.roundtable.net.InputFaults;
import io.roundtable.net.Listener;
import io.roundtable.net.SocketState;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Presence;
import io.roundtable.protocol.Reason;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabAdvice;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.OkForm;
import io.roundtable.wire.WireException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The GCD on a selector loop: answers JOIN in both dialects, keeps the connections of native members, and, with a log,
 * the catalog and the manager's lease.
 *
 * <p>All methods but the constructor are for the loop's thread.
 */
public final class GcdServer implements ConnectionHandler {
    private static final int CONNECTIONS_MAX = 16_384;
    private static final long FORGET_MS = 600_000;
    private static final long FORGET_EVERY_MS = 30_000;
    private static final int GUESSED_AMONG_MAX = 64;

    private final EventLoop loop;
    private final InetSocketAddress at;
    private final EventSink sink;
    private final HostCheck hosts;
    private final Directory directory = new Directory();
    private final LabCodec labCodec = new LabCodec(OkForm.PAIR, true);
    private final Map<Identity, Connection> seated = new HashMap<>();
    private final Map<Identity, Connection> standingBy = new HashMap<>();
    private final FaultLog events = new FaultLog(this::stamp, this::tickLater);
    private final InputFaults faults;
    /** Lab members whose JOIN was answered on this connection, which they are to close. */
    private final Map<Connection, Identity> told = new IdentityHashMap<>();

    private final @Nullable LeaseDesk leases;
    private final @Nullable SharedSeats shared;
    private @Nullable Listener listener;

    /** A GCD of members only: it keeps no catalog, so nobody manages. */
    public GcdServer(EventLoop loop, InetSocketAddress at, EventSink sink) {
        this(loop, at, sink, null, false);
    }

    /** @param log what the catalog is made from; whoever opened it closes it, after {@link #stop} */
    public GcdServer(EventLoop loop, InetSocketAddress at, EventSink sink, CatalogLog log) {
        this(loop, at, sink, log, false);
    }

    /** @param spansMachines whether other GCDs of the same log are on other machines */
    public GcdServer(
            EventLoop loop, InetSocketAddress at, EventSink sink, @Nullable CatalogLog log, boolean spansMachines) {
        this.loop = loop;
        this.at = at;
        this.sink = sink;
        this.hosts = new HostCheck(at.getAddress(), loop::isThisMachine, spansMachines);
        this.faults = new InputFaults(events, connection -> null, this::membersToGuess);
        this.shared = log == null ? null : new SharedSeats(log, directory, seated::containsKey, this::tellNatives);
        this.leases = log == null ? null : new LeaseDesk(loop, log, new Desk(), this::isSeated, seated::values);
    }

    /**
     * Begins to listen.
     *
     * @return the port, which differs from the one asked for if that was 0
     * @throws IOException if the port cannot be had
     */
    public int start() throws IOException {
        Listener opened = loop.listen(at, () -> this, CONNECTIONS_MAX);
        listener = opened;
        report(EventKind.LISTENING, Fact.of("address", opened.address(at.getHostString())));
        loop.schedule(FORGET_EVERY_MS, this::forget);
        if (leases != null) {
            leases.start();
        }
        return opened.port();
    }

    public void stop() {
        if (leases != null) {
            leases.stop();
        }
        if (listener != null) {
            listener.close();
            report(EventKind.STOPPED);
            listener = null;
        }
    }

    @Override
    public void onMessage(Connection connection, Inbound inbound) {
        Message message = inbound.message();
        if (inbound.isNative()) {
            connection.upgrade();
        }
        if (message instanceof Message.Join join) {
            onJoin(connection, inbound, join);
        } else if (message instanceof Control control) {
            onControl(connection, inbound, control);
        } else if (message instanceof LeaseMessage lease && inbound.isNative() && leases != null) {
            leases.onMessage(connection, inbound, lease);
        } else if (message instanceof LeaseMessage && inbound.isNative()) {
            answer(connection, inbound, new Message.Refusal("this GCD keeps no catalog"));
        } else if (message instanceof Message.Refusal || message instanceof Message.Members) {
            // A bare text or dict: no message that anybody sends to a GCD.
            refuse(connection, inbound, "Malformed message");
        } else {
            refuse(connection, inbound, "Unexpected message: " + message.word());
        }
    }

    // ---- JOIN

    private void onJoin(Connection connection, Inbound inbound, Message.Join join) {
        boolean isNative = inbound.isNative() || inbound.offersNative();
        Member newcomer = isNative ? join.self().as(Dialect.NATIVE) : join.self();
        if (hosts.allowsAll()) {
            admit(connection, inbound, newcomer);
            return;
        }
        loop.resolve(newcomer.address(), found -> {
            String fault = hosts.fault(found == null ? null : found.getAddress());
            if (fault != null) {
                refuse(connection, inbound, fault);
            } else {
                admit(connection, inbound, newcomer);
            }
        });
    }

    private void admit(Connection connection, Inbound inbound, Member newcomer) {
        String fault = hosts.partition(newcomer, connection.isFromHere(), hasSeatedElsewhere(), seatedHere());
        Control.Listed rival = directory.rival(newcomer);
        if (fault != null) {
            refuse(connection, inbound, fault);
        } else if (directory.isFull(newcomer)) {
            refuse(connection, inbound, "The group is full");
        } else if (rival == null) {
            seat(connection, inbound, newcomer);
        } else {
            // Though its connection is open: a machine that lost its power, or was cut off, ended none.
            seatIfDead(connection, inbound, newcomer, rival);
        }
    }

    private boolean hasSeatedElsewhere() {
        return seated.values().stream().anyMatch(each -> !each.isFromHere());
    }

    private List<Member> seatedHere() {
        List<Member> here = new ArrayList<>();
        seated.forEach((identity, line) -> {
            Member member = directory.get(identity);
            if (line.isFromHere() && member != null) {
                here.add(member);
            }
        });
        return here;
    }

    private static String takenBy(Control.Listed rival) {
        return "identity " + rival.member().identity() + " is taken by a live peer at "
                + rival.member().address();
    }

    /** Somebody had this identity elsewhere: whoever still accepts connections there keeps it. */
    private void seatIfDead(Connection connection, Inbound inbound, Member newcomer, Control.Listed rival) {
        try {
            RivalCheck.begin(loop, rival.member(), newcomer, isAlive -> {
                if (isAlive) {
                    refuse(connection, inbound, takenBy(rival));
                } else if (rival.equals(directory.rival(newcomer))) {
                    seat(connection, inbound, newcomer);
                } else if (connection.isOpen()) {
                    // Somebody else took the seat meanwhile, and is alive for sure.
                    onJoin(connection, inbound, new Message.Join(newcomer));
                }
            });
        } catch (IOException e) {
            refuse(connection, inbound, "the GCD has no socket left: " + Reason.of(e));
        }
    }

    private void seat(Connection connection, Inbound inbound, Member newcomer) {
        if (!connection.isOpen()) {
            return;
        }
        if (hasComeAgain(newcomer, connection)) {
            answer(connection, inbound, new Message.Members(directory.members()));
            return;
        }
        boolean isNew = !newcomer.equals(directory.get(newcomer.identity()));
        for (Identity replaced : directory.join(newcomer, nowMs())) {
            seated.remove(replaced);
            report(EventKind.MEMBER_LEFT, Fact.of("member", replaced), Fact.of("reason", "replaced"));
        }
        if (newcomer.isNative()) {
            seated.put(newcomer.identity(), connection);
            // A goodbye that is late on the line of its former life must not unseat it.
            standingBy.remove(newcomer.identity());
        }
        if (isNew) {
            report(
                    EventKind.MEMBER_JOINED,
                    Fact.of("member", newcomer.identity()),
                    Fact.of("address", newcomer.address()),
                    Fact.of("dialect", newcomer.dialect()));
        }
        answer(connection, inbound, new Message.Members(directory.members()));
        if (!newcomer.isNative()) {
            onLabSeated(connection, newcomer, isNew);
        }
        if (isNew && shared != null) {
            shared.onSeated(newcomer);
        }
        if (newcomer.isNative() && leases != null) {
            leases.onSeated(connection);
        }
    }

    private void onLabSeated(Connection connection, Member newcomer, boolean isNew) {
        told.put(connection, newcomer.identity());
        connection.whenReleased(() -> told.remove(connection));
        faults.lookAtAddress(newcomer);
        if (isNew) {
            tellNatives(newcomer);
        }
    }

    /**
     * Whether this member sits on a connection that it made later: a GCD that was stopped hears at once all that was said
     * meanwhile, and its selector puts it in no order. On the older one nobody waits any more, and its end would unseat
     * whoever lives.
     */
    private boolean hasComeAgain(Member newcomer, Connection connection) {
        Connection sitting = seated.get(newcomer.identity());
        return sitting != null
                && sitting.isOpen()
                && sitting.isNewerThan(connection)
                && newcomer.equals(directory.get(newcomer.identity()));
    }

    /** A lab member may announce itself to nobody who knows it, or join and hang. */
    private void tellNatives(Member newcomer) {
        Message news = new Message.Members(List.of(newcomer));
        for (Connection member : List.copyOf(seated.values())) {
            member.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, 0, news));
        }
    }

    private boolean isSeated(Connection connection, Member member) {
        return seated.get(member.identity()) == connection && member.equals(directory.get(member.identity()));
    }

    // ---- tools and members

    private void onControl(Connection connection, Inbound inbound, Control control) {
        if (control instanceof Control.ListMembers) {
            answer(connection, inbound, new Control.Listing(directory.listing()));
        } else if (control instanceof Control.Here) {
            answer(connection, inbound, new Control.Done());
        } else if (control instanceof Control.Leave leave) {
            onLeave(connection, leave.self());
        } else if (control instanceof Control.StandBy standBy) {
            // Only members: nobody can make the GCD's memory grow without bound.
            if (directory.get(standBy.self()) != null) {
                standingBy.put(standBy.self(), connection);
                directory.note(standBy.self(), Presence.FEIGNING, nowMs());
            }
        } else if (control instanceof Control.Recover recover) {
            onRecover(connection, inbound, recover);
        } else {
            refuse(connection, inbound, "the GCD takes no " + control.word());
        }
    }

    private void onLeave(Connection connection, Identity self) {
        boolean isSelf = seated.get(self) == connection || standingBy.get(self) == connection;
        if (isSelf && directory.remove(self)) {
            seated.remove(self);
            if (leases != null) {
                leases.onLeave(connection);
            }
            if (shared != null) {
                shared.onLeft(self);
            }
            report(EventKind.MEMBER_LEFT, Fact.of("member", self), Fact.of("reason", "goodbye"));
        }
    }

    private void onRecover(Connection connection, Inbound inbound, Control.Recover recover) {
        Identity member = directory.withId(recover.id());
        Connection line = member == null ? null : standingBy.get(member);
        if (line == null) {
            refuse(connection, inbound, "no peer with id " + recover.id() + " waits here for an order to recover");
            return;
        }
        line.send(loop.nativeCodec().encode(FrameKind.ONE_WAY, 0, recover));
        answer(connection, inbound, new Control.Done());
    }

    private void answer(Connection connection, Inbound inbound, Message message) {
        // The third: while a contested seat was looked into, the newcomer has spoken native.
        if (inbound.isNative() || inbound.offersNative() || connection.state() == SocketState.KEPT) {
            connection.upgrade();
            connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, inbound.requestId(), message));
        } else {
            connection.answer(labCodec.encode(message));
        }
    }

    private void refuse(Connection connection, Inbound inbound, String reason) {
        if (connection.isOpen()) {
            faults.refused(connection, inbound, reason, LabAdvice.ofGcdQuestion(inbound, reason));
            answer(connection, inbound, new Message.Refusal(reason));
        }
    }

    @Override
    public void onBadInput(Connection connection, WireException fault) {
        faults.malformed(connection, fault);
        String refusal = fault.refusal();
        ByteBuffer ready = fault.answer();
        if (ready != null && connection.state() == SocketState.WAIT_MESSAGE) {
            connection.answer(ready);
        } else if (ready != null) {
            connection.send(ready);
        } else if (refusal != null && connection.state() == SocketState.WAIT_MESSAGE) {
            connection.answer(labCodec.encode(new Message.Refusal(refusal)));
        } else if (refusal != null) {
            connection.send(loop.nativeCodec().encode(FrameKind.ANSWER, 0, new Message.Refusal(refusal)));
        }
    }

    @Override
    public void onCutOff(Connection connection, WireException fault) {
        faults.malformed(connection, fault);
    }

    @Override
    public void onAfterwards(Connection connection, String shown) {
        faults.moreCame(connection, shown);
    }

    @Override
    public void onLeftOpen(Connection connection) {
        Identity newcomer = told.get(connection);
        if (newcomer != null) {
            faults.leftOpen(newcomer, "JOIN", Connection.LINGER_MS);
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        if (leases != null) {
            leases.onClosed(connection, reason);
        }
        if (reason == CloseReason.EXPIRED && connection.isBlank()) {
            faults.nothingCame(connection, Listener.FIRST_MESSAGE_MS);
        }
        seated.entrySet().removeIf(entry -> {
            if (entry.getValue() != connection) {
                return false;
            }
            Identity identity = entry.getKey();
            directory.note(identity, Presence.GONE, nowMs());
            Member member = directory.get(identity);
            if (member != null) {
                report(EventKind.MEMBER_GONE, Fact.of("member", identity), Fact.of("address", member.address()));
            }
            return true;
        });
        standingBy.entrySet().removeIf(entry -> {
            if (entry.getValue() != connection) {
                return false;
            }
            // Who has recovered has joined again; who has not died while feigning.
            if (!seated.containsKey(entry.getKey())) {
                directory.note(entry.getKey(), Presence.GONE, nowMs());
            }
            return true;
        });
    }

    /** How the lease's side speaks: as all of this GCD does. */
    private final class Desk implements LeaseDesk.Desk {
        @Override
        public void answer(Connection connection, Inbound inbound, Message message) {
            if (connection.isOpen()) {
                GcdServer.this.answer(connection, inbound, message);
            }
        }

        @Override
        public void refuse(Connection connection, Inbound inbound, String reason) {
            GcdServer.this.refuse(connection, inbound, reason);
        }

        @Override
        public void onOpened(String place) {
            report(EventKind.CATALOG_OPENED, Fact.of("data", place));
        }

        @Override
        public void onWaiting(List<Address> missing, boolean areAllNeeded) {
            report(
                    EventKind.CATALOG_WAITING,
                    Fact.of("for", missing.stream().map(Address::toString).collect(Collectors.joining(","))),
                    Fact.of("needed", areAllNeeded ? "all" : "majority"));
        }

        @Override
        public void onMembers() {
            if (shared != null) {
                shared.merge(nowMs());
            }
        }
    }

    /** Native members that have been gone for long are not handed to newcomers any more. */
    private void forget() {
        for (Identity gone : directory.goneSince(nowMs() - FORGET_MS)) {
            directory.remove(gone);
            if (shared != null) {
                shared.onLeft(gone);
            }
            report(EventKind.MEMBER_LEFT, Fact.of("member", gone), Fact.of("reason", "forgotten"));
        }
        loop.schedule(FORGET_EVERY_MS, this::forget);
    }

    /** Of many members none is guessed. */
    private List<Member> membersToGuess() {
        return directory.size() > GUESSED_AMONG_MAX ? List.of() : directory.members();
    }

    private void tickLater() {
        loop.schedule(FaultLog.PERIOD_MS, events::tick);
    }

    private long nowMs() {
        return loop.wallMs();
    }

    private void report(EventKind kind, Fact... facts) {
        events.report(kind, facts);
    }

    private void stamp(EventKind kind, List<Fact> facts) {
        if (listener == null) {
            // What follows the end, such as the last goodbyes of its own process, is nobody's news.
            return;
        }
        Instant now = loop.now();
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        sink.accept(new Event(micros, null, kind, facts));
    }
}
