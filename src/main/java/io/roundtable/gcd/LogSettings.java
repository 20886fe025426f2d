package io.roundtable.gcd;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/** How Ratis is set up: what its defaults get wrong for a small process that must lose nothing. */
final class LogSettings {
    /** An entry is at most as long as a native message. */
    private static final String ENTRY_MAX = "2MB";
    /** Entries that may be on their way to the GCD that leads: whoever has one more, Ratis' client lets wait. */
    static final int PASSED_ON_MAX = 1_024;
    /** The wire takes nothing longer, whatever it is. */
    private static final String MESSAGE_MAX = "16MB";
    /** A snapshot goes to another GCD in parts of this size: with what is around it, each must fit a message. */
    private static final String SNAPSHOT_PART = "4MB";
    /** Ratis' answers are remembered for its own client's repetitions only; ours remember by request. */
    private static final int REMEMBER_S = 5;
    /** gRPC logs through java.util.logging; a reference, or the setting is collected with the logger. */
    private static final Logger GRPC = Logger.getLogger("org.apache.ratis.thirdparty");

    private LogSettings() {}

    /** @param group null for a GCD without others */
    static RaftProperties make(Path folder, @Nullable Group group) {
        GRPC.setLevel(Level.OFF);
        RaftProperties settings = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(settings, List.of(folder.toFile()));
        RaftServerConfigKeys.setStorageFreeSpaceMin(settings, SizeInBytes.valueOf("0"));
        log(settings);
        times(settings, group == null);
        if (group == null) {
            settings.set(RaftConfigKeys.Rpc.TYPE_KEY, LoneRpc.class.getName());
        } else {
            RaftConfigKeys.Rpc.setType(settings, SupportedRpcType.GRPC);
            GrpcConfigKeys.Server.setHost(settings, group.listen());
            GrpcConfigKeys.Server.setPort(settings, group.self().port());
            RaftClientConfigKeys.Async.setOutstandingRequestsMax(settings, PASSED_ON_MAX);
            GrpcConfigKeys.setMessageSizeMax(settings, SizeInBytes.valueOf(MESSAGE_MAX));
        }
        return settings;
    }

    private static void log(RaftProperties settings) {
        RaftServerConfigKeys.Log.setSegmentSizeMax(settings, SizeInBytes.valueOf("4MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(settings, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.setWriteBufferSize(settings, SizeInBytes.valueOf("2112KB"));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(settings, SizeInBytes.valueOf(ENTRY_MAX));
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(settings, SizeInBytes.valueOf(SNAPSHOT_PART));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(settings, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(settings, SizeInBytes.valueOf("4MB"));
        RaftServerConfigKeys.Log.setQueueByteLimit(settings, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(settings, true);
        RaftServerConfigKeys.Log.setPurgeGap(settings, 1);
        // Else every commit writes a second entry, which only says how far the first ones have got.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(settings, false);
        RaftServerConfigKeys.Write.setByteLimit(settings, SizeInBytes.valueOf("16MB"));
        // By itself it would take one on the thread that applies entries: SnapshotTaker does on another.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(settings, false);
        RaftServerConfigKeys.Snapshot.setCreationGap(settings, 1);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(settings, 2);
        RaftServerConfigKeys.RetryCache.setExpiryTime(settings, TimeDuration.valueOf(REMEMBER_S, TimeUnit.SECONDS));
        RaftServerConfigKeys.RetryCache.setStatisticsExpiryTime(
                settings, TimeDuration.valueOf(REMEMBER_S, TimeUnit.SECONDS));
    }

    private static void times(RaftProperties settings, boolean isAlone) {
        // Nobody else can win, so there is nothing to wait for; among others, two busy cores must not depose a leader.
        RaftServerConfigKeys.Rpc.setTimeoutMin(settings, ms(isAlone ? 10 : 500));
        RaftServerConfigKeys.Rpc.setTimeoutMax(settings, ms(isAlone ? 20 : 1_000));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(settings, ms(isAlone ? 1 : 300));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(settings, ms(isAlone ? 2 : 800));
        // One GCD becomes three in one step; the two that come were empty, and have the whole log before they count.
        RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(settings, true);
        // By default a server that was stopped (SIGSTOP, a closed lid) for a minute closes itself for good.
        RaftServerConfigKeys.Rpc.setSlownessTimeout(settings, TimeDuration.valueOf(3_650, TimeUnit.DAYS));
    }

    private static TimeDuration ms(int duration) {
        return TimeDuration.valueOf(duration, TimeUnit.MILLISECONDS);
    }
}
