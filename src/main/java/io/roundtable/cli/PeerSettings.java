package io.roundtable.cli;

import io.roundtable.chaos.ChaosMode;
import io.roundtable.election.Timing;
import io.roundtable.peer.PeerOptions;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.wire.OkForm;
import java.util.List;
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

    @Mixin
    private final RoleSettings roles = new RoleSettings();

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
    private OwnDialect dialect = OwnDialect.NATIVE;

    @Option(
            names = "--year",
            paramLabel = "YEAR",
            description = "Speak to all Python nodes in the words of f19, f24 or f25. Default: to each in its own.")
    private @Nullable Year year;

    /** Years of the course whose words differ. */
    enum Year {
        F19(Dialect.LAB),
        F24(Dialect.F24),
        F25(Dialect.F25);

        private final Dialect dialect;

        Year(Dialect dialect) {
            this.dialect = dialect;
        }
    }

    /** What peers of this project can speak to each other. */
    enum OwnDialect {
        NATIVE,
        LAB
    }

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

    /** Looks at all that was said for a table of so many peers, before the first is made. */
    void check(int peers) {
        check(peers, false);
    }

    /** @param isFirstPeers whether {@code --dss-port} names the port of the first of them */
    void check(int peers, boolean isFirstPeers) {
        listening.advertised();
        roles.check(peers, isFirstPeers);
    }

    RoleSettings roles() {
        return roles;
    }

    PeerOptions options(
            Identity identity, List<Address> gcds, int port, long ownSeed, PeerPart part, boolean showsProbes) {
        Timing times = timing == TimingChoice.LAB ? Timing.LAB : Timing.NATIVE;
        ChaosMode mode = chaos ? chaosMode : null;
        return new PeerOptions(
                identity,
                gcds,
                listening.listen(),
                port,
                listening.advertised(),
                dialect == OwnDialect.NATIVE ? Dialect.NATIVE : Dialect.LAB,
                okForm,
                times,
                mode,
                ownSeed,
                roles.makers(part),
                showsProbes,
                year == null ? null : year.dialect);
    }
}
