package io.roundtable.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.catalog.Catalog;
import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Change;
import io.roundtable.catalog.Entry;
import io.roundtable.protocol.DiskId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Batches: how long they get, and who goes first. */
class ProposalsTest {
    private static final int FRAME_BYTES = 1 << 20;
    private final Catalog catalog = new Catalog(5_000);
    private final Context context = new Context(catalog, 1, ManagerOptions.DEFAULT, new SplittableRandom(1), 0);
    private final Proposals proposals = new Proposals(context, change -> {}, (change, proposedMs) -> {});

    /** The next batch; the log has carried it out when this returns. */
    private List<Entry.Request> batch() {
        proposals.flush();
        List<ManagerEffect> effects = context.drain();
        if (effects.isEmpty()) {
            return List.of();
        }
        ManagerEffect.Propose batch = assertInstanceOf(ManagerEffect.Propose.class, effects.get(0));
        Catalog log = new Catalog(5_000);
        proposals.onApplied(
                batch.token(), batch.requests().stream().map(log::applyOnce).toList());
        return batch.requests();
    }

    private static Change.CommitFile commit(int number) {
        String longest = "\u20ac".repeat(85);
        List<Optional<DiskId>> sealed =
                Collections.nCopies(256, Optional.of(new DiskId(Long.MIN_VALUE, Long.MIN_VALUE)));
        return new Change.CommitFile(1, longest, longest, number, Long.MAX_VALUE, "f".repeat(64), sealed);
    }

    @Test
    void theLongestChangesThatThereCanBeFitIntoTheirFrames() {
        for (int i = 1; i <= 600; i++) {
            proposals.propose(i, commit(i), result -> {});
        }
        int count = 0;
        List<Entry.Request> batch;
        while (!(batch = batch()).isEmpty()) {
            int bytes = CatalogCodec.encodeRequests(batch).length;
            assertTrue(bytes < FRAME_BYTES - 1_000, batch.size() + " changes have " + bytes + " bytes");
            assertEquals(count + 1, batch.get(0).requestId());
            count += batch.size();
            assertTrue(batch.size() > 10 || count == 600, "and are not sent one by one");
        }
        assertEquals(600, count);
    }

    @Test
    void usersDoNotWaitBehindTheSharesOfALostDisk() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            proposals.propose(new Change.LoseShare(1, "f" + i, i + 1, 0));
        }
        proposals.propose(5, new Change.RemoveUser("ann"), result -> told.add("ann"));
        List<Entry.Request> first = batch();
        assertEquals(5, first.get(0).requestId());
        assertEquals(List.of("ann"), told);
        int batches = 1;
        int losses = first.size() - 1;
        while (losses < 1_000) {
            int size = batch().size();
            assertTrue(size > 0 && size <= 64, "lost shares under way: " + size);
            losses += size;
            batches++;
        }
        assertEquals(16, batches);
    }
}
