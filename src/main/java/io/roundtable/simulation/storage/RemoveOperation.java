package io.roundtable.simulation.storage;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.VolumeMessage;

/** A file is removed. */
final class RemoveOperation extends Operation {
    private long requestId;

    RemoveOperation(StorageClient client, String file) {
        super(client, file);
        this.requestId = world.random.nextLong() | 1;
    }

    @Override
    void begin() {
        History.Event event = history.mayHappen(client.name, file, History.Kind.REMOVE, 0, begunAt);
        ask(this::question, answer -> onAnswer(event, answer), () -> over("nobody answers"));
    }

    private VolumeMessage question() {
        long id = requestId;
        if (world.has(StorageBug.REQUEST_ID_NOT_KEPT)) {
            requestId = world.random.nextLong() | 1;
        }
        return new VolumeMessage.Remove(id, Ledger.VOLUME, file, StorageClient.USER);
    }

    private void onAnswer(History.Event event, Message answer) {
        if (answer instanceof Control.Done) {
            history.end(event, History.Kind.REMOVE);
            world.tally.acknowledged++;
        } else if (answer instanceof Message.Refusal refusal && refusal.code() == RefusalCode.NO_SUCH_FILE) {
            history.end(event, History.Kind.NOT_FOUND);
        } else {
            history.withdraw(event);
        }
        over(answer.toString());
    }
}
