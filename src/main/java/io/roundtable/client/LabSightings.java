package io.roundtable.client;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Sighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What native members last saw of each lab member, put together. */
final class LabSightings {
    /** No native member has had to do with it. */
    static final String UNSEEN = "unseen";

    private static final long SECOND_MS = 1_000;

    private final Map<Identity, Sighting> newest = new TreeMap<>();

    static LabSightings of(List<Seat> seats) {
        LabSightings all = new LabSightings();
        for (Seat seat : seats) {
            Control.Status status = seat.status();
            if (status != null) {
                status.sightings().forEach(all::add);
            }
        }
        return all;
    }

    /** Whoever saw it last knows best; of a silence the longest counts. */
    private void add(Sighting sighting) {
        newest.merge(sighting.member(), sighting, (a, b) -> {
            boolean bothSilent = a.sight() == Sighting.Sight.SILENT && b.sight() == Sighting.Sight.SILENT;
            return bothSilent == b.forMs() > a.forMs() ? b : a;
        });
    }

    /** The same seats, with what was seen of the lab members. */
    List<Seat> describe(List<Seat> seats) {
        List<Seat> described = new ArrayList<>();
        for (Seat seat : seats) {
            Sighting sighting =
                    seat.member().isNative() ? null : newest.get(seat.member().identity());
            described.add(sighting == null ? seat : new Seat(seat.member(), text(sighting), seat.status()));
        }
        return described;
    }

    private static String text(Sighting sighting) {
        return switch (sighting.sight()) {
            case ALIVE -> "alive";
            case SILENT -> "silent " + sighting.forMs() / SECOND_MS + " s";
            case GONE -> "gone";
        };
    }
}
