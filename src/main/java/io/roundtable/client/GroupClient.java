package io.roundtable.client;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.PeerState;
import io.roundtable.protocol.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Asks one group, found by its GCD. Blocking; each method makes its own connections. */
public final class GroupClient {
    private static final int GCD_TIMEOUT_MS = 3_000;
    private static final int PEER_TIMEOUT_MS = 1_000;
    private static final int THREADS = 16;

    private static final int RETRY_MS = 250;

    private final List<Address> gcds;
    private final Patience patience;

    public GroupClient(Address gcd) {
        this(List.of(gcd));
    }

    /** @param gcds of the group, one or more; the first that answers is asked */
    public GroupClient(List<Address> gcds) {
        this(gcds, Patience.DEFAULT);
    }

    public GroupClient(List<Address> gcds, Patience patience) {
        this.gcds = List.copyOf(gcds);
        this.patience = patience;
    }

    private interface Question<T> {
        T ask() throws GroupException;
    }

    /** Asks again until there is an answer, if the group is to be waited for. */
    private <T> T patiently(Question<T> question) throws GroupException {
        if (!patience.waitsForGroup()) {
            return question.ask();
        }
        try (Waits waits = new Waits(patience.notice());
                Waits.Wait wait = waits.begin("the group")) {
            while (true) {
                try {
                    return question.ask();
                } catch (GroupException e) {
                    if (!e.isAbsence()) {
                        throw e;
                    }
                    wait.isFor("the group: " + e.getMessage());
                    TimeUnit.MILLISECONDS.sleep(RETRY_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("interrupted");
        }
    }

    private Message askGcd(Message question) throws GroupException {
        GroupException first = null;
        for (Address gcd : gcds) {
            try {
                return Call.ask(gcd, "the GCD", question, GCD_TIMEOUT_MS);
            } catch (GroupException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null ? new GroupException("no GCD was named") : first;
    }

    /**
     * What the GCD knows of the members, highest first.
     *
     * @throws GroupException if the GCD cannot tell
     */
    public List<Control.Listed> listed() throws GroupException {
        return patiently(this::listedNow);
    }

    private List<Control.Listed> listedNow() throws GroupException {
        Message answer = askGcd(new Control.ListMembers());
        if (answer instanceof Control.Listing listing) {
            return listing.members();
        }
        throw new GroupException("what listens at " + gcds.get(0) + " is not a GCD");
    }

    /**
     * Asks the GCD for the members and each native member for itself, highest first. Lab members are not asked, some would die of it
     * or spin: of them the native ones tell what they last saw.
     *
     * @throws GroupException if the GCD cannot tell
     */
    public List<Seat> seats() throws GroupException {
        return ask(listed());
    }

    private static List<Seat> ask(List<Control.Listed> members) throws GroupException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Seat>> asked = new ArrayList<>();
            for (Control.Listed each : members) {
                asked.add(threads.submit(() -> seat(each)));
            }
            List<Seat> seats = new ArrayList<>();
            for (Future<Seat> each : asked) {
                seats.add(each.get());
            }
            return LabSightings.of(seats).describe(seats);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Seat seat(Control.Listed listed) {
        Member member = listed.member();
        if (!member.isNative()) {
            return new Seat(member, LabSightings.UNSEEN, null);
        }
        if (listed.presence() == Presence.FEIGNING) {
            return new Seat(member, "feigning", null);
        }
        try {
            Message answer = Call.ask(member.address(), "the peer", new Control.StatusQuery(), PEER_TIMEOUT_MS);
            if (answer instanceof Control.Status status
                    && status.self().identity().equals(member.identity())) {
                return new Seat(member, word(status.state()), status);
            }
            return new Seat(member, "gone", null);
        } catch (GroupException e) {
            return new Seat(member, listed.presence() == Presence.GONE ? "gone" : "unreachable", null);
        }
    }

    private static String word(PeerState state) {
        return switch (state) {
            case LEADER -> "leader";
            case FOLLOWER -> "follower";
            case FEIGNING -> "feigning";
            case QUIESCENT, WAIT_OK, WAIT_VICTOR -> "electing";
        };
    }

    /**
     * A leader that all members who can be asked name.
     *
     * @param sinceMs since when the leader knows it, milliseconds since 1970
     */
    public record Leader(Member member, long sinceMs) {}

    /**
     * Who leads.
     *
     * @throws GroupException with the reason if there is no leader that all agree on
     */
    public Leader leader() throws GroupException {
        return patiently(this::leaderNow);
    }

    private Leader leaderNow() throws GroupException {
        Map<Identity, Integer> votes = new TreeMap<>();
        Map<Identity, Leader> named = new TreeMap<>();
        int asked = 0;
        for (Seat seat : ask(listedNow())) {
            Control.Status status = seat.status();
            if (status == null || status.state() == PeerState.FEIGNING) {
                continue;
            }
            asked++;
            Member leader = status.leader();
            if (leader != null) {
                votes.merge(leader.identity(), 1, Integer::sum);
                if (status.state() == PeerState.LEADER || !named.containsKey(leader.identity())) {
                    named.put(leader.identity(), new Leader(leader, status.leaderSinceMs()));
                }
            }
        }
        if (asked == 0) {
            throw GroupException.absence(
                    "no leader: the GCD at " + gcds.get(0) + " knows no live native member that could be asked");
        }
        if (votes.isEmpty()) {
            throw GroupException.absence("no leader: an election is in progress");
        }
        if (votes.size() > 1) {
            throw GroupException.absence("no leader: the members disagree ("
                    + votes.entrySet().stream()
                            .map(vote -> vote.getValue() + " say " + vote.getKey())
                            .collect(Collectors.joining(", "))
                    + ")");
        }
        return named.values().iterator().next();
    }

    /**
     * Orders the peer with this id to feign failure.
     *
     * @param durationMs 0 until told to recover
     * @throws GroupException if there is no such peer, or it does not obey
     */
    public Member fail(int id, FeignMode mode, long durationMs) throws GroupException {
        Member member = withId(id).member();
        Call.ask(member.address(), "the peer", new Control.Feign(mode, durationMs), PEER_TIMEOUT_MS);
        return member;
    }

    /**
     * Orders the peer with this id to recover: at its own port, or, when that is closed, by way of the GCD.
     *
     * @throws GroupException if there is no such peer, or it does not obey
     */
    public Member recover(int id) throws GroupException {
        Control.Listed listed = withId(id);
        Control.Recover order = new Control.Recover(id);
        if (listed.presence() == Presence.FEIGNING) {
            askGcd(order);
        } else {
            Call.ask(listed.member().address(), "the peer", order, PEER_TIMEOUT_MS);
        }
        return listed.member();
    }

    private Control.Listed withId(int id) throws GroupException {
        Control.Listed found = listed().stream()
                .filter(each -> each.member().identity().id() == id)
                .findFirst()
                .orElseThrow(() -> new GroupException("the GCD at " + gcds.get(0) + " knows no member with id " + id));
        if (!found.member().isNative()) {
            throw new GroupException("member " + found.member() + " speaks only the lab dialect and takes no orders");
        }
        return found;
    }
}
