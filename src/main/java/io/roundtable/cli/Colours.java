package io.roundtable.cli;

/** Colours for a terminal, by kind of event. */
final class Colours {
    private static final String RESET = "\u001b[0m";

    private Colours() {}

    static boolean isTerminal() {
        return System.console() != null && System.getenv("NO_COLOR") == null;
    }

    static String paint(String kind, String line) {
        String colour = switch (kind) {
            case "leader_changed" -> "\u001b[1;32m";
            case "leader_lost", "feigning", "gcd_lost", "gcd_awaited", "unreachable" -> "\u001b[31m";
            case "bad_input", "no_answer", "join_refused" -> "\u001b[33m";
            case "election_started", "recovered" -> "\u001b[36m";
            case "sent", "received" -> "\u001b[2m";
            default -> "";
        };
        return colour.isEmpty() ? line : colour + line + RESET;
    }
}
