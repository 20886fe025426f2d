package io.roundtable.simulation.group;

import io.roundtable.catalog.Entry;
import io.roundtable.catalog.Outcome;
import io.roundtable.protocol.Identity;
import io.roundtable.simulation.Violation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What holds of the entries that peers have written. */
final class LogRules {
    private final Map<Long, Identity> holders = new HashMap<>();
    private final Set<Long> ended = new HashSet<>();
    private long highestEpoch;
    private long checks;

    void onSubmitted(Entry entry) {
        checks++;
        if (entry instanceof Entry.EndLease end) {
            ended.add(end.epoch());
        } else if (entry instanceof Entry.RenewLease renewal && ended.contains(renewal.epoch())) {
            throw new Violation(
                    "nobody renews a lease that was handed back", "epoch " + renewal.epoch() + " is renewed");
        } else if (entry instanceof Entry.Changes changes && ended.contains(changes.epoch())) {
            throw new Violation(
                    "nobody changes the catalog in an epoch that it handed back", "epoch " + changes.epoch());
        }
    }

    void onApplied(Entry entry, Outcome outcome) {
        checks++;
        if (entry instanceof Entry.ClaimLease claim && outcome instanceof Outcome.Leased leased) {
            if (leased.epoch() <= highestEpoch) {
                throw new Violation("epochs rise", leased.epoch() + " after " + highestEpoch);
            }
            highestEpoch = leased.epoch();
            holders.put(leased.epoch(), claim.claimant().identity());
        }
    }

    @Nullable
    Identity holder(long epoch) {
        return holders.get(epoch);
    }

    long highestEpoch() {
        return highestEpoch;
    }

    long checks() {
        return checks;
    }
}
