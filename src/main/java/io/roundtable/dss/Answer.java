package io.roundtable.dss;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a command comes to. */
sealed interface Answer {
    Answer DONE = new Success(Map.of());

    /** @param fields besides the status, in their order */
    record Success(Map<String, ?> fields) implements Answer {}

    record Failure(String error) implements Answer {}

    static Answer success(String field, Object value) {
        return new Success(Map.of(field, value));
    }

    static Answer success(String first, Object value, String second, Object other) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(first, value);
        fields.put(second, other);
        return new Success(fields);
    }

    static Answer failure(String error) {
        return new Failure(error);
    }
}
