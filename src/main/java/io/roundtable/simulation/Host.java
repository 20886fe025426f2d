package io.roundtable.simulation;

import io.roundtable.protocol.Address;
import java.util.ArrayList;
import java.util.List;

/**
 * One process on one machine: it can crash, vanish without a word, hang and come back.
 *
 * <p>Its clock counts attentive time, which stands still while it hangs; its timers live in that time, as those of the
 * real loop do.
 */
abstract class Host {
    final World world;
    /** Its place in the world's list; the trace names hosts by it. */
    final int index;

    Address address;
    boolean isListening;
    private boolean up;
    private boolean vanished;
    private boolean hung;
    private int life;
    private long lostMicros;
    private List<Socket> sockets = new ArrayList<>();
    /** Of the life before the power failed. */
    private List<Socket> ghosts = List.of();

    private final List<Runnable> backlog = new ArrayList<>();
    private final List<Runnable> lateTimers = new ArrayList<>();

    Host(World world, int index) {
        this.world = world;
        this.index = index;
        this.address = world.network.freeAddress();
    }

    /** The process begins, with its listener open. */
    abstract void onStart();

    /** A message came. */
    abstract void onFrame(Socket socket, Frame frame);

    /** The other side closed, or the connection could not be made. */
    abstract void onClosed(Socket socket);

    /** The other side's system answered what was sent with a reset: it had closed its end before. */
    void onReset(Socket socket) {
        if (socket.isOpen()) {
            socket.shut();
            onClosed(socket);
        }
    }

    /** How long this socket, once closed, still takes in, and drops, what comes. */
    long lingerMicros(Socket socket) {
        return 0;
    }

    boolean isUp() {
        return up;
    }

    /** Whether the machine is off: nobody is there even to refuse a connection. */
    boolean hasVanished() {
        return vanished;
    }

    boolean isHung() {
        return hung;
    }

    int life() {
        return life;
    }

    long nowMicros() {
        return world.nowMicros() - lostMicros;
    }

    /** What the machine takes for the time. */
    long nowMs() {
        return nowMicros() / 1_000;
    }

    void start() {
        up = true;
        vanished = false;
        life++;
        listen();
        onStart();
    }

    void listen() {
        isListening = true;
        world.network.listen(this);
    }

    void stopListening() {
        isListening = false;
        world.network.stopListening(this);
    }

    void owns(Socket socket) {
        if (sockets.size() >= 64) {
            // Single-use sockets pile up; keep those that are open.
            List<Socket> open = new ArrayList<>();
            for (Socket each : sockets) {
                if (each.isOpen()) {
                    open.add(each);
                }
            }
            sockets = open;
        }
        sockets.add(socket);
    }

    void closeSockets() {
        List<Socket> closing = sockets;
        sockets = new ArrayList<>();
        for (Socket socket : closing) {
            world.network.close(socket);
        }
    }

    /** {@code kill -9}: the system closes the sockets, so others hear of it. */
    void crash() {
        stopListening();
        closeSockets();
        die();
    }

    /** The power fails: nobody hears of it, until the machine is back and refuses what belongs to its former life. */
    void vanish() {
        stopListening();
        ghosts = sockets;
        sockets = new ArrayList<>();
        die();
        vanished = true;
    }

    private void die() {
        up = false;
        hung = false;
        life++;
        backlog.clear();
        lateTimers.clear();
    }

    /** The machine is back without the process. */
    void reboot() {
        vanished = false;
        for (Socket ghost : ghosts) {
            world.network.reset(ghost);
        }
        ghosts = List.of();
    }

    void hang() {
        hung = true;
    }

    /**
     * Goes on after a hang: first all that came in meanwhile, then the timers that are due, as the real loop does.
     *
     * @param lostMicros how much of the hang the attentive clock does not count
     */
    void wake(long lostMicros) {
        hung = false;
        this.lostMicros += lostMicros;
        List<Runnable> due = new ArrayList<>(backlog);
        due.addAll(lateTimers);
        backlog.clear();
        lateTimers.clear();
        int before = life;
        for (Runnable event : due) {
            if (life == before) {
                event.run();
            }
        }
    }

    void keepForLater(Runnable input) {
        backlog.add(input);
    }

    /** Runs an action of this life after a delay, or a little later. */
    void later(long delayMs, Runnable action) {
        Timer timer = new Timer(nowMicros() + delayMs * 1_000, action);
        world.after(delayMs * 1_000 + world.network.weather.timerLatenessMicros(), timer);
    }

    private final class Timer implements Runnable {
        private final int itsLife = life;
        private final long dueMicros;
        private final Runnable action;

        Timer(long dueMicros, Runnable action) {
            this.dueMicros = dueMicros;
            this.action = action;
        }

        @Override
        public void run() {
            if (life != itsLife) {
                return;
            }
            if (hung) {
                lateTimers.add(this);
            } else if (nowMicros() < dueMicros) {
                world.after(dueMicros - nowMicros(), this);
            } else {
                action.run();
            }
        }
    }
}
