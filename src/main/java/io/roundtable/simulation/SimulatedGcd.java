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
import java.util.Map;

/** The GCD: the real directory, with the manners of {@code gcd.GcdServer}. A restarted one knows nobody. */
final class SimulatedGcd extends Host {
    /** How long the check whether a seat's holder is alive takes, milliseconds. */
    private static final int ALIVE_CHECK_MS = 1;

    private final boolean speaksNative;
    private Directory directory = new Directory();
    /** Never iterated. */
    private final Map<Identity, Socket> seated = new HashMap<>();

    SimulatedGcd(World world, boolean speaksNative) {
        super(world, 0);
        this.speaksNative = speaksNative;
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
        boolean isNative = frame.isNative() || frame.offersNative();
        Member newcomer = join.self().as(isNative && speaksNative ? Dialect.NATIVE : Dialect.LAB);
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
        directory.join(newcomer, nowMs());
        if (newcomer.isNative()) {
            seated.put(newcomer.identity(), socket);
            socket.member = newcomer.identity();
        }
        answer(socket, frame, new Message.Members(directory.members()));
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
