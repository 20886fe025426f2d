package io.roundtable.election;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Sighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one peer last saw of each lab member, for whoever asks the peer. */
final class Sightings {
    private record Seen(Sighting.Sight sight, long sinceMs) {}

    private final Map<Identity, Seen> seen = new TreeMap<>();

    /** It answered or announced itself. */
    void alive(Identity member, long nowMs) {
        seen.put(member, new Seen(Sighting.Sight.ALIVE, nowMs));
    }

    /** It took a message that has no answer. */
    void accepted(Identity member, long nowMs) {
        Seen before = seen.get(member);
        if (before == null || before.sight != Sighting.Sight.SILENT) {
            alive(member, nowMs);
        }
    }

    /** @param sinceMs when it was asked */
    void silent(Identity member, long sinceMs) {
        unlessSince(member, Sighting.Sight.SILENT, sinceMs);
    }

    void gone(Identity member, long nowMs) {
        unlessSince(member, Sighting.Sight.GONE, nowMs);
    }

    private void unlessSince(Identity member, Sighting.Sight sight, long sinceMs) {
        Seen before = seen.get(member);
        if (before == null || before.sight != sight) {
            seen.put(member, new Seen(sight, sinceMs));
        }
    }

    /** Of the lab members that this roster still has. */
    List<Sighting> all(Roster roster, long nowMs) {
        seen.keySet().removeIf(member -> {
            var known = roster.get(member);
            return known == null || known.isNative();
        });
        List<Sighting> all = new ArrayList<>();
        seen.forEach((member, each) -> all.add(new Sighting(member, each.sight, Math.max(0, nowMs - each.sinceMs))));
        return all;
    }
}
