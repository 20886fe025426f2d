package io.roundtable.simulation.storage;

import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A user's process: one operation after the other, each on a file at random. */
final class StorageClient extends Process {
    static final String USER = "ann";
    private static final long ASK_MS = 700;

    private final Ledger ledger;
    private final History history;
    private final List<StoragePeer> peers;
    private @Nullable Operation operation;
    private int target;
    private boolean isIdle = true;
    private boolean mayBegin;

    StorageClient(StorageWorld world, Ledger ledger, History history, List<StoragePeer> peers) {
        super(world, "client" + world.processes.size());
        this.ledger = ledger;
        this.history = history;
        this.peers = peers;
    }

    Ledger ledger() {
        return ledger;
    }

    History history() {
        return history;
    }

    boolean isIdle() {
        return isIdle;
    }

    // ---- life

    @Override
    void onStart() {
        target = world.random.nextInt(peers.size());
        isIdle = true;
        next();
    }

    @Override
    void onDeath(boolean power) {
        // What it was about may still happen; nobody will hear.
        operation = null;
        isIdle = true;
        ledger.net().onDeath(this);
    }

    /** From now on it goes on by itself. */
    void begin() {
        mayBegin = true;
        next();
    }

    void cease() {
        mayBegin = false;
    }

    private void next() {
        if (mayBegin && isIdle) {
            isIdle = false;
            after(world.random.nextInt(5, 120), this::choose);
        }
    }

    private void choose() {
        if (!mayBegin) {
            isIdle = true;
            return;
        }
        String file = "f" + world.random.nextInt(world.scenario.files());
        int dice = world.random.nextInt(20);
        if (dice < 8) {
            run(new WriteOperation(this, file));
        } else if (dice < 17) {
            run(new ReadOperation(this, file));
        } else {
            run(new RemoveOperation(this, file));
        }
    }

    /** Begins one operation; nothing else may be under way. */
    void run(Operation begun) {
        isIdle = false;
        operation = begun;
        begun.begin();
    }

    void over(Operation ended) {
        if (operation == ended) {
            operation = null;
            isIdle = true;
            next();
        }
    }

    boolean isAt(Operation asked) {
        return operation == asked;
    }

    // ---- questions

    /** Who is asked next. */
    StoragePeer target() {
        return peers.get(target);
    }

    /** @param then told the manager's answer, or null: then another peer is asked the next time */
    void ask(VolumeMessage question, Consumer<@Nullable Message> then) {
        int asked = target;
        ledger.net().ask(this, peers.get(asked), StorageNet.KEPT, question, ASK_MS, answer -> {
            if (answer == null || answer instanceof VolumeMessage.Elsewhere) {
                target = (asked + 1) % peers.size();
                if (answer instanceof VolumeMessage.Elsewhere elsewhere) {
                    Optional<StoragePeer> known =
                            elsewhere.manager().map(ledger::peer).map(StoragePeer.class::cast);
                    known.ifPresent(peer -> target = peers.indexOf(peer));
                }
                then.accept(null);
            } else {
                then.accept(answer instanceof Message message ? message : null);
            }
        });
    }

    @Override
    void serve(Process from, Object question, Consumer<Object> reply) {
        // Nobody asks a client.
    }
}
