package io.roundtable.cli;

import io.roundtable.client.VolumeClient;
import io.roundtable.event.Visible;
import io.roundtable.protocol.VolumeMessage.Explanation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a volume survives. */
@Command(
        name = "explain",
        description = "Say what a volume survives now, and what would break it.",
        footer = {"", "Example: roundtable explain dss1 --json"})
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    private String volume = "";

    @Option(names = "--json", description = "One JSON object; survives is -1 while a file cannot be read.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Explanation explanation;
        try (VolumeClient volumes = client.openToLook()) {
            explanation = volumes.explain(volume);
        }
        if (json) {
            System.out.println(Json.line(fields(explanation)));
        } else {
            explanation.lines().forEach(line -> System.out.println(Visible.line(line)));
        }
        return 0;
    }

    private Map<String, Object> fields(Explanation explanation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("volume", volume);
        fields.put("known", explanation.isKnown());
        // What is not known is not said.
        if (explanation.isKnown()) {
            fields.put("survives", explanation.survives());
            fields.put("looked_ms", explanation.lookedMs());
        }
        fields.put("awaited", explanation.awaited());
        fields.put("away", explanation.away());
        fields.put("lines", explanation.lines());
        return fields;
    }
}
