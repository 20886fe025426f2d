package io.roundtable.cli;

import io.roundtable.protocol.FileName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who asks: the option, else the login name; exactly, because a name that was cut or mended may be another user's. */
final class UserOption {
    private static final int BYTES_MAX = 255;
    private static final String RULE = "has 1 to " + BYTES_MAX + " bytes of UTF-8, and no control characters";
    /** What Java has for a user without a name. */
    private static final String NAMELESS = "?";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Who you are: files belong to whoever wrote them. Default: the login name.")
    private @Nullable String user;

    /** @throws UsageException if it cannot be used as it is, or there is none */
    String name() {
        if (user != null) {
            if (!isName(user)) {
                throw new UsageException("--user: a user's name " + RULE);
            }
            return user;
        }
        String login = System.getProperty("user.name", "");
        if (login.isEmpty() || login.equals(NAMELESS)) {
            throw new UsageException("this login has no name: say who you are with --user NAME");
        }
        if (login.indexOf('\uFFFD') >= 0) {
            // Without its strange letters it may be another user's.
            throw new UsageException("the login name is not UTF-8: say who you are with --user NAME");
        }
        if (!isName(login)) {
            throw new UsageException(
                    "the login name cannot be used, a name " + RULE + ": say who you are with --user NAME");
        }
        return login;
    }

    /** For what anybody may ask; empty for a login without a name. */
    String nameOrNone() {
        return user == null && System.getProperty("user.name", "").equals(NAMELESS) ? "" : name();
    }

    private static boolean isName(String text) {
        return FileName.isText(text) && text.getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX;
    }
}
