package io.roundtable.manager;

import io.roundtable.catalog.Names;
import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.FileName;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a request may be as long as. Whatever passes can be proposed, remembered and told again without a look at its
 * length; whatever does not could make a frame that nobody can send.
 */
final class Bounds {
    /** Longer than any name, so that a wrong one is refused for what is wrong with it. */
    private static final int NAME_LENGTH_MAX = 255;

    private static final int SHA256_LENGTH_MAX = 64;

    private Bounds() {}

    /** Why a request is not looked at any further; null if it is. */
    static @Nullable String refusal(VolumeMessage message) {
        if (message instanceof VolumeMessage.Commit commit) {
            return refusal(commit);
        } else if (message instanceof VolumeMessage.Configure configure) {
            boolean isLong = isLong(configure.volume());
            return isLong ? Refusals.BAD_VOLUME : Names.isOwner(configure.user()) ? null : Refusals.BAD_USER;
        } else if (message instanceof VolumeMessage.PrepareWrite prepare) {
            String wrong = prepare.file().map(FileName::refusal).orElse(null);
            return isLong(prepare.volume()) ? Refusals.NO_SUCH_VOLUME : wrong == null ? ofUser(prepare.user()) : wrong;
        } else if (message instanceof VolumeMessage.RegisterUser register) {
            return ofUser(register.user());
        } else if (message instanceof VolumeMessage.RegisterDisk register) {
            return isLong(register.name()) ? Refusals.BAD_DISK : null;
        } else if (message instanceof VolumeMessage.DeregisterUser deregister) {
            return ofUser(deregister.user());
        } else if (message instanceof VolumeMessage.OpenRead open) {
            return ofFile(open.file());
        } else if (message instanceof VolumeMessage.KeepRead keep) {
            return ofFile(keep.file());
        } else if (message instanceof VolumeMessage.Remove remove) {
            return ofFile(remove.file());
        } else if (message instanceof VolumeMessage.FailDisk fail) {
            return isLong(fail.volume()) ? Refusals.NO_SUCH_VOLUME : null;
        } else if (message instanceof VolumeMessage.Decommission decommission) {
            return isLong(decommission.volume()) ? Refusals.NO_SUCH_VOLUME : null;
        }
        return null;
    }

    private static @Nullable String refusal(VolumeMessage.Commit commit) {
        String wrong = FileName.refusal(commit.file());
        if (wrong != null) {
            return wrong;
        } else if (!Names.isOwner(commit.user())) {
            return Refusals.BAD_USER;
        } else if (commit.sha256().length() > SHA256_LENGTH_MAX) {
            return Refusals.BAD_CONTENT;
        }
        return commit.sealed().size() > ShareKey.POSITION_MAX + 1 ? Refusals.NOT_SEALED : null;
    }

    private static @Nullable String ofFile(String name) {
        return name.length() > FileName.BYTES_MAX ? Refusals.NO_SUCH_FILE : null;
    }

    private static @Nullable String ofUser(String name) {
        return isLong(name) ? Refusals.BAD_USER : null;
    }

    private static boolean isLong(String name) {
        return name.length() > NAME_LENGTH_MAX;
    }
}
