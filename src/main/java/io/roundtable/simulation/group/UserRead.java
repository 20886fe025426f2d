package io.roundtable.simulation.group;

import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.simulation.Violation;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A file that was acknowledged is read: it is there, and what comes is what was written. */
final class UserRead {
    private final GroupUser user;
    private final String name;
    private final Consumer<Boolean> then;
    private final @Nullable Share[] found = new Share[StoredFiles.DISKS];
    private int open = 1;

    /** @param then told whether it could be read */
    UserRead(GroupUser user, String name, Consumer<Boolean> then) {
        this.user = user;
        this.name = name;
        this.then = then;
    }

    void begin() {
        user.ask(new VolumeMessage.OpenRead(StoredFiles.VOLUME, name, GroupUser.NAME), answer -> {
            if (answer instanceof VolumeMessage.ReadGrant grant) {
                pullAll(grant);
            } else {
                boolean isGone =
                        answer instanceof Message.Refusal refusal && refusal.code() == RefusalCode.NO_SUCH_FILE;
                if (isGone) {
                    throw new Violation("nothing that was acknowledged is lost", name + " is not there");
                }
                over(false, String.valueOf(answer));
            }
        });
    }

    private void pullAll(VolumeMessage.ReadGrant grant) {
        VolumeInfo volume = grant.volume();
        FileInfo file = grant.file();
        for (int i = 0; i < volume.disks().size(); i++) {
            int position = i;
            VolumeInfo.Seat seat = volume.disks().get(i);
            if (seat.address().isEmpty() || file.missing().contains(i)) {
                continue;
            }
            open++;
            ShareKey key = new ShareKey(volume.id(), file.fileId(), position);
            user.world.data().visit(user.process, seat.address().get(), seat.disk(), DataPath.read(key), answer -> {
                found[position] = answer instanceof Share share && share.isSound() ? share : null;
                one(grant);
            });
        }
        one(grant);
    }

    private void one(VolumeMessage.ReadGrant grant) {
        if (--open > 0) {
            return;
        }
        user.loop.post(() -> user.ask(new VolumeMessage.CloseRead(grant.readId()), answer -> {}));
        long have = Arrays.stream(found).filter(share -> share != null).count();
        if (have < user.files.contents.layout.dataDisks()) {
            over(false, "too few shares");
            return;
        }
        user.world.checked(1);
        byte[] bytes = user.files.contents.assemble(grant.file().sizeBytes(), found);
        if (!Arrays.equals(bytes, user.files.content(name).bytes())) {
            throw new Violation(
                    "no wrong byte", name + " (" + Long.toHexString(grant.file().fileId()) + ")");
        }
        over(true, "whole");
    }

    private void over(boolean isRead, String how) {
        user.text("read " + name + ": " + how);
        user.loop.post(() -> then.accept(isRead));
    }
}
