package io.roundtable.dss;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a command comes to. */
sealed interface Answer {
    Answer DONE = new Success(Map.of());

    /** @param fields besides the status, in their order */
    record Success(Map<String, ?> fields) implements Answer {}

    /**
     * A refusal.
     *
     * @param error in the protocol's words, where it has some
     * @param detail in ours, besides; empty for none
     */
    record Failure(String error, String detail) implements Answer {}

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
        return new Failure(error, "");
    }

    static Answer failure(CommandException refused) {
        return new Failure(refused.error(), refused.detail());
    }
}
