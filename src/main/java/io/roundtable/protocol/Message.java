package io.roundtable.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that peers, the GCD and the tools say to each other.
 *
 * <p>The first group exists in both dialects (docs/PROTOCOL.md); parts that only the native dialect can carry are
 * nullable and absent from a lab message. What else there is is native only: {@link Control}, {@link LeaseMessage},
 * {@link VolumeMessage}, {@link DiskMessage}, {@link DssMessage}.
 */
public sealed interface Message
        permits Message.Join,
                Message.Members,
                Message.Refusal,
                Message.Election,
                Message.Ok,
                Message.Coordinator,
                Message.Victory,
                Message.Probe,
                Message.Unknown,
                Control,
                LeaseMessage,
                VolumeMessage,
                DiskMessage,
                DssMessage {
    /** The word that logs and the lab dialect use. */
    String word();

    /** A newcomer asks the GCD for the members. */
    record Join(Member self) implements Message {
        @Override
        public String word() {
            return "JOIN";
        }
    }

    /** The GCD's answer to {@link Join}. */
    record Members(List<Member> members) implements Message {
        public Members {
            members = List.copyOf(members);
        }

        @Override
        public String word() {
            return "MEMBERS";
        }
    }

    /**
     * A request was understood and is not granted.
     *
     * @param code for programs; the lab dialect has none
     * @param reason a sentence for the user
     */
    record Refusal(RefusalCode code, String reason) implements Message {
        /** One that no program has to tell from others. */
        public Refusal(String reason) {
            this(RefusalCode.OTHER, reason);
        }

        @Override
        public String word() {
            return "REFUSED";
        }
    }

    /**
     * Asks a higher member whether it is there.
     *
     * @param sender who asks; lab messages do not say
     * @param members those that the sender knows, itself included; native senders send only news
     * @param announce the leader shall send COORDINATOR to lab members again: one of them started an election
     */
    record Election(@Nullable Member sender, List<Member> members, boolean announce) implements Message {
        public Election {
            members = List.copyOf(members);
        }

        @Override
        public String word() {
            return "ELECTION";
        }
    }

    /**
     * The answer to ELECTION and to PROBE.
     *
     * @param view what the answerer knows of the leader; lab answers carry none
     * @param members news of members, empty in most answers
     */
    record Ok(@Nullable View view, List<Member> members) implements Message {
        public static final Ok BARE = new Ok(null, List.of());

        public Ok {
            members = List.copyOf(members);
        }

        @Override
        public String word() {
            return "OK";
        }
    }

    /** The sender has won. */
    record Coordinator(Member leader, List<Member> members) implements Message {
        public Coordinator {
            members = List.copyOf(members);
        }

        @Override
        public String word() {
            return "COORDINATOR";
        }
    }

    /** A COORDINATOR that names the leader's identity alone, as nodes of a later course year send it. */
    record Victory(Identity leader) implements Message {
        @Override
        public String word() {
            return "I_AM_LEADER";
        }
    }

    /**
     * Is the leader there?
     *
     * @param probe the native part: who asks and what it knows; lab probes carry none
     */
    record Probe(@Nullable Sync probe) implements Message {
        public static final Probe BARE = new Probe(null);

        @Override
        public String word() {
            return "PROBE";
        }
    }

    /**
     * A native message that this program does not know: a later one's. Nobody sends it; whoever asked by it is refused.
     *
     * @param number as it stood in the frame
     */
    record Unknown(int number) implements Message {
        @Override
        public String word() {
            return "message " + number + ", which a later build has";
        }
    }

    /**
     * What a native answerer says of itself in an OK.
     *
     * @param self the answerer: whoever asked learns if another peer sits at that address now
     * @param state its state
     * @param leader whom it follows, itself if it leads, null if it knows none
     * @param inStep whether asker and answerer know the same members
     * @param position how far into the answerer's list of members the asker is now
     */
    record View(Member self, PeerState state, @Nullable Member leader, boolean inStep, int position) {}

    /**
     * What a native prober says of itself, so that membership spreads without messages of its own.
     *
     * @param self the prober
     * @param digest order-free hash of the members it knows
     * @param position how far it has read the leader's list of members
     * @param members members that the leader seems not to know
     */
    record Sync(Member self, long digest, int position, List<Member> members) {
        public Sync {
            members = List.copyOf(members);
        }
    }
}
