package io.roundtable.manager;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A disk that is a list of shares, on a peer of its own. */
final class FakeDisk {
    final DiskId id;
    final Member host;
    /** Sealed or not. */
    final NavigableMap<ShareKey, Boolean> shares = new TreeMap<>();

    /** All disks that there are: what a share is computed from. */
    List<FakeDisk> group = List.of();

    final TreeSet<ShareKey> broken = new TreeSet<>();
    final List<DiskMessage> orders = new ArrayList<>();
    long epoch;
    /** Another one after each start. */
    long start;

    boolean isAway;
    /** Orders wait in {@link ManagerBench#held} instead of being carried out. */
    boolean holdsOrders;

    boolean refusesRebuilds;
    boolean refusesWipes;

    FakeDisk(int number) {
        this.id = new DiskId(1, number);
        this.host = new Member(
                new Identity(100, 2_000_000 + number), new Address("10.0.0." + number, 23_610), Dialect.NATIVE);
    }

    DiskMessage.DiskHello hello() {
        return new DiskMessage.DiskHello(id, host, Optional.empty(), start, 1 << 30, 0, shares.size(), epoch);
    }

    Message carryOut(DiskMessage order) {
        orders.add(order);
        long asked = epochOf(order);
        if (asked < epoch) {
            return new DiskMessage.DiskRefusal(Fault.STALE_EPOCH, "stale", epoch);
        }
        epoch = asked;
        if (order instanceof DiskMessage.PresentDisk) {
            return new Control.Done();
        } else if (!order.target().equals(Optional.of(id))) {
            // Of a foreign one that it presents: empty.
            return order instanceof DiskMessage.ListShares
                    ? new DiskMessage.Shares(List.of(), false)
                    : new Control.Done();
        }
        if (order instanceof DiskMessage.ListShares list) {
            return list(list);
        } else if (order instanceof DiskMessage.DeleteShares delete) {
            delete.keys().forEach(shares::remove);
            return new Control.Done();
        } else if (order instanceof DiskMessage.Wipe && refusesWipes) {
            return new DiskMessage.DiskRefusal(Fault.IO, "could not delete shares: read-only", epoch);
        } else if (order instanceof DiskMessage.Wipe) {
            shares.clear();
            return new Control.Done();
        } else if (order instanceof DiskMessage.RebuildShare rebuild) {
            return rebuild(rebuild);
        } else if (order instanceof DiskMessage.CheckShares check) {
            List<ShareKey> bad = check.keys().stream()
                    .filter(key -> broken.contains(key) || !shares.getOrDefault(key, false))
                    .toList();
            return new DiskMessage.Checked(bad, 1);
        }
        throw new IllegalArgumentException("no order: " + order);
    }

    private Message list(DiskMessage.ListShares list) {
        NavigableMap<ShareKey, Boolean> behind =
                list.after().map(key -> shares.tailMap(key, false)).orElse(shares);
        List<DiskMessage.ShareLine> lines = new ArrayList<>();
        behind.forEach((key, isSealed) -> lines.add(new DiskMessage.ShareLine(key, isSealed, 128, 0)));
        int shown = Math.min(list.limit(), lines.size());
        return new DiskMessage.Shares(lines.subList(0, shown), shown < lines.size());
    }

    private Message rebuild(DiskMessage.RebuildShare order) {
        ShareKey key = new ShareKey(order.volume().id(), order.file().fileId(), order.position());
        if (refusesRebuilds
                || sources(order)
                        < order.volume().disks().size() - order.volume().parity()) {
            return new DiskMessage.DiskRefusal(Fault.CORRUPT, "too few sources", epoch);
        }
        shares.put(key, true);
        broken.remove(key);
        return new DiskMessage.Rebuilt(key, 128, List.of());
    }

    /** How many of the others hold their shares; as many as are needed if another disk holds the very one. */
    private int sources(DiskMessage.RebuildShare order) {
        int sources = 0;
        for (int position = 0; position < order.volume().disks().size(); position++) {
            DiskId seated = order.volume().disks().get(position).disk();
            ShareKey key = new ShareKey(order.volume().id(), order.file().fileId(), position);
            boolean isHeld = !seated.equals(id)
                    && !order.file().missing().contains(position)
                    && group.stream().anyMatch(disk -> disk.id.equals(seated) && disk.canServe(key));
            if (isHeld && position == order.position()) {
                return order.volume().disks().size() - order.volume().parity();
            }
            sources += isHeld ? 1 : 0;
        }
        return sources;
    }

    private boolean canServe(ShareKey key) {
        return !isAway && !broken.contains(key) && shares.getOrDefault(key, false);
    }

    private static long epochOf(DiskMessage order) {
        if (order instanceof DiskMessage.ListShares list) {
            return list.epoch();
        } else if (order instanceof DiskMessage.DeleteShares delete) {
            return delete.epoch();
        } else if (order instanceof DiskMessage.Wipe wipe) {
            return wipe.epoch();
        } else if (order instanceof DiskMessage.RebuildShare rebuild) {
            return rebuild.epoch();
        } else if (order instanceof DiskMessage.CheckShares check) {
            return check.epoch();
        } else if (order instanceof DiskMessage.PresentDisk present) {
            return present.epoch();
        }
        return 0;
    }

    <T extends DiskMessage> List<T> ordersOf(Class<T> kind) {
        return orders.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
