package io.roundtable.simulation.storage;

import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One thing that a client does, with all that it takes to hear the end of it. */
abstract class Operation {
    private static final long PATIENCE_MS = 4_000;

    final StorageClient client;
    final StorageWorld world;
    final Ledger ledger;
    final History history;
    final String file;
    final long begunAt;
    private final long deadlineMs;

    Operation(StorageClient client, String file) {
        this.client = client;
        this.world = client.world;
        this.ledger = client.ledger();
        this.history = client.history();
        this.file = file;
        this.begunAt = history.begin();
        this.deadlineMs = client.nowMs() + PATIENCE_MS;
    }

    abstract void begin();

    boolean isTooLate() {
        return client.nowMs() >= deadlineMs;
    }

    /** Whether the client is at it still: it may have given up, or died. */
    boolean isGoing() {
        return client.isAt(this);
    }

    void over(String how) {
        if (world.isTold()) {
            client.say(getClass().getSimpleName() + " " + file + ": " + how);
        }
        client.over(this);
    }

    void soon(Runnable then) {
        client.after(world.random.nextInt(10, 80), () -> {
            if (isGoing()) {
                then.run();
            }
        });
    }

    /** Asks one manager after another until one answers, or time is up. */
    void ask(Supplier<VolumeMessage> question, Consumer<Message> then, Runnable inVain) {
        if (isTooLate()) {
            inVain.run();
            return;
        }
        client.ask(question.get(), answer -> {
            if (!isGoing()) {
                return;
            }
            if (answer == null) {
                soon(() -> ask(question, then, inVain));
            } else {
                then.accept(answer);
            }
        });
    }
}
