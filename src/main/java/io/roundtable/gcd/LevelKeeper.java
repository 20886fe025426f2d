package io.roundtable.gcd;

import io.roundtable.catalog.Entry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Logs which level this GCD's program knows, and, while it leads, has the log's level raised as soon as every GCD that
 * takes part has logged a higher one (docs/UPGRADES.md). Safe for use by many threads; never blocks.
 */
final class LevelKeeper {
    /**
     * What there is to be seen now.
     *
     * @param self this GCD's name in the log
     * @param logged what this GCD has logged; 0 if nothing
     * @param level the log's
     * @param common what every GCD that takes part has logged; 0 if one has not
     */
    record View(String self, int logged, int level, int common, boolean isLeading) {}

    private final int known;
    private final Supplier<@Nullable View> view;
    private final Function<Entry, CompletableFuture<?>> submit;
    private final AtomicBoolean isUnderWay = new AtomicBoolean();

    /**
     * @param known the highest level that this GCD's program knows
     * @param view null while there is no log
     */
    LevelKeeper(int known, Supplier<@Nullable View> view, Function<Entry, CompletableFuture<?>> submit) {
        this.known = known;
        this.view = view;
        this.submit = submit;
    }

    /** Does what is to be done now. What fails is done by the next look. */
    void look() {
        View seen = view.get();
        Entry due = seen == null ? null : due(seen);
        if (due != null && !isUnderWay.getAndSet(true)) {
            submit.apply(due).whenComplete((outcome, fault) -> {
                isUnderWay.set(false);
                if (fault == null) {
                    look();
                }
            });
        }
    }

    private @Nullable Entry due(View seen) {
        if (seen.logged() != known) {
            return new Entry.AnnounceLevel(seen.self(), known);
        }
        return seen.isLeading() && seen.common() > seen.level() ? new Entry.RaiseLevel(seen.common()) : null;
    }
}
