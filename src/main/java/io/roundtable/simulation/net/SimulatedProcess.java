package io.roundtable.simulation.net;

import io.roundtable.disk.SimulatedCrash;
import io.roundtable.net.Lane;
import io.roundtable.net.ListenChannel;
import io.roundtable.net.PacketChannel;
import io.roundtable.net.StreamChannel;
import io.roundtable.net.Transport;
import io.roundtable.simulation.EventQueue;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.net.SimulatedNetwork.What;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One process with one loop, on a simulated machine: it can be stopped and go on, be killed, or be lost with its machine. A
 * stopped one is silent, while its system goes on accepting connections and filling buffers for it.
 */
public final class SimulatedProcess implements Transport {
    private static final long NEVER = Long.MAX_VALUE;
    /** 2026-01-01, microseconds: what a run begins at by the clocks on its walls. */
    private static final long EPOCH_MICROS = 1_767_225_600_000_000L;

    /** What a process has done so far. */
    static final class Count {
        final long[] bytesTo;
        long connects;

        Count(int machinesMax) {
            bytesTo = new long[machinesMax];
        }
    }

    private final SimulatedNetwork network;
    private final SimulatedMachine machine;
    private final SplittableRandom random;
    private final int number;
    private final Count count;
    private final Set<Closeable> open = new LinkedHashSet<>();
    private final List<Runnable> delayed = new ArrayList<>();
    private List<SimulatedChannel> listed = new ArrayList<>();
    private @Nullable Turns loop;
    private Runnable afterTurn = () -> {};
    private boolean isAlive = true;
    private boolean isStopped;
    private boolean inTurn;
    private long restedMs;
    private final Wake wake = new Wake();
    private long wantedAtMicros = NEVER;

    /** @param number by which the trace names it */
    public SimulatedProcess(SimulatedNetwork network, SimulatedMachine machine, SplittableRandom random, int number) {
        this.network = network;
        this.machine = machine;
        this.random = random;
        this.number = number;
        this.count = new Count(network.machinesMax());
        machine.add(this);
    }

    public SimulatedMachine machine() {
        return machine;
    }

    public int number() {
        return number;
    }

    Count count() {
        return count;
    }

    public boolean isAlive() {
        return isAlive;
    }

    public boolean isStopped() {
        return isStopped;
    }

    /** How many bytes it has written on streams to that machine. */
    public long bytesTo(SimulatedMachine there) {
        return count.bytesTo[there.index()];
    }

    /** How many connections it has begun to make. */
    public long connects() {
        return count.connects;
    }

    /** How many channels it has open. */
    public int openChannels() {
        return open.size();
    }

    /** Runs an action after each turn, to look at what it left. */
    public void afterEachTurn(Runnable action) {
        afterTurn = action;
    }

    // ---- turns

    @Override
    public void start(String name, Turns turns) {
        loop = turns;
        wakeAt(network.time().nowMicros());
    }

    @Override
    public void wakeUp() {
        soon();
    }

    private void soon() {
        if (!inTurn) {
            wakeAt(network.time().nowMicros() + network.paths().latenessMicros());
        }
    }

    private void wakeAt(long atMicros) {
        if (!isAlive || loop == null || atMicros >= wantedAtMicros) {
            return;
        }
        wantedAtMicros = atMicros;
        network.time().set(atMicros, wake);
    }

    /** When its loop wakes next. */
    private final class Wake extends EventQueue.Alarm {
        @Override
        public void run() {
            wantedAtMicros = NEVER;
            if (isAlive && !isStopped) {
                turn();
            }
        }
    }

    private void turn() {
        Turns turns = loop;
        if (turns == null) {
            return;
        }
        network.mix(this, What.TURN, listed.size());
        inTurn = true;
        try {
            turns.turn(restedMs);
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Violation("no exception stops a loop", e + at(e));
        } finally {
            inTurn = false;
        }
        if (isAlive && !turns.goesOn()) {
            isAlive = false;
            machine.remove(this);
            turns.onEnd(null);
        }
        if (isAlive) {
            rest(turns);
            afterTurn.run();
        }
    }

    private static String at(RuntimeException e) {
        StringBuilder where = new StringBuilder();
        StackTraceElement[] trace = e.getStackTrace();
        for (int i = 0; i < Math.min(4, trace.length); i++) {
            where.append(i == 0 ? " at " : " by ").append(trace[i]);
        }
        return where.toString();
    }

    private void rest(Turns turns) {
        restedMs = listed.isEmpty() ? turns.restMs() : 0;
        wakeAt(network.time().nowMicros() + restedMs * 1_000 + network.paths().latenessMicros());
    }

    void list(SimulatedChannel channel) {
        listed.add(channel);
        soon();
    }

