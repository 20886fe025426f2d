package io.roundtable.cli;

import io.roundtable.event.Visible;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What the commands print for {@code --json}. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static String line(Object value) {
        return Visible.json(MAPPER.writeValueAsString(value));
    }

    static List<Integer> identity(Identity identity) {
        return List.of(identity.days(), identity.id());
    }

    static Map<String, Object> member(Member member) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("identity", identity(member.identity()));
        fields.put("host", member.address().host());
        fields.put("port", member.address().port());
        return fields;
    }
}
