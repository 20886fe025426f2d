package io.roundtable.simulation;

import io.roundtable.gcd.Directory;
import io.roundtable.protocol.Control.Listed;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Presence;
import io.roundtable.wire.OkForm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The GCD: the real directory, with the manners of {@code gcd.GcdServer}. A restarted one knows nobody. */
final class SimulatedGcd extends Host {
    /** How long the check whether a seat's holder is alive takes, milliseconds. */
    private static final int ALIVE_CHECK_MS = 1;

    private final boolean speaksNative;
    /** In whose words a lab GCD is joined; it refuses all others. */
    private final Dialect year;

    private Directory directory = new Directory();
    /** Never iterated. */
    private final Map<Identity, Socket> seated = new HashMap<>();

    /** @param dialect NATIVE for a GCD of ours, else the year of a Python one */
    SimulatedGcd(World world, Dialect dialect) {
        super(world, 0);
        this.speaksNative = dialect == Dialect.NATIVE;
        this.year = dialect;
    }

    @Override
    void onStart() {
        directory = new Directory();
        seated.clear();
    }

    @Override
    void onFrame(Socket socket, Frame frame) {
        if (!(frame.message() instanceof Message.Join join)) {
            throw new Violation("wire", "the GCD was sent " + frame.message().word());
        }
        if (!speaksNative && frame.speech().year() != year) {
            answer(socket, frame, new Message.Refusal("Unexpected message: JOIN"));
            return;
        }
        boolean isNative = frame.isNative() || frame.offersNative();
        Member newcomer = isNative && speaksNative ? join.self().as(Dialect.NATIVE) : join.self();
        Listed rival = speaksNative ? directory.rival(newcomer) : null;
        if (rival == null) {
            seat(socket, frame, newcomer);
        } else if (rival.presence() == Presence.PRESENT) {
            answer(socket, frame, new Message.Refusal("identity taken"));
        } else {
            later(ALIVE_CHECK_MS, () -> {
                if (world.network.listenerAt(rival.member().address()) != null) {
                    answer(socket, frame, new Message.Refusal("identity taken"));
                } else {
                    seat(socket, frame, newcomer);
                }
            });
        }
    }

    private void seat(Socket socket, Frame frame, Member newcomer) {
        if (!socket.isOpen()) {
            return;
        }
        boolean isNew = !newcomer.equals(directory.get(newcomer.identity()));
        directory.join(newcomer, nowMs());
        if (isNew && !newcomer.isNative()) {
            tellNatives(newcomer);
        }
        if (newcomer.isNative()) {
            seated.put(newcomer.identity(), socket);
            socket.member = newcomer.identity();
        }
        answer(socket, frame, new Message.Members(directory.members()));
    }

    private void tellNatives(Member newcomer) {
        for (Member member : directory.members()) {
            Socket line = seated.get(member.identity());
            if (line != null && line.isOpen()) {
                world.sent(this, Traffic.MEMBERS, line);
                Frame news = Frame.oneWay(0, new Message.Members(List.of(newcomer)));
                world.network.send(line, news, OkForm.PAIR);
            }
        }
    }

    private void answer(Socket socket, Frame frame, Message message) {
        if (!socket.isOpen()) {
            return;
        }
        world.sent(this, message instanceof Message.Members ? Traffic.MEMBERS : Traffic.REFUSAL, socket);
        if (speaksNative && (frame.isNative() || frame.offersNative())) {
            world.network.send(socket, Frame.answer(frame.requestId(), message), OkForm.PAIR);
        } else {
            world.network.send(socket, Frame.lab(message, speaksNative), OkForm.PAIR);
            world.network.close(socket);
        }
    }

    @Override
    void onClosed(Socket socket) {
        Identity member = socket.member;
        if (member != null && seated.remove(member, socket)) {
            directory.note(member, Presence.GONE, nowMs());
        }
    }
}
