package io.roundtable.foreign;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The DSS protocol's datagrams from the side that asks: commands out, answers in. Bounded by the datagram. */
public final class Words {
    private static final int DATAGRAM_BYTES_MAX = 65_536;
    private static final int DEPTH_MAX = 16;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(DATAGRAM_BYTES_MAX)
                            .maxStringLength(DATAGRAM_BYTES_MAX)
                            .maxNestingDepth(DEPTH_MAX)
                            .build())
                    // Which of two was meant nobody can know.
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private Words() {}

    /**
     * What came back.
     *
     * @param error of a failure; empty if it says none
     */
    public record Reply(boolean isSuccess, String error, JsonNode fields) {
        /** A text, or what stands there instead, as text; empty if nothing does. */
        public String text(String field) {
            return textOf(fields.get(field));
        }

        public @Nullable JsonNode get(String field) {
            return fields.get(field);
        }
    }

    /** A value as text, whatever it is; empty for none. */
    public static String textOf(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return "";
        }
        return value.isString() ? value.stringValue() : value.toString();
    }

    public static byte[] command(String name, Map<String, ?> args) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cmd", name);
        fields.put("args", args);
        return MAPPER.writeValueAsBytes(fields);
    }

    /** @return null for what is no answer */
    public static @Nullable Reply parse(byte[] datagram) {
        try {
            JsonNode root = MAPPER.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(datagram))
                    .toString());
            if (!root.isObject() || !root.has("status")) {
                return null;
            }
            return new Reply(textOf(root.get("status")).equals("SUCCESS"), textOf(root.get("error")), root);
        } catch (JacksonException | CharacterCodingException e) {
            return null;
        }
    }
}
