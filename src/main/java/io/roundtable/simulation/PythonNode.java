package io.roundtable.simulation;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.LabParty;
import io.roundtable.wire.LabSpeech;
import io.roundtable.wire.OkForm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A node of the assignment as students write them in Python: the plain bully, pickles on single-use sockets, and any of
 * the {@link Habit}s of real ones. It obeys every COORDINATOR, whoever sent it.
 */
final class PythonNode extends Participant {
    private static final int JOIN_RETRY_MS = 300;
    private static final int VICTOR_MS = 4_000;
    private static final int PROBE_MIN_MS = 500;
    private static final int PROBE_MAX_MS = 3_000;

    private final RandomGenerator random;
    private final Set<Habit> habits;
    private final LabSpeech speech;
    private final OkForm form;
    private final int okMs;
    private final Fragility fragility;
    /** Sockets with a PROBE that is never answered; never iterated. */
    private final Set<Socket> unanswered = new HashSet<>();
    /** Sockets of own PROBEs that were not answered in time; never iterated. */
    private final Set<Socket> endless = new HashSet<>();

    private TreeMap<Identity, Member> members = new TreeMap<>();
    private @Nullable Identity leader;
    /** Announced itself, but nobody has told where it is. */
    private @Nullable Identity unknownVictor;
    /** Who sent the last announcement that it obeyed. */
    private @Nullable Host obeyed;

    private boolean electing;
    private boolean gotOk;
    private boolean joined;
    private boolean electsOnceJoined;
    private int election;
    private int watch;
    private long said;

    PythonNode(World world, int index, Identity identity, RandomGenerator random, Set<Habit> habits) {
        super(world, index, identity);
        this.random = random;
        this.habits = habits;
        this.speech = Habit.speech(habits);
        this.form = Habit.okForm(habits);
        this.okMs = random.nextInt(1_000, 2_000);
        this.fragility = new Fragility(this, habits);
    }

    boolean has(Habit habit) {
        return habits.contains(habit);
    }

    @Override
    void onStart() {
        members = new TreeMap<>();
        members.put(identity, self());
        leader = null;
        unknownVictor = null;
        electing = false;
        joined = false;
        electsOnceJoined = true;
        unanswered.clear();
        endless.clear();
        fragility.newLife();
        election++;
        watch++;
        join();
    }

    @Override
    void wake(long lostMicros) {
        fragility.awoke();
        super.wake(lostMicros);
    }

    @Override
    boolean takesPart() {
        return isUp() && !isHung() && joined && !has(Habit.HANGS);
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
        return "python " + (electing ? "electing" : "idle") + " leader=" + leader + " " + habits;
    }

    private Member self() {
        return new Member(identity, address, Habit.year(habits));
    }

    // ---- sending

    private Socket call(Member to, Message message, Traffic traffic) {
        Socket.Role role = traffic == Traffic.COORDINATOR ? Socket.Role.LAB_TELL : Socket.Role.LAB_CALL;
        Socket socket = world.network.connect(this, to.address(), role);
        socket.member = to.identity();
        say(socket, message, traffic, LabParty.of(to));
        if (traffic == Traffic.COORDINATOR || (traffic == Traffic.ELECTION && has(Habit.OK_APART))) {
            world.network.closeAfterSending(socket);
        }
        later(okMs, () -> expire(socket));
        return socket;
    }

    private void expire(Socket socket) {
        if (!socket.isOpen()) {
            return;
        }
        if (isMute() && !socket.pending.isEmpty()) {
            // Such nodes never close a PROBE, neither their own.
            endless.add(socket);
        } else {
            world.network.close(socket);
        }
        failed(socket);
    }

    private void say(Socket socket, Message message, Traffic traffic, @Nullable LabParty to) {
        world.sent(this, traffic, socket);
        said += traffic == Traffic.ELECTION || traffic == Traffic.COORDINATOR ? 1 : 0;
        if (world.trace.keepsText()) {
            world.trace.text(world.nowMicros(), toString(), "-> " + traffic.text() + " to " + socket.to);
        }
        world.network.send(socket, Frame.lab(message, false, speech, self(), to), form);
    }

    private void join() {
        Member gcd = new Member(identity, world.hosts.get(0).address, Habit.year(habits));
        call(gcd, new Message.Join(self()), Traffic.JOIN).role = Socket.Role.GCD;
    }

    // ---- elections

    private void elect() {
        electing = true;
        if (has(Habit.JOINS_AGAIN)) {
            electsOnceJoined = true;
            election++;
            join();
        } else {
            ask();
        }
    }

