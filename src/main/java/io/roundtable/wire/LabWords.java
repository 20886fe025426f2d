package io.roundtable.wire;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words that nodes of the course say, and which of them was most likely meant by one that is none. */
final class LabWords {
    private static final List<String> QUESTIONS =
            List.of("JOIN", "BEGIN", "HOWDY", "ELECTION", "ELECT", "COORDINATOR", "I_AM_LEADER", "PROBE");
    private static final List<String> ANSWERS = List.of("OK", "OKAY", "GOT_IT");
    /** What the same messages are called elsewhere. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "LEADER", "COORDINATOR",
            "VICTORY", "COORDINATOR",
            "PING", "PROBE",
            "HEARTBEAT", "PROBE",
            "ANSWER", "OK",
            "ALIVE", "OK",
            "ACK", "OK");

    private static final int LONGEST = 16;

    private LabWords() {}

    /** Whether it begins a message that is no answer. */
    static boolean isQuestion(@Nullable Object word) {
        return word instanceof String text && QUESTIONS.contains(text);
    }

    /** The word for the same message in the oldest year; null if there is none. */
    static @Nullable String kindOf(@Nullable Object word) {
        if (!(word instanceof String text)) {
            return null;
        }
        return switch (text) {
            case "JOIN", "BEGIN", "HOWDY" -> "JOIN";
            case "ELECTION", "ELECT" -> "ELECTION";
            case "COORDINATOR", "I_AM_LEADER" -> "COORDINATOR";
            case "PROBE" -> "PROBE";
            default -> null;
        };
    }

    /** The word that was meant by one that is none; null if it is one, or is too far from all. */
    static @Nullable String meantBy(String said) {
        if (said.length() > LONGEST || QUESTIONS.contains(said) || ANSWERS.contains(said)) {
            return null;
        }
        String plain = said.strip().toUpperCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
        String nearest = ELSEWHERE.get(plain);
        int least = Integer.MAX_VALUE;
        for (List<String> words : nearest == null ? List.of(ANSWERS, QUESTIONS) : List.<List<String>>of()) {
            for (String word : words) {
                int distance = distance(plain, word);
                if (distance < least && distance <= mostFor(word)) {
                    least = distance;
                    nearest = word;
                }
            }
        }
        return nearest;
    }

    /** How far a slip of the hand may lead. */
    private static int mostFor(String word) {
        return word.length() > 3 ? 2 : 1;
    }

    /** How many letters were left out, put in, changed, or swapped with their neighbour. */
    private static int distance(String said, String word) {
        int[][] least = new int[said.length() + 1][word.length() + 1];
        for (int i = 0; i <= said.length(); i++) {
            for (int j = 0; j <= word.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                int changed = said.charAt(i - 1) == word.charAt(j - 1) ? 0 : 1;
                least[i][j] = Math.min(least[i - 1][j - 1] + changed, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
                boolean isSwapped = i > 1
                        && j > 1
                        && said.charAt(i - 1) == word.charAt(j - 2)
                        && said.charAt(i - 2) == word.charAt(j - 1);
                if (isSwapped) {
                    least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
                }
            }
        }
        return least[said.length()][word.length()];
    }
}
