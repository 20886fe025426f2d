package io.roundtable.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who asks: the option, else the login name. */
final class UserOption {
    private static final int LENGTH_MAX = 15;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Who you are: files belong to whoever wrote them. Default: the login name.")
    private @Nullable String user;

    String name() {
        if (user == null) {
            return loginName();
        }
        if (user.isEmpty() || !user.equals(allowed(user))) {
            throw new UsageException("--user takes 1 to 15 letters, digits, dots, dashes and underscores");
        }
        return user;
    }

    private static String loginName() {
        String login = System.getProperty("user.name", "");
        if (login.indexOf('\uFFFD') >= 0) {
            // Without its strange letters it may be another user's.
            throw new UsageException("the login name is not UTF-8: say who you are with --user NAME");
        }
        String name = allowed(login);
        return name.isEmpty() ? "user" : name;
    }

    /** What a user may be called: letters of other scripts are allowed too. */
    private static String allowed(String text) {
        StringBuilder name = new StringBuilder();
        text.codePoints()
                .filter(c -> Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-')
                // The limit counts characters as Java does.
                .filter(Character::isBmpCodePoint)
                .limit(LENGTH_MAX)
                .forEach(name::appendCodePoint);
        return name.toString();
    }
}
