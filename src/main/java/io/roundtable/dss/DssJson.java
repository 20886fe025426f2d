package io.roundtable.dss;

import io.roundtable.net.DatagramPort;
import io.roundtable.protocol.FileName;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Datagrams to commands, answers to datagrams. Bounded: nothing in a datagram makes it take more than the datagram. */
final class DssJson {
    private static final int DEPTH_MAX = 8;
    private static final int NAME_LENGTH_MAX = 256;
    private static final int NUMBER_LENGTH_MAX = 40;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(DatagramPort.PAYLOAD_BYTES_MAX)
                            .maxStringLength(DatagramPort.PAYLOAD_BYTES_MAX)
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNameLength(NAME_LENGTH_MAX)
                            .maxNumberLength(NUMBER_LENGTH_MAX)
                            .build())
                    // Which of two was meant nobody can know.
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private DssJson() {}

    /** Takes all its classes into use, so that the first command does not have to; see {@link JsonLoading}. */
    static void load() {
        try {
            parse("{\"cmd\": \"ls\", \"args\": {\"user_name\": \"a\"}}".getBytes(StandardCharsets.UTF_8));
        } catch (CommandException e) {
            throw new IllegalStateException(e);
        }
        encode(Answer.success("listing", Map.of("n", 1, "size", 1L, "disks", List.of(Map.of("name", "a")))));
    }

    /**
     * The command of a datagram.
     *
     * @return null for an answer that has strayed here: answering it could go on for ever
     */
    static @Nullable Command parse(byte[] json) throws CommandException {
        JsonNode root;
        try {
            root = isPlainAscii(json) ? MAPPER.readTree(json) : MAPPER.readTree(text(json));
        } catch (JacksonException e) {
            throw new CommandException("malformed datagram: it is no JSON; send {\"cmd\": …, \"args\": {…}}");
        }
        if (!root.isObject()) {
            throw new CommandException("malformed datagram: send {\"cmd\": …, \"args\": {…}}");
        }
        JsonNode cmd = root.get("cmd");
        if (cmd == null && root.has("status")) {
            return null;
        }
        if (cmd == null || !cmd.isString()) {
            throw new CommandException("malformed datagram: cmd must be a string");
        }
        JsonNode args = root.get("args");
        if (args != null && !args.isObject()) {
            throw new CommandException("malformed datagram: args must be an object");
        }
        if (!FileName.isUnicode(cmd.stringValue())) {
            throw new CommandException("malformed datagram: cmd has half of a surrogate pair, which is no character");
        }
        return new Command(cmd.stringValue(), new Args(args));
    }

    /** As all blocks are: there is nothing to decode, and no other encoding to take it for. */
    private static boolean isPlainAscii(byte[] json) {
        for (byte each : json) {
            if (each <= 0) {
                return false;
            }
        }
        return true;
    }

    /** The JSON library also takes UTF-16, and what only looks like UTF-8: two spellings of one name. */
    private static String text(byte[] json) throws CommandException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandException("malformed datagram: it is not UTF-8");
        }
    }

    /** What a datagram asks for. */
    record Command(String name, Args args) {}

    /** Of the manager: users read it into a buffer of their own, and what is longer ends them. */
    static final int ANSWER_BYTES_MAX = 12_000;

    static byte[] encode(Answer answer) {
        return encode(answer, ANSWER_BYTES_MAX);
    }

    static byte[] encodeOfDisk(Answer answer) {
        return encode(answer, DatagramPort.PAYLOAD_BYTES_MAX);
    }

    private static byte[] encode(Answer answer, int bytesMax) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (answer instanceof Answer.Success success) {
            fields.put("status", "SUCCESS");
            fields.putAll(success.fields());
        } else if (answer instanceof Answer.Failure failure) {
            fields.put("status", "FAILURE");
            fields.put("error", failure.error());
            if (!failure.detail().isEmpty()) {
                fields.put("detail", failure.detail());
            }
        }
        byte[] json = bytes(fields);
        if (json.length > bytesMax) {
            return encode(Answer.failure("the answer does not fit a datagram: use the roundtable command instead"));
        }
        return json;
    }

    /** How many bytes of an answer a value takes. */
    static int length(Object value) {
        return bytes(value).length;
    }

    private static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }
}