    @Override
    public void serveReady() {
        if (listed.isEmpty()) {
            return;
        }
        List<SimulatedChannel> now = listed;
        listed = new ArrayList<>();
        // A selector tells of them in no particular order.
        int first = now.size() == 1 ? 0 : random.nextInt(now.size());
        for (int i = 0; i < now.size(); i++) {
            now.get((first + i) % now.size()).tell();
        }
        for (SimulatedChannel each : now) {
            each.isListed = each.isStillReady();
            if (each.isListed) {
                listed.add(each);
            }
        }
    }

    // ---- fate

    /** {@code SIGSTOP}. */
    public void stop() {
        isStopped = true;
    }

    /** {@code SIGCONT}: it goes on with all that came in meanwhile. */
    public void goOn() {
        isStopped = false;
        wantedAtMicros = NEVER;
        List<Runnable> due = new ArrayList<>(delayed);
        delayed.clear();
        due.forEach(work -> network.time().after(0, work));
        wakeAt(network.time().nowMicros());
    }

    /** {@code kill -9}: its system closes what it had open, and says so. */
    public void kill() {
        if (isAlive) {
            network.mix(this, What.KILL, open.size());
            isAlive = false;
            machine.remove(this);
            closeAll();
        }
    }

    /**
     * Something on the way resets one of its connections, for both ends.
     *
     * @param which of those that are open, in the order in which they were made
     */
    public void cutOff(int which) {
        List<SimulatedStream> streams = new ArrayList<>();
        for (Closeable each : open) {
            if (each instanceof SimulatedStream stream && stream.isOpen()) {
                streams.add(stream);
            }
        }
        if (!streams.isEmpty()) {
            SimulatedStream stream = streams.get(which % streams.size());
            SimulatedStream other = stream.other();
            stream.reset();
            if (other != null) {
                other.reset();
            }
        }
    }

    private void closeAll() {
        for (Closeable each : List.copyOf(open)) {
            try {
                each.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Its machine is off. */
    void lose() {
        isAlive = false;
        open.clear();
    }

    @Override
    public void awaitEnd() {
        // One thread drives everything: whoever asks has nothing to wait for.
    }

    @Override
    public void close() {
        closeAll();
    }

    // ---- channels

    void opened(Closeable channel) {
        open.add(channel);
    }

    void closed(Closeable channel) {
        open.remove(channel);
    }

    @Override
    public StreamChannel openStream() {
        SimulatedStream made =
                new SimulatedStream(this, network, new InetSocketAddress(machine.address(), machine.freePort()));
        open.add(made);
        return made;
    }

    @Override
    public ListenChannel listen(InetSocketAddress at, int backlog) throws IOException {
        int port = at.getPort() == 0 ? machine.freePort() : at.getPort();
        SimulatedListen made =
                new SimulatedListen(this, network, new InetSocketAddress(machine.address(), port), backlog);
        if (!machine.bind(port, made)) {
            throw new BindException("Address already in use");
        }
        open.add(made);
        return made;
    }

    @Override
    public PacketChannel openPackets(InetSocketAddress at, int bufferBytes) throws IOException {
        int port = at.getPort() == 0 ? machine.freePort() : at.getPort();
        SimulatedPackets made =
                new SimulatedPackets(this, network, new InetSocketAddress(machine.address(), port), bufferBytes);
        if (!machine.bind(port, made)) {
            throw new BindException("Address already in use");
        }
        open.add(made);
        return made;
    }

    @Override
    public ByteBuffer readBuffer(int bytes) {
        return network.readBuffer(bytes);
    }

    @Override
    public boolean isThisMachine(InetAddress address) {
        return address.isLoopbackAddress() || address.equals(machine.address());
    }

    // ---- time, chance, threads

    @Override
    public long nanoTime() {
        return network.time().nowMicros() * 1_000;
    }

    @Override
    public Instant now() {
        long micros = EPOCH_MICROS + network.time().nowMicros();
        return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
    }

    @Override
    public long entropy() {
        return random.nextLong();
    }

    @Override
    public void background(String name, boolean holdsProcess, Runnable work) {
        later(work);
    }

    /** Some thread of this process does it, some time from now. */
    void later(Runnable work) {
        boolean isSlow = !network.paths().isCalm() && random.nextInt(16) == 0;
        after(isSlow ? random.nextInt(2_000, 800_000) : random.nextInt(20, 2_000), work);
    }

    /** A thread of this process does it after that time, or when it goes on; never if it is dead by then. */
    public void after(long delayMicros, Runnable work) {
        network.time().after(delayMicros, () -> perform(work));
    }

    private void perform(Runnable work) {
        if (isAlive && isStopped) {
            delayed.add(() -> perform(work));
        } else if (isAlive) {
            try {
                work.run();
            } catch (SimulatedCrash e) {
                // It was at its disk.
                kill();
            }
        }
    }

    @Override
    public Lane lane(String name, int threadsMax, int waitingMax) {
        return new SimulatedLane(this, threadsMax, waitingMax);
    }
}
