package io.roundtable.gcd;

import io.roundtable.catalog.Entry;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Tells the other GCDs of a group who sits here, and the directory here who sits at them. On the loop's thread. */
final class SharedSeats {
    private final CatalogLog log;
    private final Directory directory;
    private final Predicate<Identity> isHere;
    private final Consumer<Member> onLab;
    private final Set<Identity> learned = new HashSet<>();

    /**
     * @param isHere whether a member keeps a connection to this GCD
     * @param onLab told of each lab member that joined elsewhere
     */
    SharedSeats(CatalogLog log, Directory directory, Predicate<Identity> isHere, Consumer<Member> onLab) {
        this.onLab = onLab;
        this.log = log;
        this.directory = directory;
        this.isHere = isHere;
    }

    void onSeated(Member newcomer) {
        learned.remove(newcomer.identity());
        if (log.isGroup()) {
            // Nobody waits for it: whoever joins elsewhere meanwhile learns of the newcomer from the peers.
            log.submit(new Entry.SeatMember(newcomer, 0));
        }
    }

    void onLeft(Identity member) {
        learned.remove(member);
        if (log.isGroup()) {
            log.submit(new Entry.UnseatMember(member));
        }
    }

    /** The log has other members than before. */
    void merge(long nowMs) {
        if (!log.isGroup()) {
            return;
        }
        List<Member> all = log.members();
        Set<Identity> told = new HashSet<>();
        for (Member member : all) {
            told.add(member.identity());
            boolean isNew = !member.equals(directory.get(member.identity()));
            if (isNew && !isHere.test(member.identity()) && !directory.isFull(member)) {
                directory.learn(member, nowMs).forEach(learned::remove);
                learned.add(member.identity());
                if (!member.isNative()) {
                    onLab.accept(member);
                }
            }
        }
        learned.removeIf(member -> !told.contains(member) && (isHere.test(member) || directory.remove(member)));
    }
}
