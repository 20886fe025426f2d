package io.roundtable.simulation.group;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.simulation.storage.Contents.Content;
import io.roundtable.simulation.storage.Contents.Share;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A new file is written: grant, shares, commit; the commit is asked for again, of whoever manages, until somebody answers. */
final class UserWrite {
    private static final int TRIES_MAX = 20;

    private final GroupUser user;
    private final String name;
    private final Content content;
    private final long requestId;
    private final Map<Integer, DiskId> sealed = new TreeMap<>();
    private int open = 1;
    private int tries;

    UserWrite(GroupUser user) {
        this.user = user;
        this.name = user.files.newName();
        this.content = user.files.contents.create(user.random);
        this.requestId = user.random.nextLong() | 1;
    }

    void begin() {
        user.ask(new VolumeMessage.PrepareWrite(StoredFiles.VOLUME, GroupUser.NAME, 1), answer -> {
            if (answer instanceof VolumeMessage.WriteGrant grant) {
                putAll(grant);
            } else {
                over(String.valueOf(answer));
            }
        });
    }

    private void putAll(VolumeMessage.WriteGrant grant) {
        VolumeInfo volume = grant.volume();
        for (int i = 0; i < volume.disks().size(); i++) {
            int position = i;
            VolumeInfo.Seat seat = volume.disks().get(i);
            if (seat.address().isEmpty()) {
                continue;
            }
            open++;
            Share share = user.files.contents.share(content, position, false);
            DiskMessage.PutShare head =
                    user.world.data().head(volume, grant.firstFileId(), position, grant.epoch(), share);
            user.world
                    .data()
                    .visit(user.process, seat.address().get(), seat.disk(), DataPath.put(head, share), answer -> {
                        if (answer instanceof DiskMessage.Sealed) {
                            sealed.put(position, seat.disk());
                        }
                        one(grant);
                    });
        }
        one(grant);
    }

    private void one(VolumeMessage.WriteGrant grant) {
        if (--open > 0) {
            return;
        }
        VolumeInfo volume = grant.volume();
        if (sealed.size() >= volume.disks().size() - volume.parity()) {
            user.loop.post(() -> commit(grant));
        } else {
            user.loop.post(() -> user.ask(
                    new VolumeMessage.Abort(volume.id(), grant.firstFileId()), answer -> over("too few shares")));
        }
    }

    private void commit(VolumeMessage.WriteGrant grant) {
        VolumeInfo volume = grant.volume();
        VolumeMessage.Commit commit = new VolumeMessage.Commit(
                requestId,
                volume.id(),
                name,
                GroupUser.NAME,
                grant.firstFileId(),
                content.bytes().length,
                String.format("%064x", content.number()),
                IntStream.range(0, volume.disks().size())
                        .mapToObj(position -> Optional.ofNullable(sealed.get(position)))
                        .toList());
        user.ask(commit, answer -> {
            if (answer instanceof Control.Done) {
                user.files.acknowledge(name, content);
                over("acknowledged");
            } else if (answer == null && ++tries < TRIES_MAX) {
                user.loop.schedule(user.random.nextInt(10, 80), () -> keep(grant));
            } else {
                over(String.valueOf(answer));
            }
        });
    }

    /** Whoever manages now has to know of the write first. */
    private void keep(VolumeMessage.WriteGrant grant) {
        VolumeMessage keep = new VolumeMessage.KeepWrite(grant.volume().id(), grant.firstFileId(), 1);
        user.ask(keep, answer -> commit(grant));
    }

    private void over(String how) {
        user.text("write " + name + ": " + how);
        user.next();
    }
}
