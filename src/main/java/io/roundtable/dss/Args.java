package io.roundtable.dss;

import io.roundtable.catalog.Names;
import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileName;
import io.roundtable.storage.StripeLayout;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The arguments of a command. Whatever is missing or of another type is refused by name; unknown ones are ignored. */
final class Args {
    /** Decimal digits, as a program says that leaves numbers as they were typed. */
    private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?\\d{1,18}\\s*");

    private final @Nullable JsonNode fields;
    private final long requestId;
    private final boolean isAgain;

    Args(@Nullable JsonNode fields) {
        this(fields, 0, false);
    }

    private Args(@Nullable JsonNode fields, long requestId, boolean isAgain) {
        this.fields = fields;
        this.requestId = requestId;
        this.isAgain = isAgain;
    }

    Args of(DssMessage.Datagram datagram) {
        return new Args(fields, datagram.requestId(), datagram.isAgain());
    }

    /** For the one change that the command comes to; the same when the command is passed on to the next manager. */
    long requestId() {
        return requestId;
    }

    /** An earlier manager had the command, and may have carried it out: what it was to end may be at its end. */
    boolean isAgain() {
        return isAgain;
    }

    private JsonNode get(String field) throws CommandException {
        JsonNode value = fields == null ? null : fields.get(field);
        if (value == null || value.isNull()) {
            throw new CommandException("args." + field + " is missing");
        }
        return value;
    }

    String text(String field) throws CommandException {
        JsonNode value = get(field);
        if (!value.isString()) {
            throw new CommandException("args." + field + " must be a string");
        }
        if (!FileName.isUnicode(value.stringValue())) {
            throw new CommandException("args." + field + " has half of a surrogate pair, which is no character");
        }
        return value.stringValue();
    }

    Optional<String> optionalText(String field) throws CommandException {
        JsonNode value = fields == null ? null : fields.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(text(field));
    }

    /** A user's name, where it is not being registered. */
    String user(String field) throws CommandException {
        String name = text(field);
        if (!Names.isName(name)) {
            throw new CommandException("args." + field + " must be 1 to " + Names.LENGTH_MAX
                    + " letters, digits and . _ -, as it was registered");
        }
        return name;
    }

    String fileName() throws CommandException {
        String name = text("file_name");
        if (!FileName.isText(name)) {
            throw new CommandException(Refusals.BAD_FILE);
        }
        return name;
    }

    /** Of a file that is about to be written; others may have been called otherwise by older builds. */
    String newFileName() throws CommandException {
        String name = text("file_name");
        String wrong = FileName.refusal(name);
        if (wrong != null) {
            throw new CommandException(wrong);
        }
        return name;
    }

    boolean flag(String field) throws CommandException {
        JsonNode value = get(field);
        if (!value.isBoolean()) {
            throw new CommandException("args." + field + " must be true or false");
        }
        return value.booleanValue();
    }

    long integer(String field) throws CommandException {
        JsonNode value = get(field);
        if (value.isString() && INTEGER.matcher(value.stringValue()).matches()) {
            return Long.parseLong(value.stringValue().strip());
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new CommandException("args." + field + " must be an integer");
        }
        return value.longValue();
    }

    /** One that is compared with bounds later: what is beyond an int is so for all of them. */
    int clamped(String field) throws CommandException {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, integer(field)));
    }

    Address address(String host, String port) throws CommandException {
        String name = text(host);
        long number = integer(port);
        if (number < 1 || number > 65_535) {
            throw new CommandException("args." + port + " must be 1 to 65535");
        }
        try {
            return new Address(name, (int) number);
        } catch (IllegalArgumentException e) {
            throw new CommandException("args." + host + " must be a host name or an address");
        }
    }

    /** Of the file's bytes; anything that cannot be one is refused. */
    long size() throws CommandException {
        try {
            long size = integer("size");
            if (size >= 0 && size <= StripeLayout.FILE_BYTES_MAX) {
                return size;
            }
            throw new CommandException("invalid size", "args.size must be 0 to 2^53");
        } catch (CommandException e) {
            throw new CommandException("invalid size", e.detail().isEmpty() ? e.error() : e.detail());
        }
    }

    /** 64 hexadecimal digits; empty if none is said. */
    String sha256() throws CommandException {
        String digest = optionalText("sha256").orElse("").toLowerCase(Locale.ROOT);
        if (!digest.isEmpty() && !digest.matches("[0-9a-f]{64}")) {
            throw new CommandException("args.sha256 must be 64 hexadecimal digits");
        }
        return digest;
    }

    byte[] base64(String field) throws CommandException {
        JsonNode value = get(field);
        if (!value.isString()) {
            throw new CommandException("args." + field + " must be a string");
        }
        try {
            return Base64.getDecoder().decode(value.stringValue());
        } catch (IllegalArgumentException e) {
            throw new CommandException("args." + field + " must be base64");
        }
    }
}
