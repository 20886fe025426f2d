package io.roundtable.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Names through the real launcher are exact or refused, whatever the user's locale is. Arguments are written as bytes by
 * bash, so that the locale of these tests does not matter: {@code \xe4} stands for the byte.
 */
class NamesProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String A_UMLAUT = "\u00e4";
    private static final String O_UMLAUT = "\u00f6";
    private static final String COMPOSED = "\u00e9";
    private static final String DECOMPOSED = "e\u0301";
    private static final Pattern RAW_BYTE = Pattern.compile("\\\\x[0-9a-f]{2}");
    private static final String FOLDER = "gr\u00f6\u00dfe/";
    /** Latin-1. */
    private static final String NO_UTF8 = "\\xe4";

    @TempDir
    private static Path folder;

    private static StorageTable table;

    @BeforeAll
    static void start() {
        table = new StorageTable(folder);
        for (int number = 1; number <= 3; number++) {
            table.startPeer(number);
        }
        table.awaitDisks(3);
        table.tool("configure", "dss1", "3", "1024").assertSuccess();
    }

    @AfterAll
    static void end() {
        table.close();
    }

    /** A word for bash; {@code \xHH} in it stands for that byte. */
    private static String word(String text) {
        StringBuilder word = new StringBuilder("$'");
        Matcher raw = RAW_BYTE.matcher(text);
        int at = 0;
        while (raw.find()) {
            append(word, text.substring(at, raw.start()));
            word.append(raw.group());
            at = raw.end();
        }
        append(word, text.substring(at));
        return word.append('\'').toString();
    }

    private static void append(StringBuilder word, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            word.append(String.format(Locale.ROOT, "\\x%02x", b & 0xff));
        }
    }

    private static String words(String... texts) {
        return Arrays.stream(texts).map(NamesProcessTest::word).collect(Collectors.joining(" "));
    }

    private static String gcd() {
        return table.gcdAddresses().get(0).toString();
    }

    /** Runs a line of bash in the tests' folder; {@code rt} in it is the launcher. */
    private static Outcome bash(String locale, String line) {
        String script = "unset LC_ALL LC_CTYPE LANG; " + (locale.isEmpty() ? "" : "export " + locale + "; ")
                + "rt=" + word(Commands.roundtable().get(0)) + "; export ROUNDTABLE_GCD=" + gcd()
                + "; cd " + word(folder.toString()) + "; " + line;
        Running running = Running.start(folder, "bash", List.of("bash", "-c", script));
        try {
            return new Outcome(List.of(line), running.awaitEnd(LIMIT), running.out(), running.err());
        } finally {
            running.kill();
        }
    }

    private static Outcome run(String locale, String... args) {
        return bash(locale, "exec \"$rt\" " + words(args));
    }

    private static List<String> names(Outcome ls) {
        List<String> names = new ArrayList<>();
        JsonNode files = new JsonMapper().readTree(ls.out()).get("files");
        files.forEach(file -> names.add(file.get("name").stringValue()));
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LC_ALL=C",
                "LC_ALL=POSIX",
                "",
                "LANG=de_DE.ISO-8859-1",
                "LC_CTYPE=C LANG=xx_YY.UTF-8",
                "LC_ALL=C.UTF-8"
            })
    void whatIsUtf8IsExact(String locale) throws Exception {
        List<String> all = List.of(A_UMLAUT, O_UMLAUT, COMPOSED, DECOMPOSED, "\uFFFD", "\uD83D\uDE80", "?");
        String make = all.stream()
                .map(name -> "printf %s " + word("content of " + name) + " > " + word(FOLDER + name))
                .collect(Collectors.joining("; "));
        bash(locale, "mkdir -p " + word(FOLDER) + "; " + make).assertSuccess();

        run(locale, "copy", "dss1", FOLDER + A_UMLAUT).assertSuccess();
        run(locale, "copy", "dss1", FOLDER + O_UMLAUT, "--as", O_UMLAUT).assertSuccess();
        shell(locale, all.stream().skip(2).map(name -> "copy dss1 " + FOLDER + name + " " + name));
        assertNames(locale, all);
        shell(locale, all.stream().map(name -> "read dss1 " + name + " " + FOLDER + "out-" + name));
        String compare = all.stream()
                .map(name -> "cmp " + words(FOLDER + name, FOLDER + "out-" + name))
                .collect(Collectors.joining(" && "));
        bash(locale, compare).assertSuccess();
        assertEquals(
                "content of " + DECOMPOSED,
                run(locale, "read", "dss1", DECOMPOSED, "-").assertSuccess().out());
        String ls = run(locale, "ls", "dss1").assertSuccess().out();
        all.forEach(name -> assertTrue(ls.contains("\n  " + name + " "), ls));

        run(locale, "rm", "dss1", A_UMLAUT).assertSuccess();
        shell(locale, Stream.of("rm dss1 " + DECOMPOSED, "rm dss1 ?"));
        List<String> left = List.of(O_UMLAUT, COMPOSED, "\uFFFD", "\uD83D\uDE80");
        assertNames(locale, left);
        shell(locale, left.stream().map(name -> "rm dss1 " + name));
        bash(locale, "rm -r " + word(FOLDER)).assertSuccess();
    }

    private static void shell(String locale, Stream<String> lines) {
        String all = lines.collect(Collectors.joining("\n"));
        assertEquals(
                "",
                bash(locale, "printf %s " + word(all) + " | \"$rt\" shell")
                        .assertSuccess()
                        .out());
    }

    private static void assertNames(String locale, List<String> expected) {
        assertEquals(
                expected.stream().sorted().toList(),
                names(run(locale, "ls", "dss1", "--json").assertSuccess()).stream()
                        .sorted()
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LC_ALL=C.UTF-8"})
    void whatIsNoUtf8IsRefusedInASentence(String locale) throws Exception {
        Files.writeString(folder.resolve("plain"), "plain");
        bash(locale, "echo > " + word("file-" + NO_UTF8) + "; mkdir -p " + word("dir-" + NO_UTF8))
                .assertSuccess();
        bash(locale, "printf 'user = %s\\n' " + word(NO_UTF8) + " > latin1.conf")
                .assertSuccess();
        for (List<String> args : List.of(
                List.of("copy", "dss1", "file-" + NO_UTF8),
                List.of("copy", "dss1", "plain", "--as", "x" + NO_UTF8),
                List.of("copy", "dss" + NO_UTF8, "plain"),
                List.of("copy", "dss1", "plain", "--user", "u" + NO_UTF8),
                List.of("read", "dss1", "x" + NO_UTF8, "out"),
                List.of("read", "dss1", "x", "out" + NO_UTF8),
                List.of("rm", "dss1", "x" + NO_UTF8),
                List.of("ls", "dss" + NO_UTF8),
                List.of("ls", "--config", "c" + NO_UTF8),
                List.of("gcd", "--port", "0", "--for", "1s", "--data", "d" + NO_UTF8),
                List.of(NO_UTF8),
                // Halves of pairs, and longer than it has to be.
                List.of("rm", "dss1", "\\xed\\xa0\\x80"),
                List.of("rm", "dss1", "\\xc1\\xa1"))) {
            Outcome outcome = run(locale, args.toArray(String[]::new));
            outcome.assertRefused(2, "is not UTF-8");
            assertTrue(outcome.err().contains("\\x"), outcome::err);
        }
        run(locale, "ls", "--config", "latin1.conf").assertRefused(2, "is not UTF-8");
        bash(locale, "ROUNDTABLE_GCD=" + word("h" + NO_UTF8 + ":1") + " exec \"$rt\" ls")
                .assertRefused(2, "address");
        bash(locale, "cd " + word("dir-" + NO_UTF8) + "; exec \"$rt\" ls").assertRefused(1, "is not UTF-8");
        bash(locale, "cd " + word("dir-" + NO_UTF8) + "; exec \"$rt\" gcd --port 0 --for 1s --data d")
                .assertRefused(1, "is not UTF-8");
        assertTrue(names(run(locale, "ls", "dss1", "--json").assertSuccess()).isEmpty());
    }

    @Test
    void aLineOfTheShellThatIsNoUtf8IsRefusedAndTheNextIsCarriedOut() throws Exception {
        Files.writeString(folder.resolve("plain"), "plain");
        Outcome outcome = bash(
                "LC_ALL=C",
                "printf 'copy dss1 plain \\xe4\\ncopy dss1 plain \\xf6\\ncopy dss1 plain good\\n' | \"$rt\" shell");

        assertEquals(1, outcome.code(), outcome::toString);
        assertEquals(
                2,
                outcome.err()
                        .lines()
                        .filter(line -> line.contains("is not UTF-8"))
                        .count(),
                outcome::toString);
        assertEquals(List.of("good"), names(run("", "ls", "dss1", "--json").assertSuccess()));
        run("", "rm", "dss1", "good").assertSuccess();
    }

    @Test
    void theGcdsLauncherAndDataFoldersTakeNamesOutsideAscii() {
        String launcher = Path.of("gcd/gcd").toAbsolutePath().toString();
        bash("LC_ALL=C", word(launcher) + " --port 0 --log-port 0 --quiet --for 1s --data " + word("d\u00e4t\u00e4"))
                .assertSuccess();
        bash("LC_ALL=C", "test -d " + word("d\u00e4t\u00e4/log")).assertSuccess();
        bash("LC_ALL=C", word(launcher) + " --port 0 --for 1s --data " + word("d" + NO_UTF8))
                .assertRefused(2, "is not UTF-8");
    }

    @Test
    void aJvmWithoutTheLauncherRefusesRatherThanMangles() {
        String jar = word(Path.of("target/roundtable.jar").toAbsolutePath().toString());
        bash("LC_ALL=C", "java -jar " + jar + " rm dss1 " + word(A_UMLAUT)).assertRefused(1, "LC_ALL=C.UTF-8");
        bash("LC_ALL=POSIX", "java -jar " + jar + " ls").assertRefused(1, "LC_ALL=C.UTF-8");
        bash("LC_ALL=C.UTF-8", "java -jar " + jar + " rm dss1 " + word("x" + NO_UTF8))
                .assertRefused(2, "is not UTF-8");
        bash("LC_ALL=C.UTF-8", "java -jar " + jar + " ls").assertSuccess();
    }

    @Test
    void anAtSignIsPartOfAName() throws Exception {
        Files.writeString(folder.resolve("list"), "--as=stolen\n");
        Files.writeString(folder.resolve("@list"), "at");
        run("", "copy", "dss1", "@list").assertSuccess();
        run("", "copy", "dss1", "list", "--as", "@list2").assertSuccess();

        assertEquals(
                List.of("@list", "@list2"),
                names(run("", "ls", "dss1", "--json").assertSuccess()));
        assertEquals("at", run("", "read", "dss1", "@list", "-").assertSuccess().out());
        run("", "rm", "dss1", "@list").assertSuccess();
        run("", "rm", "dss1", "@list2").assertSuccess();
    }

    @Test
    void whatNobodySeesIsShown() throws Exception {
        Files.writeString(folder.resolve("plain"), "plain");
        String bidi = "cod\u202egnp.exe";
        String hidden = "a\u200bb\u00ad";
        for (String name : List.of(bidi, hidden)) {
            run("LC_ALL=C", "copy", "dss1", "plain", "--as", name).assertSuccess();
        }
        Outcome json = run("LC_ALL=C", "ls", "dss1", "--json").assertSuccess();
        String ls = run("LC_ALL=C", "ls", "dss1").assertSuccess().out();

        assertEquals(List.of(hidden, bidi), names(json));
        assertFalse(json.out().contains("\u202e") || ls.contains("\u202e") || ls.contains("\u200b"), ls);
        assertTrue(ls.contains("  cod\\u202egnp.exe "), ls);
        assertTrue(ls.contains("  a\\u200bb\\u00ad "), ls);
        Outcome missing = run("LC_ALL=C", "copy", "dss1", "no\u001b[2J\nsuch\u202efile");
        missing.assertRefused(1, "no\\u001b[2J\\nsuch\\u202efile");
        run("LC_ALL=C", "copy", "dss1", "plain", "--as", "a\u001b[2Jb").assertRefused(1, "bad file name");
        for (String name : List.of(bidi, hidden)) {
            run("", "rm", "dss1", name).assertSuccess();
        }
    }
}
