package io.roundtable.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether what this process was given is what was typed. The JVM decodes arguments and names of files by the locale that it
 * was started in, and puts U+FFFD, or a question mark, where it cannot: two names become one. The bytes that were typed are
 * the system's to tell.
 */
final class ExactNames {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final Path WORKING_FOLDER = Path.of("/proc/self/cwd");
    private static final char UNDECODED = '\uFFFD';

    private ExactNames() {}

    /** Why no name can be trusted here, whichever it is; null if all can. */
    static @Nullable String ofThisProcess() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        if (!encoding.equalsIgnoreCase("UTF-8") && !encoding.equalsIgnoreCase("UTF8")) {
            return "Java was started in a locale that is not UTF-8 (" + encoding
                    + ") and would mangle names: start it with the launcher, roundtable, or with LC_ALL=C.UTF-8";
        }
        String folder = System.getProperty("user.dir", "");
        if (isUndecoded(folder) && !isHere(folder)) {
            return "the name of the folder that this was started in is not UTF-8: start it in another one";
        }
        return null;
    }

    private static boolean isHere(String folder) {
        try {
            return Files.isSameFile(Path.of(folder), WORKING_FOLDER);
        } catch (IOException e) {
            return false;
        }
    }

    /** Which argument is not as it was typed, a sentence; null if all are. */
    static @Nullable String refusal(String[] args) {
        // All bytes that are no ASCII are decoded to something that is none either.
        if (Arrays.stream(args).allMatch(arg -> arg.chars().allMatch(c -> c < 0x80))) {
            return null;
        }
        try {
            return refusal(args, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException e) {
            return refusal(args, null);
        }
    }

    /** @param commandLine as the system has it, each argument ended by a zero byte; null if it does not tell */
    static @Nullable String refusal(String[] args, byte @Nullable [] commandLine) {
        List<byte[]> typed = commandLine == null ? List.of() : split(commandLine);
        // What stands before is the JVM's.
        int first = typed.size() - args.length;
        for (int i = 0; i < args.length; i++) {
            boolean isExact = first > 0
                    ? Arrays.equals(typed.get(first + i), args[i].getBytes(StandardCharsets.UTF_8))
                    : !isUndecoded(args[i]);
            if (!isExact) {
                String shown = first > 0 ? shown(typed.get(first + i)) : args[i];
                return "'" + shown + "' is not UTF-8: names are, here, and Java cannot open such a path";
            }
        }
        return null;
    }

    private static boolean isUndecoded(String text) {
        return text.indexOf(UNDECODED) >= 0;
    }

    private static List<byte[]> split(byte[] commandLine) {
        List<byte[]> parts = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                parts.add(Arrays.copyOfRange(commandLine, begin, i));
                begin = i + 1;
            }
        }
        return parts;
    }

    /** What is UTF-8 as it is, any other byte as {@code \xe4}. */
    static String shown(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < bytes.length) {
            String character = characterAt(bytes, i);
            if (character == null) {
                text.append(String.format(Locale.ROOT, "\\x%02x", bytes[i++] & 0xff));
            } else {
                text.append(character);
                i += character.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.toString();
    }

    private static @Nullable String characterAt(byte[] bytes, int at) {
        for (int length = 1; length <= 4 && at + length <= bytes.length; length++) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, at, length))
                        .toString();
            } catch (CharacterCodingException e) {
                // One more byte may make it whole.
                continue;
            }
        }
        return null;
    }
}
