package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.roundtable.codec.CodecException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Ratis asks of the catalog, as it asks when something goes wrong. */
class CatalogStateMachineTest {
    @TempDir
    private Path folder;

    private final List<Optional<Throwable>> ends = new ArrayList<>();
    private final CatalogStateMachine machine =
            new CatalogStateMachine(RatisLog.LEASE_MS, () -> {}, cause -> ends.add(Optional.ofNullable(cause)));

    @Test
    void anotherGcdsSnapshotMayComeTwice() throws Exception {
        machine.getLifeCycle().startAndTransition(() -> {});

        machine.pause();
        machine.pause();
        assertEquals(LifeCycle.State.PAUSED, machine.getLifeCycleState());

        machine.reinitialize();
        assertEquals(LifeCycle.State.RUNNING, machine.getLifeCycleState());
    }

    @Test
    void anEntryThatCannotBeAppliedEndsTheLogWithItsReason() {
        StateMachineLogEntryProto garbage = StateMachineLogEntryProto.newBuilder()
                .setLogData(ByteString.copyFromUtf8("no entry"))
                .build();
        TransactionContext context = TransactionContext.newBuilder()
                .setStateMachine(machine)
                .setServerRole(RaftPeerRole.FOLLOWER)
                .setLogEntry(LogEntryProto.newBuilder()
                        .setStateMachineLogEntry(garbage)
                        .build())
                .build();

        Exception fault = assertThrows(CodecException.class, () -> machine.applyTransaction(context));
        assertEquals(List.of(Optional.of(fault)), ends);
    }

    @Test
    void aSnapshotThatCannotBeReadEndsTheLogWithItsReason() throws Exception {
        try (RaftStorage storage = storage()) {
            machine.getStateMachineStorage().init(storage);
            Path snapshot =
                    storage.getStorageDir().getStateMachineDir().toPath().resolve("snapshot.1_7");
            Files.writeString(snapshot, "no snapshot");
            MD5FileUtil.computeAndSaveMd5ForFile(snapshot.toFile());

            Exception fault = assertThrows(DamagedStoreException.class, machine::reinitialize);
            assertEquals(List.of(Optional.of(fault)), ends);
        }
    }

    private RaftStorage storage() throws Exception {
        RaftStorage storage = RaftStorage.newBuilder()
                .setDirectory(folder.toFile())
                .setOption(RaftStorage.StartupOption.FORMAT)
                .setStorageFreeSpaceMin(SizeInBytes.valueOf("0"))
                .setLogCorruptionPolicy(RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION)
                .build();
        storage.initialize();
        Files.createDirectories(storage.getStorageDir().getStateMachineDir().toPath());
        return storage;
    }

    @Test
    void whoAsksForTheMembersDoesNotWaitForASnapshotOfManyFiles() throws Exception {
        synchronized (machine) {
            assertEquals(
                    List.of(), CompletableFuture.supplyAsync(machine::members).get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void ratisDoesNotCloseTheCatalogInSilence() throws Exception {
        machine.close();
        assertEquals(List.of(Optional.empty()), ends);
    }
}
