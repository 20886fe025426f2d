package io.roundtable.cli;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Member;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Orders a peer to feign failure. */
@Command(
        name = "fail",
        description = "Order the peer with this id to feign failure.",
        footer = {"", "Example: roundtable fail 1234567 --for 3s --mode ignore"})
final class FailCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final GcdOption gcd = new GcdOption();

    @Parameters(paramLabel = "ID", description = "The peer's id, or its identity as it is printed.")
    private String peer = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long, such as 3s, at most 24h. Default: until 'roundtable recover ID'.")
    private @Nullable Duration duration;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "close",
            description = "close (every socket) or ignore (all input). Default: ${DEFAULT-VALUE}.")
    private FeignMode mode = FeignMode.CLOSE;

    @Override
    public Integer call() throws Exception {
        long ms = duration == null ? 0 : duration.toMillis();
        if (duration != null && (ms < 1 || ms > Control.Feign.DURATION_MAX_MS)) {
            throw new UsageException("--for must be 1ms to 24h");
        }
        Member member = gcd.group().fail(PeerName.id(peer), mode, ms);
        System.out.println(member.identity() + " feigns failure (" + mode.name().toLowerCase(Locale.ROOT) + ") "
                + (ms == 0 ? "until told to recover" : "for " + ms + " ms"));
        return 0;
    }
}
