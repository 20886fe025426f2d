package io.roundtable.peer;

import io.roundtable.chaos.ChaosMode;
import io.roundtable.election.Timing;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.wire.OkForm;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What makes one peer.
 *
 * @param listen the interface to listen on
 * @param port 0 takes a free one
 * @param advertised the host under which others reach the listener
 * @param dialect NATIVE speaks native to whoever understands it, LAB speaks lab to everybody
 * @param chaos null for none
 * @param seed of everything that is drawn: probe times and chaos
 * @param showsProbes whether native probes, many a second, are events too
 */
public record PeerOptions(
        Identity identity,
        Address gcd,
        InetAddress listen,
        int port,
        String advertised,
        Dialect dialect,
        OkForm okForm,
        Timing timing,
        @Nullable ChaosMode chaos,
        long seed,
        boolean showsProbes) {}
