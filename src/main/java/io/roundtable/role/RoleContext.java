package io.roundtable.role;

import io.roundtable.event.EventLog;
import io.roundtable.net.EventLoop;
import java.net.InetAddress;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What a peer has for its roles.
 *
 * @param listen the interface on which a role opens ports of its own
 * @param random to split: what roles draw does not change what a seed means for elections
 * @param giveUp told with a sentence if the peer cannot do its part; its process ends then
 */
public record RoleContext(
        EventLoop loop,
        InetAddress listen,
        SplittableRandom random,
        Peers peers,
        Gcd gcd,
        ElectionOutcome election,
        Management management,
        Offers offers,
        EventLog events,
        Consumer<String> giveUp) {}
