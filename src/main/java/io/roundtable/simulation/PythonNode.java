package io.roundtable.simulation;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.OkForm;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A node of the assignment as students write them in Python: the plain bully, pickles on single-use sockets, and the
 * oddities of docs/PROTOCOL.md, Lab dialect. It obeys every COORDINATOR, whoever sent it.
 */
final class PythonNode extends Participant {
    private static final int JOIN_RETRY_MS = 300;
    private static final int VICTOR_MS = 4_000;
    private static final int PROBE_MIN_MS = 500;
    private static final int PROBE_MAX_MS = 3_000;

    private final RandomGenerator random;
    private final OkForm form;
    private final boolean answersProbe;
    private final int okMs;

    private TreeMap<Identity, Member> members = new TreeMap<>();
    private @Nullable Identity leader;
    private boolean electing;
    private boolean gotOk;
    private boolean joined;
    private int election;
    private int watch;

    /** @param answersProbe whether it says OK to PROBE, or keeps the socket open in silence */
    PythonNode(World world, int index, Identity identity, RandomGenerator random, OkForm form, boolean answersProbe) {
        super(world, index, identity);
        this.random = random;
        this.form = form;
        this.answersProbe = answersProbe;
        this.okMs = random.nextInt(1_000, 2_000);
    }

    @Override
    void onStart() {
        members = new TreeMap<>();
        members.put(identity, new Member(identity, address, Dialect.LAB));
        leader = null;
        electing = false;
        joined = false;
        election++;
        watch++;
        join();
    }

    @Override
    boolean takesPart() {
        return isUp() && !isHung() && joined;
    }

    @Override
    @Nullable
    Identity leader() {
        return leader;
    }

    @Override
    boolean knows(Participant other) {
        Member known = members.get(other.identity);
        return known != null && known.address().equals(other.address);
    }

    @Override
    String describe() {
        return "python " + (electing ? "electing" : "idle") + " leader=" + leader
                + (answersProbe ? "" : " never answers PROBE");
    }

    private Member self() {
        return new Member(identity, address, Dialect.LAB);
    }

    private Socket call(Host from, Member to, Message message, Traffic traffic, int limitMs) {
        Socket.Role role = traffic == Traffic.COORDINATOR ? Socket.Role.LAB_TELL : Socket.Role.LAB_CALL;
        Socket socket = world.network.connect(from, to.address(), role);
        socket.member = to.identity();
        say(socket, message, traffic);
        if (traffic == Traffic.COORDINATOR) {
            world.network.closeAfterSending(socket);
        }
        later(limitMs, () -> expire(socket));
        return socket;
    }

    private void expire(Socket socket) {
        if (socket.isOpen()) {
            world.network.close(socket);
            onClosed(socket);
        }
    }

    private void say(Socket socket, Message message, Traffic traffic) {
        world.sent(this, traffic, socket);
        if (world.trace.keepsText()) {
            world.trace.text(world.nowMicros(), toString(), "-> " + traffic.text() + " to " + socket.to);
        }
        world.network.send(socket, Frame.lab(message, false), form);
    }

    private void join() {
        Member gcd = new Member(identity, world.hosts.get(0).address, Dialect.LAB);
        call(this, gcd, new Message.Join(self()), Traffic.JOIN, okMs).role = Socket.Role.GCD;
    }

    private void elect() {
        electing = true;
        gotOk = false;
        int round = ++election;
        List<Member> known = new ArrayList<>(members.values());
        for (Member higher : new ArrayList<>(members.tailMap(identity, false).values())) {
            call(this, higher, new Message.Election(self(), known, false), Traffic.ELECTION, okMs);
        }
        if (members.higherKey(identity) == null) {
            win();
            return;
        }
        later(okMs, () -> {
            if (electing && election == round && !gotOk) {
                win();
            }
        });
        later(okMs + VICTOR_MS, () -> {
            if (electing && election == round) {
                elect();
            }
        });
    }

    private void win() {
        electing = false;
        lead(identity);
        List<Member> below =
                new ArrayList<>(members.headMap(identity, true).descendingMap().values());
        for (Member member : new ArrayList<>(members.values())) {
            if (!member.identity().equals(identity)) {
                call(this, member, new Message.Coordinator(self(), below), Traffic.COORDINATOR, okMs);
            }
        }
    }

    private void lead(Identity next) {
        if (!next.equals(leader)) {
            leader = next;
            world.changed();
            world.trace.mix(world.nowMicros(), index, 300, next.id());
            if (world.trace.keepsText()) {
                world.trace.text(world.nowMicros(), toString(), "leader is " + next);
            }
        }
        int turn = ++watch;
        if (!next.equals(identity)) {
            later(random.nextInt(PROBE_MIN_MS, PROBE_MAX_MS + 1), () -> probe(turn));
        }
    }

    private void probe(int turn) {
        Member to = leader == null ? null : members.get(leader);
        if (turn == watch && to != null) {
            call(this, to, Message.Probe.BARE, Traffic.PROBE, okMs).pending.add(new Socket.Pending(turn, 0));
        }
    }

    private void merge(List<Member> others) {
        for (Member other : others) {
            // The newest address wins, our own excepted: so do most nodes, by dict.update.
            if (!other.identity().equals(identity)) {
                members.put(other.identity(), other);
            }
        }
    }

    @Override
    void onFrame(Socket socket, Frame frame) {
        Message message = frame.message();
        if (message instanceof Message.Election received) {
            merge(received.members());
            say(socket, Message.Ok.BARE, Traffic.OK_TO_ELECTION);
            world.network.close(socket);
            if (!electing && joined) {
                elect();
            }
        } else if (message instanceof Message.Coordinator victory) {
            world.network.close(socket);
            merge(victory.members());
            electing = false;
            lead(victory.leader().identity());
        } else if (message instanceof Message.Probe) {
            if (answersProbe) {
                say(socket, Message.Ok.BARE, Traffic.OK_TO_PROBE);
                world.network.close(socket);
            }
        } else if (message instanceof Message.Members answer && !joined) {
            world.network.close(socket);
            joined = true;
            merge(answer.members());
            elect();
        } else if (message instanceof Message.Ok) {
            world.network.close(socket);
            onOk(socket);
        } else {
            world.network.close(socket);
        }
    }

    private void onOk(Socket socket) {
        if (socket.pending.isEmpty()) {
            gotOk = true;
            return;
        }
        int turn = (int) socket.pending.remove(0).token;
        if (turn == watch) {
            later(random.nextInt(PROBE_MIN_MS, PROBE_MAX_MS + 1), () -> probe(turn));
        }
    }

    /** No answer, or not in time. */
    @Override
    void onClosed(Socket socket) {
        if (socket.role == Socket.Role.GCD && !joined) {
            later(JOIN_RETRY_MS, () -> {
                if (!joined) {
                    join();
                }
            });
        } else if (!socket.pending.isEmpty()) {
            int turn = (int) socket.pending.remove(0).token;
            if (turn != watch) {
                return;
            }
            if (socket.isConnected()) {
                // Some leaders never answer PROBE: nodes that live among them take an open port for life.
                later(random.nextInt(PROBE_MIN_MS, PROBE_MAX_MS + 1), () -> probe(turn));
            } else if (!electing) {
                leader = null;
                elect();
            }
        }
    }
}
