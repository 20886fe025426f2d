package io.roundtable.cli;

import io.roundtable.chaos.ChaosMode;
import io.roundtable.election.Timing;
import io.roundtable.peer.PeerOptions;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.wire.OkForm;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How peers behave; the same for one peer and for a table of them. */
final class PeerSettings {
    /** Whose probe times to keep. */
    enum TimingChoice {
        NATIVE,
        LAB
    }

    @Mixin
    private final ListenOptions listening = new ListenOptions();

    @Option(names = "--chaos", description = "Feign failure now and then, and recover.")
    private boolean chaos;

    @Option(
            names = "--chaos-mode",
            paramLabel = "MODE",
            defaultValue = "both",
            description = "How to feign: close (every socket), ignore (all input), both. Default: ${DEFAULT-VALUE}.")
    private ChaosMode chaosMode = ChaosMode.BOTH;

    @Option(names = "--seed", description = "Seed of probe times, chaos and drawn identities. Default: a new one.")
    private @Nullable Long seed;

    @Option(
            names = "--ok-form",
            paramLabel = "FORM",
            defaultValue = "pair",
            description = "How to say OK to lab nodes: pair or text. Default: ${DEFAULT-VALUE}.")
    private OkForm okForm = OkForm.PAIR;

    @Option(
            names = "--timing",
            paramLabel = "TIMING",
            defaultValue = "native",
            description = "native: fast probes between native peers; lab: every leader is probed after 500 to 3000 ms.")
    private TimingChoice timing = TimingChoice.NATIVE;

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            defaultValue = "native",
            description = "native: native with whoever understands it; lab: the plain protocol with everybody.")
    private Dialect dialect = Dialect.NATIVE;

    long seed() {
        if (seed == null) {
            seed = System.nanoTime();
        }
        return seed;
    }

    String advertised() {
        return listening.advertised();
    }

    ListenOptions listening() {
        return listening;
    }

    PeerOptions options(Identity identity, Address gcd, int port, long ownSeed, boolean showsProbes) {
        Timing times = timing == TimingChoice.LAB ? Timing.LAB : Timing.NATIVE;
        ChaosMode mode = chaos ? chaosMode : null;
        return new PeerOptions(
                identity,
                gcd,
                listening.listen(),
                port,
                listening.advertised(),
                dialect,
                okForm,
                times,
                mode,
                ownSeed,
                showsProbes);
    }
}
