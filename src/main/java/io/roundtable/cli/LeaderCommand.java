package io.roundtable.cli;

import io.roundtable.client.GroupClient;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says who leads. */
@Command(
        name = "leader",
        description = "Print the leader's identity and address; exit 1 with the reason when there is none.",
        footer = {"", "Example: roundtable leader --json"})
final class LeaderCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final GcdOption gcd = new GcdOption();

    @Option(names = "--json", description = "A JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        GroupClient.Leader leader = gcd.group().leader();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("leader", Json.identity(leader.member().identity()));
            fields.put("host", leader.member().address().host());
            fields.put("port", leader.member().address().port());
            fields.put("since", Instant.ofEpochMilli(leader.sinceMs()).toString());
            System.out.println(Json.line(fields));
        } else {
            System.out.println(
                    leader.member().identity() + " " + leader.member().address());
        }
        return 0;
    }
}
