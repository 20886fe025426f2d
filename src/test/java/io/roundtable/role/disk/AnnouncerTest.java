package io.roundtable.role.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.roundtable.catalog.Refusals;
import io.roundtable.disk.DiskStatistics;
import io.roundtable.event.EventKind;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Room;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.Management;
import io.roundtable.role.Offers;
import io.roundtable.role.Peers;
import io.roundtable.role.RoleContext;
import io.roundtable.simulation.Trace;
import io.roundtable.simulation.net.SimulatedMachine;
import io.roundtable.simulation.net.SimulatedNetwork;
import io.roundtable.simulation.net.SimulatedProcess;
import io.roundtable.simulation.net.StreamHabits;
import io.roundtable.simulation.net.VirtualTime;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a disk's peer tells the manager, in virtual time. */
class AnnouncerTest {
    private static final DiskId DISK = new DiskId(1, 2);
    private static final Member SELF = member(1);
    private static final Member MANAGER = member(2);

    private record Asked(Member to, Message message, Consumer<@Nullable Message> then) {}

    private final VirtualTime time = new VirtualTime();
    private final SimulatedNetwork network =
            new SimulatedNetwork(time, new SplittableRandom(1), new Trace(false), new StreamHabits(1_000, 1, false), 1);
    private final List<Asked> asked = new ArrayList<>();
    private final List<EventKind> events = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Optional<Announcer.Here> here = Optional.empty();
    private Optional<Announcer.Away> away = Optional.empty();
    private RoleContext context;

    private static Member member(int number) {
        return new Member(new Identity(number, 1_000_000 + number), new Address("127.0.0.1", number), Dialect.NATIVE);
    }

    @BeforeEach
    void start() {
        SimulatedMachine machine = network.addMachine();
        EventLoop loop = new EventLoop(
                "announcer",
                new SimulatedProcess(network, machine, new SplittableRandom(2), 1),
                complaint -> {},
                host -> {
                    throw new UnknownHostException(host);
                });
        loop.start();
        context = new RoleContext(
                loop,
                InetAddress.getLoopbackAddress(),
                new SplittableRandom(1),
                new Asking(),
                (question, timeoutMs, then) -> {},
                null,
                new Management(manager -> {}),
                new Offers(),
                (kind, facts) -> events.add(kind),
                reason -> {});
    }

    private final class Asking implements Peers {
        @Override
        public void request(Member to, Message message, long timeoutMs, Consumer<@Nullable Message> then) {
            asked.add(new Asked(to, message, then));
        }

        @Override
        public void tell(Member to, Message message) {
            throw new IllegalStateException("each is asked");
        }

        @Override
        public void belongsTo(Connection connection, Identity member) {}
    }

    private Announcer announcer(long term) {
        HostedDisk which = new HostedDisk(
                Optional.of(new FolderPlace(Path.of("nowhere"), null, context.loop())), Optional.of("D7"), term);
        Announcer announcer = new Announcer(context, which, new Announcer.Disk() {
            @Override
            public Optional<Announcer.Here> here() {
                return here;
            }

            @Override
            public Optional<Announcer.Away> away() {
                return away;
            }

            @Override
            public void learnEpoch(long epoch) {
                told.add("epoch " + epoch);
            }

            @Override
            public void notWanted(String reason) {
                told.add("not wanted: " + reason);
            }
        });
        announcer.start(SELF);
        return announcer;
    }

    private static Optional<Announcer.Here> open() {
        return Optional.of(new Announcer.Here(DISK, 5, new DiskStatistics(new Room(100, 50, 50, 1, 50), 3, 9)));
    }

    private void pass(long ms) {
        long until = time.nowMicros() + ms * 1_000;
        time.at(until, () -> {});
        while (time.nowMicros() < until) {
            time.step();
        }
    }

    private void answer(@Nullable Message answer) {
        Consumer<@Nullable Message> then = asked.get(asked.size() - 1).then;
        // In a turn of the loop, as every answer.
        context.loop().post(() -> then.accept(answer));
        pass(1);
    }

    @Test
    void nobodyIsAskedUntilSomebodyManages() {
        here = open();
        Announcer announcer = announcer(0);
        announcer.announce();
        pass(5_000);
        assertEquals(List.of(), asked);
        announcer.onManager(Optional.of(MANAGER));
        assertEquals(MANAGER, asked.get(0).to);
        assertInstanceOf(DiskMessage.DiskHello.class, asked.get(0).message);
    }

    /** The way to oneself is the same: the peer knows it. */
    @Test
    void aPeerThatManagesTellsItself() {
        here = open();
        announcer(0).onManager(Optional.of(SELF));
        assertEquals(SELF, asked.get(0).to);
    }

    @Test
    void itIsSaidEverySecondAndSoonerToOneThatDoesNotManageYet() {
        here = open();
        announcer(0).onManager(Optional.of(MANAGER));
        answer(new DiskMessage.Welcome("D7", 9, 0));
        pass(950);
        assertEquals(1, asked.size());
        pass(100);
        assertEquals(2, asked.size());
        answer(new VolumeMessage.Elsewhere(Optional.empty()));
        pass(80);
        assertEquals(3, asked.size());
        answer(null);
        pass(80);
        assertEquals(4, asked.size());
        assertEquals(List.of("epoch 9"), told);
        assertEquals(List.of(EventKind.DISK_NAMED), events);
    }

    @Test
    void aDiskWithoutItsMediumIsSaidToBeAwayAndWhy() {
        away = Optional.of(new Announcer.Away(DISK, "x".repeat(10_000)));
        announcer(0).onManager(Optional.of(MANAGER));
        DiskMessage.DiskAway message = assertInstanceOf(DiskMessage.DiskAway.class, asked.get(0).message);
        assertEquals(DiskMessage.DiskAway.REASON_CHARS_MAX, message.reason().length());
        answer(new Control.Done());
        pass(80);
        assertEquals(1, asked.size());
        pass(1_000);
        assertEquals(2, asked.size());
    }

    @Test
    void whoeverFeignsFailureSaysNothingAndSaysItAtOnceAfterwards() {
        here = open();
        Announcer announcer = announcer(0);
        announcer.feign(true);
        announcer.onManager(Optional.of(MANAGER));
        pass(5_000);
        assertEquals(List.of(), asked);
        announcer.feign(false);
        assertEquals(1, asked.size());
    }

    @Test
    void aDeregisteredDiskIsNotOfferedAgain() {
        here = open();
        Announcer announcer = announcer(0);
        announcer.onManager(Optional.of(MANAGER));
        answer(Refusals.refusal(Refusals.DISK_DEREGISTERED));
        pass(5_000);
        announcer.onManager(Optional.of(MANAGER));
        assertEquals(1, asked.size());
        assertEquals(List.of(), told, "the peer's own disk stays open");
        assertEquals(List.of(EventKind.DISK_PROBLEM), events);
    }

    @Test
    void aForeignDiskThatAnotherPeerPresentsIsLetGo() {
        here = open();
        announcer(3).onManager(Optional.of(MANAGER));
        answer(Refusals.refusal(Refusals.PRESENTED_ELSEWHERE));
        assertEquals(List.of("not wanted: " + Refusals.PRESENTED_ELSEWHERE), told);
    }

    @Test
    void afterTheEndNothingIsSaid() {
        here = open();
        Announcer announcer = announcer(0);
        announcer.onManager(Optional.of(MANAGER));
        announcer.stop();
        answer(null);
        pass(5_000);
        assertEquals(1, asked.size());
    }
}
