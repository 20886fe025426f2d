package io.roundtable.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Native messages that are not part of the election: what tools ask, and what a member tells its GCD. */
public sealed interface Control extends Message {
    /** The request was carried out. */
    record Done() implements Control {
        @Override
        public String word() {
            return "DONE";
        }
    }

    /** A member tells its GCD that it is still there; without any traffic a kept connection ends. */
    record Here() implements Control {
        @Override
        public String word() {
            return "HERE";
        }
    }

    /** A member goes, and is not to be handed to newcomers any more. */
    record Leave(Identity self) implements Control {
        @Override
        public String word() {
            return "LEAVE";
        }
    }

    /** Asks the GCD for all that it knows of the members. */
    record ListMembers() implements Control {
        @Override
        public String word() {
            return "LIST";
        }
    }

    /** The answer to {@link ListMembers}. */
    record Listing(List<Listed> members) implements Control {
        public Listing {
            members = List.copyOf(members);
        }

        @Override
        public String word() {
            return "LISTING";
        }
    }

    /**
     * One line of a {@link Listing}.
     *
     * @param sinceMs since when the presence is what it is, milliseconds since 1970
     */
    record Listed(Member member, Presence presence, long sinceMs) {}

    /** Asks a peer how it is. */
    record StatusQuery() implements Control {
        @Override
        public String word() {
            return "STATUS?";
        }
    }

    /**
     * The answer to {@link StatusQuery}.
     *
     * @param leaderSinceMs since when the leader is known, milliseconds since 1970; 0 without a leader
     * @param known how many members the peer knows, itself included
     * @param sightings what it last saw of lab members
     */
    record Status(
            Member self,
            PeerState state,
            @Nullable Member leader,
            long leaderSinceMs,
            int known,
            List<Sighting> sightings)
            implements Control {
        public Status {
            sightings = List.copyOf(sightings);
        }

        @Override
        public String word() {
            return "STATUS";
        }
    }

    /** Asks for every event from now on, on this connection. */
    record Watch() implements Control {
        @Override
        public String word() {
            return "WATCH";
        }
    }

    /**
     * One event, sent to a watcher.
     *
     * @param json the event as a JSON line
     * @param human the same for people, without colours
     */
    record Watched(String json, String human) implements Control {
        @Override
        public String word() {
            return "EVENT";
        }
    }

    /**
     * Orders a peer to feign failure.
     *
     * @param durationMs how long, 1 to 86,400,000; 0 until told to recover
     */
    record Feign(FeignMode mode, long durationMs) implements Control {
        public static final long DURATION_MAX_MS = 86_400_000;

        public Feign {
            if (durationMs < 0 || durationMs > DURATION_MAX_MS) {
                throw new IllegalArgumentException("a feigned failure lasts at most a day, not " + durationMs + " ms");
            }
        }

        @Override
        public String word() {
            return "FEIGN";
        }
    }

    /** Orders the peer with this id to recover; sent to the peer, or to the GCD that passes it on. */
    record Recover(int id) implements Control {
        @Override
        public String word() {
            return "RECOVER";
        }
    }

    /** A peer that has closed its sockets asks the GCD to pass on an order to recover. */
    record StandBy(Identity self) implements Control {
        @Override
        public String word() {
            return "STANDBY";
        }
    }
}