    private void ask() {
        electing = true;
        gotOk = false;
        int round = ++election;
        List<Member> known = new ArrayList<>(members.values());
        for (Member higher : new ArrayList<>(members.tailMap(identity, false).values())) {
            call(higher, new Message.Election(null, known, false), Traffic.ELECTION);
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
        Message victory = victory();
        for (Member member : new ArrayList<>(members.values())) {
            if (!member.identity().equals(identity)) {
                call(member, victory, Traffic.COORDINATOR);
            }
        }
    }

    /** Whether its announcements name all members. */
    boolean namesAll() {
        return has(Habit.NAMES_ALL) && speech.victory() == LabSpeech.Victory.LIST && !has(Habit.F25);
    }

    /** Whether it never answers PROBE. */
    boolean isMute() {
        return has(Habit.MUTE) || has(Habit.NEVER_SAYS_OK);
    }

    /** Whether it accepts what comes and says nothing. */
    boolean isSilent() {
        return isHung() || (joined && has(Habit.HANGS));
    }

    /** Whether it follows another Python node's announcement, though that one is lower. */
    boolean obeysLower() {
        return leader != null && obeyed instanceof PythonNode && identity.isHigherThan(leader);
    }

    private static @Nullable Host senderOn(Socket socket) {
        Socket other = socket.other();
        return other == null ? null : other.owner;
    }

    /** How many messages of an election it has sent. */
    long said() {
        return said;
    }

    private Message victory() {
        if (namesAll()) {
            List<Member> all = new ArrayList<>(members.descendingMap().values());
            return new Message.Coordinator(all.get(0), all);
        }
        return new Message.Coordinator(
                self(),
                new ArrayList<>(members.headMap(identity, true).descendingMap().values()));
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
            call(to, Message.Probe.BARE, Traffic.PROBE).pending.add(new Socket.Pending(turn, 0));
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

    // ---- what comes in

    /** Whether the message is in words of this node's year. */
    private boolean understands(Socket socket, Frame frame) {
        boolean isCommon = frame.message() instanceof Message.Probe || frame.message() instanceof Message.Members;
        // Whoever is probed cannot know whose PROBE it is: a table of several years would be asking too much.
        boolean isToProbe = frame.message() instanceof Message.Ok && !socket.pending.isEmpty();
        boolean isF25 = frame.speech().year() == Dialect.F25;
        return isCommon || isToProbe || isF25 == has(Habit.F25);
    }

    @Override
    void onFrame(Socket socket, Frame frame) {
        boolean isRequest = socket.role == Socket.Role.LINK && !(frame.message() instanceof Message.Ok);
        if (isRequest) {
            fragility.onRequest(socket);
        }
        if (joined && has(Habit.HANGS)) {
            return;
        }
        Message message = frame.message();
        if (!understands(socket, frame)) {
            world.network.close(socket);
        } else if (message instanceof Message.Election received) {
            merge(received.members());
            answerElection(socket, frame);
            onAsked();
        } else if (message instanceof Message.Coordinator victory) {
            obeyed = senderOn(socket);
            world.network.close(socket);
            merge(victory.members());
            electing = false;
            boolean takesFirst = has(Habit.TAKES_FIRST) && !victory.members().isEmpty();
            lead((takesFirst ? victory.members().get(0) : victory.leader()).identity());
        } else if (message instanceof Message.Victory victory) {
            obeyed = senderOn(socket);
            world.network.close(socket);
            onVictory(victory.leader());
        } else if (message instanceof Message.Probe) {
            onProbe(socket, frame);
        } else if (message instanceof Message.Members answer) {
            world.network.close(socket);
            onMembers(answer.members());
        } else if (message instanceof Message.Ok) {
            world.network.close(socket);
            if (!endless.remove(socket)) {
                onOk(socket);
            }
        } else {
            world.network.close(socket);
        }
    }

    private void answerElection(Socket socket, Frame frame) {
        LabParty asker = frame.party();
        Member apart = asker == null || asker.identity() == null ? null : members.get(asker.identity());
        if (has(Habit.NEVER_SAYS_OK)) {
            world.network.close(socket);
        } else if (has(Habit.OK_APART) && apart != null) {
            world.network.close(socket);
            Socket own = world.network.connect(this, apart.address(), Socket.Role.LAB_TELL);
            say(own, Message.Ok.BARE, Traffic.OK_TO_ELECTION, LabParty.of(apart));
            world.network.closeAfterSending(own);
        } else {
            say(socket, Message.Ok.BARE, Traffic.OK_TO_ELECTION, asker);
            world.network.close(socket);
        }
    }

    private void onAsked() {
        if (!joined || electing) {
            return;
        }
        if (has(Habit.ANNOUNCES_WHEN_ASKED) && identity.equals(leader)) {
            win();
        } else {
            elect();
        }
    }

    private void onVictory(Identity victor) {
        electing = false;
        if (members.containsKey(victor)) {
            lead(victor);
        } else {
            unknownVictor = victor;
            join();
        }
    }

    private void onProbe(Socket socket, Frame frame) {
        if (isMute()) {
            unanswered.add(socket);
            fragility.onUnansweredProbe(socket);
        } else {
            say(socket, Message.Ok.BARE, Traffic.OK_TO_PROBE, frame.party());
            world.network.close(socket);
        }
    }

    private void onMembers(List<Member> all) {
        joined = true;
        merge(all);
        Identity victor = unknownVictor;
        unknownVictor = null;
        if (victor != null && members.containsKey(victor)) {
            lead(victor);
        } else if (electsOnceJoined && !has(Habit.HANGS)) {
            electsOnceJoined = false;
            ask();
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

    // ---- ends

    @Override
    void onReset(Socket socket) {
        fragility.onReset(socket);
        super.onReset(socket);
    }

    /** The other side closed, or could not be reached. */
    @Override
    void onClosed(Socket socket) {
        fragility.onEnd(socket);
        if (unanswered.remove(socket)) {
            fragility.onUnansweredProbeEnd(socket);
        }
        if (socket.role == Socket.Role.LAB_CALL && socket.isConnected()) {
            fragility.onEndOfQuestion(socket);
        }
        if (!endless.remove(socket)) {
            failed(socket);
        }
    }

    /** No answer, or not in time. */
    private void failed(Socket socket) {
        if (socket.role == Socket.Role.GCD) {
            if (!joined) {
                later(JOIN_RETRY_MS, () -> {
                    if (!joined) {
                        join();
                    }
                });
            } else if (electsOnceJoined) {
                electsOnceJoined = false;
                ask();
            }
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
