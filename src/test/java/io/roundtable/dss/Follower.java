package io.roundtable.dss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.wire.FrameKind;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.MessageDecoder;
import io.roundtable.wire.NativeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;

/** A peer that passes on to the rig's manager, and back, through real frames. */
final class Follower implements DssGroup {
    static final Member MANAGER =
            new Member(new Identity(300, 1_000_001), new Address("127.0.0.1", 4_711), Dialect.NATIVE);

    final Rig rig;
    volatile Optional<Member> manager = Optional.of(MANAGER);
    volatile Optional<Address> self = Optional.empty();
    volatile boolean isCut;
    /** The manager takes what it is given, and says nothing. */
    volatile boolean hangs;
    /** The manager carries out what it is given; its answers are lost (the way back is cut). */
    volatile boolean isDeaf;

    Follower(Rig rig) {
        this.rig = rig;
    }

    /** @param seed of its own: no two ports number alike */
    DssPort open(int seed) throws Exception {
        return rig.onLoop(() -> DssPort.open(
                rig.loop,
                Rig.at(0),
                this,
                new ManagerDesk(rig.loop, this, DssOptions.DEFAULT, new Random(seed)),
                DssOptions.DEFAULT,
                new Random(seed)));
    }

    @Override
    public OptionalLong epoch() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<Member> manager() {
        return manager;
    }

    @Override
    public Optional<Address> self() {
        return self;
    }

    @Override
    public void ask(VolumeMessage request, Consumer<Message> then) {
        throw new AssertionError("a follower manages nothing");
    }

    @Override
    public void order(VolumeInfo.Seat disk, DssMessage order, long timeoutMs, Consumer<Message> then) {
        throw new AssertionError("a follower orders nothing");
    }

    @Override
    public void pass(Member to, DssMessage request, long timeoutMs, Consumer<Message> then) {
        assertEquals(MANAGER, to);
        if (isCut) {
            then.accept(null);
            return;
        }
        DssMessage.Datagram there = (DssMessage.Datagram) throughFrames(request);
        if (hangs || isDeaf) {
            if (isDeaf) {
                rig.desk.onDatagram(there, answer -> {});
            }
            rig.loop.schedule(timeoutMs, () -> then.accept(null));
        } else {
            rig.desk.onDatagram(there, answer -> then.accept(throughFrames(answer)));
        }
    }

    static Message throughFrames(Message message) {
        try {
            List<Inbound> decoded = new ArrayList<>();
            new MessageDecoder(new NativeCodec())
                    .feed(new NativeCodec().encode(FrameKind.REQUEST, 1, message), decoded::add);
            return decoded.get(0).message();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
