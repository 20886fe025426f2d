package io.roundtable.cli;

import io.roundtable.client.Seat;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Member;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the members, each asked itself. */
@Command(
        name = "members",
        description = "List the members: identity, address, dialect, state, whom they follow, since when.",
        footer = {"", "Example: roundtable members --gcd localhost:23600 --json"})
final class MembersCommand implements Callable<Integer> {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final String ROW = "%-14s %-22s %-8s %-12s %-14s %s%n";

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final GcdOption gcd = new GcdOption();

    @Option(names = "--json", description = "One JSON object a member.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        List<Seat> seats = gcd.group().seats();
        if (json) {
            seats.forEach(seat -> System.out.println(Json.line(fields(seat))));
            return 0;
        }
        System.out.printf(ROW, "IDENTITY", "ADDRESS", "DIALECT", "STATE", "LEADER", "SINCE");
        for (Seat seat : seats) {
            Member leader = leader(seat);
            Member member = seat.member();
            System.out.printf(
                    ROW,
                    member.identity(),
                    member.address(),
                    member.dialect().text(),
                    seat.state(),
                    leader == null ? "-" : leader.identity(),
                    leader == null || seat.status() == null
                            ? "-"
                            : CLOCK.format(Instant.ofEpochMilli(seat.status().leaderSinceMs())));
        }
        return 0;
    }

    private static @Nullable Member leader(Seat seat) {
        Control.Status status = seat.status();
        return status == null ? null : status.leader();
    }

    private static Map<String, Object> fields(Seat seat) {
        Map<String, Object> fields = Json.member(seat.member());
        fields.put("dialect", seat.member().dialect().text());
        fields.put("state", seat.state());
        Member leader = leader(seat);
        if (leader != null && seat.status() != null) {
            fields.put("leader", Json.identity(leader.identity()));
            fields.put(
                    "since", Instant.ofEpochMilli(seat.status().leaderSinceMs()).toString());
        }
        return fields;
    }
}
