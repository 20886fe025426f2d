package io.roundtable.wire.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a fixture means: JSON in which an object names a type that JSON lacks. */
final class TaggedJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private TaggedJson() {}

    static Object read(byte[] json) {
        return value(MAPPER.readTree(json));
    }

    private static Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL -> null;
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.stringValue();
            case NUMBER -> number(node);
            case OBJECT -> tagged(node);
            default -> throw new IllegalArgumentException(node.toString());
        };
    }

    private static Object number(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.longValue();
        }
        return node.doubleValue();
    }

    private static Object tagged(JsonNode node) {
        Map.Entry<String, JsonNode> only = node.properties().iterator().next();
        return switch (only.getKey()) {
            case "tuple" -> new PyTuple(values(only.getValue()));
            case "list" -> values(only.getValue());
            case "dict" -> dict(only.getValue());
            case "bytes" -> HexFormat.of().parseHex(only.getValue().stringValue());
            case "int" -> new BigInteger(only.getValue().stringValue());
            default -> throw new IllegalArgumentException(only.getKey());
        };
    }

    private static List<Object> values(JsonNode array) {
        List<Object> values = new ArrayList<>();
        array.forEach(item -> values.add(value(item)));
        return values;
    }

    private static Map<Object, Object> dict(JsonNode entries) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        entries.forEach(entry -> dict.put(value(entry.get(0)), value(entry.get(1))));
        return dict;
    }
}
