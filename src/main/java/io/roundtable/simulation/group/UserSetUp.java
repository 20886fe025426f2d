package io.roundtable.simulation.group;

import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.simulation.storage.Contents;
import java.util.Optional;

/** Makes the user known, and the volume. */
final class UserSetUp {
    private final GroupUser user;

    UserSetUp(GroupUser user) {
        this.user = user;
    }

    void begin() {
        VolumeMessage register = new VolumeMessage.RegisterUser(
                user.random.nextLong() | 1, GroupUser.NAME, Optional.empty(), Optional.empty());
        user.ask(register, answer -> {
            if (answer == null) {
                user.next();
            } else {
                configure();
            }
        });
    }

    private void configure() {
        VolumeMessage configure = new VolumeMessage.Configure(
                user.random.nextLong() | 1,
                StoredFiles.VOLUME,
                StoredFiles.DISKS,
                StoredFiles.PARITY,
                Contents.UNIT_BYTES,
                GroupUser.NAME);
        user.ask(configure, answer -> {
            user.text("configure: " + answer);
            boolean isThere = answer instanceof Message.Refusal refusal && refusal.code() == RefusalCode.BAD_VOLUME;
            if (answer instanceof VolumeMessage.Volume || isThere) {
                user.files.configured();
            }
            user.next();
        });
    }
}
