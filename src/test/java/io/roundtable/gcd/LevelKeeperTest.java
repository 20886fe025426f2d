package io.roundtable.gcd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.catalog.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LevelKeeperTest {
    private final List<Entry> submitted = new ArrayList<>();
    private final List<CompletableFuture<Object>> answers = new ArrayList<>();
    private LevelKeeper.@Nullable View view;
    private final LevelKeeper keeper = new LevelKeeper(3, () -> view, entry -> {
        submitted.add(entry);
        answers.add(new CompletableFuture<>());
        return answers.get(answers.size() - 1);
    });

    @Test
    void itSaysOnceWhatItKnowsAndAgainWhereThatDidNotGetThrough() {
        keeper.look();
        assertEquals(List.of(), submitted, "there is no log yet");
        view = new LevelKeeper.View("a", 0, 1, 0, true);
        keeper.look();
        keeper.look();
        assertEquals(List.of(new Entry.AnnounceLevel("a", 3)), submitted);
        answers.get(0).completeExceptionally(new IOException("nobody leads"));
        assertEquals(1, submitted.size(), "not at once");
        keeper.look();
        assertEquals(2, submitted.size());
    }

    @Test
    void onlyTheOneThatLeadsRaisesTheLevelAndToWhatAllKnow() {
        view = new LevelKeeper.View("a", 3, 1, 2, false);
        keeper.look();
        assertEquals(List.of(), submitted);
        view = new LevelKeeper.View("a", 3, 1, 2, true);
        keeper.look();
        assertEquals(List.of(new Entry.RaiseLevel(2)), submitted);
        view = new LevelKeeper.View("a", 3, 2, 2, true);
        answers.get(0).complete("done");
        keeper.look();
        assertEquals(1, submitted.size());
    }

    @Test
    void anOlderBuildThatComesBackBeforeTheLevelWasRaisedSaysThatItKnowsLess() {
        view = new LevelKeeper.View("a", 4, 1, 2, true);
        keeper.look();
        assertEquals(List.of(new Entry.AnnounceLevel("a", 3)), submitted);
    }
}
