package io.roundtable.simulation;

import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.wire.LabParty;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A node of the assignment as students write them in Python, with any of the {@link Habit}s of real ones: its process, its way
 * to the GCD, and what comes in. It obeys every COORDINATOR, whoever sent it. How it elects is in {@link PythonBully}, how it
 * speaks in {@link PythonVoice}, what would kill it in {@link Fragility}.
 */
final class PythonNode extends Participant {
    private static final int JOIN_RETRY_MS = 300;

    private final Set<Habit> habits;
    private final PythonVoice voice;
    private final PythonBully bully;
    private final Fragility fragility;
    /** Announced itself, but nobody has told where it is. */
    private @Nullable Identity unknownVictor;
    /** Who sent the last announcement that it obeyed. */
    private @Nullable Host obeyed;

    private boolean joined;
    private boolean electsOnceJoined;

    PythonNode(World world, int index, Identity identity, RandomGenerator random, Set<Habit> habits) {
        super(world, index, identity);
        this.habits = habits;
        this.voice = new PythonVoice(this, habits, random.nextInt(1_000, 2_000));
        this.bully = new PythonBully(this, voice, random);
        this.fragility = new Fragility(this, habits);
    }

    @Override
    void onStart() {
        bully.newLife();
        voice.newLife();
        fragility.newLife();
        unknownVictor = null;
        joined = false;
        electsOnceJoined = true;
        join();
    }

    @Override
    void wake(long lostMicros) {
        fragility.awoke();
        super.wake(lostMicros);
    }

    // ---- what others see of it

    boolean has(Habit habit) {
        return habits.contains(habit);
    }

    Member self() {
        return new Member(identity, address, Habit.year(habits));
    }

    @Override
    boolean takesPart() {
        return isUp() && !isHung() && joined && !has(Habit.HANGS);
    }

    @Override
    @Nullable
    Identity leader() {
        return bully.leader();
    }

    @Override
    boolean knows(Participant other) {
        Member known = bully.member(other.identity);
        return known != null && known.address().equals(other.address);
    }

    @Override
    String describe() {
        return "python " + (bully.isElecting() ? "electing" : "idle") + " leader=" + leader() + " " + habits;
    }

    /** Whether its announcements name all members. */
    boolean namesAll() {
        return has(Habit.NAMES_ALL) && voice.announcesLists();
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
        Identity leader = leader();
        return leader != null && obeyed instanceof PythonNode && identity.isHigherThan(leader);
    }

    /** Whether nobody above it took part when it last announced itself. */
    boolean announcedRightly() {
        return bully.announcedRightly();
    }

    /** How many messages of an election it has sent. */
    long said() {
        return voice.said();
    }

    // ---- the GCD

    private void join() {
        Member gcd = new Member(identity, world.hosts.get(0).address, Habit.year(habits));
        voice.call(gcd, new Message.Join(self()), Traffic.JOIN).role = Socket.Role.GCD;
    }

    /** An election begins once the GCD has answered, or has not. */
    void joinToElect() {
        electsOnceJoined = true;
        join();
    }

    private void onMembers(List<Member> all) {
        joined = true;
        bully.merge(all);
        Identity victor = unknownVictor;
        unknownVictor = null;
        if (victor != null && bully.member(victor) != null) {
            bully.lead(victor);
        } else if (electsOnceJoined && !has(Habit.HANGS)) {
            electsOnceJoined = false;
            bully.ask();
        }
    }

    private void onJoinFailed() {
        if (!joined) {
            later(JOIN_RETRY_MS, () -> {
                if (!joined) {
                    join();
                }
            });
        } else if (electsOnceJoined) {
            electsOnceJoined = false;
            bully.ask();
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
            onElection(socket, frame, received);
        } else if (message instanceof Message.Coordinator victory) {
            onAnnounced(socket);
            bully.merge(victory.members());
            boolean takesFirst = has(Habit.TAKES_FIRST) && !victory.members().isEmpty();
            bully.lead((takesFirst ? victory.members().get(0) : victory.leader()).identity());
        } else if (message instanceof Message.Victory victory) {
            onAnnounced(socket);
            onVictory(victory.leader());
        } else if (message instanceof Message.Probe) {
            if (!voice.answersProbe(socket, frame)) {
                fragility.onUnansweredProbe(socket);
            }
        } else {
            world.network.close(socket);
            if (message instanceof Message.Members answer) {
                onMembers(answer.members());
            } else if (message instanceof Message.Ok && !voice.wasGivenUp(socket)) {
                onOk(socket);
            }
        }
    }

    private void onElection(Socket socket, Frame frame, Message.Election received) {
        bully.merge(received.members());
        LabParty asker = frame.party();
        voice.answerElection(socket, frame, bully.member(asker == null ? null : asker.identity()));
        if (joined) {
            bully.onAsked();
        }
    }

    private void onAnnounced(Socket socket) {
        Socket other = socket.other();
        obeyed = other == null ? null : other.owner;
        world.network.close(socket);
        bully.endElection();
    }

    private void onVictory(Identity victor) {
        if (bully.member(victor) != null) {
            bully.lead(victor);
        } else {
            unknownVictor = victor;
            join();
        }
    }

    private void onOk(Socket socket) {
        if (socket.pending.isEmpty()) {
            bully.onOk();
        } else {
            bully.onProbeOk((int) socket.pending.remove(0).token);
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
        if (voice.leftUnanswered(socket)) {
            fragility.onUnansweredProbeEnd(socket);
        }
        if (socket.role == Socket.Role.LAB_CALL && socket.isConnected()) {
            fragility.onEndOfQuestion(socket);
        }
        if (!voice.wasGivenUp(socket)) {
            failed(socket);
        }
    }

    /** No answer, or not in time. */
    void failed(Socket socket) {
        if (socket.role == Socket.Role.GCD) {
            onJoinFailed();
        } else if (!socket.pending.isEmpty()) {
            bully.onProbeFailed((int) socket.pending.remove(0).token, socket.isConnected());
        }
    }
}
