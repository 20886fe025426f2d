package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.FileName;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.WriteGrant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is too long is refused before it is proposed or told to anybody. */
class BoundsTest {
    private static final String LONG = "x".repeat(60_000);
    private static final String USER = ManagerBench.USER;

    static Stream<Arguments> tooLong() {
        return Stream.of(
                Arguments.of(Refusals.BAD_FILE, commit(LONG, USER, "0", 3)),
                Arguments.of(FileName.refusal("/etc/passwd"), commit("/etc/passwd", USER, "0", 3)),
                Arguments.of(FileName.refusal("a/../b"), commit("a/../b", USER, "0", 3)),
                Arguments.of(Refusals.BAD_USER, commit("a.txt", LONG, "0", 3)),
                Arguments.of(Refusals.BAD_CONTENT, commit("a.txt", USER, LONG, 3)),
                Arguments.of(Refusals.NOT_SEALED, commit("a.txt", USER, "0", 257)),
                Arguments.of(Refusals.BAD_VOLUME, new VolumeMessage.Configure(5, LONG, 3, 1, 128, USER)),
                Arguments.of(Refusals.BAD_USER, new VolumeMessage.Configure(5, "dss2", 3, 1, 128, LONG)),
                Arguments.of(
                        Refusals.BAD_USER, new VolumeMessage.RegisterUser(5, LONG, Optional.empty(), Optional.empty())),
                Arguments.of(Refusals.BAD_USER, new VolumeMessage.DeregisterUser(5, LONG)),
                Arguments.of(Refusals.NO_SUCH_FILE, new VolumeMessage.KeepRead(1, 1, LONG, 5)),
                Arguments.of(Refusals.NO_SUCH_FILE, new VolumeMessage.Remove(5, "dss1", LONG, USER)));
    }

    private static VolumeMessage commit(String file, String user, String sha256, int sealed) {
        return new VolumeMessage.Commit(
                5, 1, file, user, 1L << 32 | 1, 200, sha256, Collections.nCopies(sealed, Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void isRefused(String reason, VolumeMessage message) {
        ManagerBench bench = ManagerBench.withVolume(6);
        WriteGrant grant = bench.prepare();
        assertEquals(1L << 32 | 1, grant.firstFileId());
        bench.holdsLog = true;
        assertEquals(reason, bench.refusal(message));
        assertEquals(0, bench.heldProposals.size());
    }

    @Test
    void aListingThatNoFrameHoldsIsRefusedWithTheReason() {
        ManagerBench bench = ManagerBench.withVolume(3);
        for (int i = 0; i < 40_000; i++) {
            bench.log.applyOnce(
                    new Entry.Request(0, new Change.AddUser("user" + i, Optional.empty(), Optional.empty())));
        }
        bench.takeOver();
        assertEquals(Refusals.LISTING_TOO_LONG, bench.refusal(new VolumeMessage.ListVolumes()));
        assertEquals(List.of(), bench.stepDowns);
    }
}
