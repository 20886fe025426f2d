package io.roundtable.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options from a file: {@code --config FILE} stands for the options in it, one {@code name = value} a line; lines that
 * begin with {@code #} and blank lines are ignored; a flag is {@code name = true}. What the command line says itself
 * comes first.
 */
final class ConfigFile {
    static final String OPTION = "--config";

    private ConfigFile() {}

    /** Replaces {@code --config FILE} by what the file says and the command line does not. */
    static List<String> expand(CommandLine line, List<String> args) {
        List<String> given = new ArrayList<>(args);
        String file = take(given);
        if (file == null) {
            return given;
        }
        CommandSpec command = given.isEmpty() || !line.getSubcommands().containsKey(given.get(0))
                ? null
                : line.getSubcommands().get(given.get(0)).getCommandSpec();
        if (command == null) {
            throw new UsageException("--config stands behind a command, such as: roundtable peer --config peer.conf");
        }
        List<String> options = new ArrayList<>();
        List<String> lines = read(file);
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                add(command, text, file + ":" + (i + 1), given, options);
            }
        }
        given.addAll(1, options);
        return given;
    }

    private static @Nullable String take(List<String> given) {
        for (int i = 0; i < given.size(); i++) {
            String arg = given.get(i);
            if (arg.startsWith(OPTION + "=")) {
                given.remove(i);
                return arg.substring(OPTION.length() + 1);
            }
            if (arg.equals(OPTION)) {
                if (i + 1 == given.size()) {
                    throw new UsageException("--config needs a file");
                }
                given.remove(i);
                return given.remove(i);
            }
        }
        return null;
    }

    private static void add(CommandSpec command, String text, String place, List<String> given, List<String> options) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new UsageException(place + ": expected name = value, not '" + text + "'");
        }
        String name = text.substring(0, equals).strip();
        String value = text.substring(equals + 1).strip();
        OptionSpec option = command.findOption("--" + name);
        if (option == null || name.equals("config") || name.equals("help")) {
            throw new UsageException(place + ": " + command.name() + " has no option '" + name + "'");
        }
        boolean isGiven = given.stream().anyMatch(arg -> isFor(option, arg));
        if (isGiven) {
            return;
        }
        if (option.arity().max() > 0) {
            options.add("--" + name + "=" + value);
        } else if (value.equals("true")) {
            options.add("--" + name);
        } else if (!value.equals("false")) {
            throw new UsageException(place + ": '" + name + "' is true or false");
        }
    }

    private static boolean isFor(OptionSpec option, String arg) {
        for (String name : option.names()) {
            if (arg.equals(name) || arg.startsWith(name + "=")) {
                return true;
            }
        }
        return false;
    }

    private static List<String> read(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (CharacterCodingException e) {
            throw new UsageException("the config file '" + file + "' is not UTF-8");
        } catch (IOException e) {
            throw new UsageException("cannot read the config file '" + file + "'");
        }
    }
}
