package io.roundtable.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What CPython wrote, in all its protocols, means what the assignment's nodes mean by it. */
class LabFixturesTest {
    private static final Path FOLDER = folder();

    private static final Member FIRST = member(100, 1_234_567, "127.0.0.1", 53_931);
    /** {@code 'localhost'} in the fixture. */
    private static final Member SECOND = member(3, 7_654_321, "127.0.0.1", 40_001);

    private static final Member THIRD = member(364, 1_000_001, "127.0.0.1", 65_535);

    private static final Map<String, Message> EXPECTED = Map.ofEntries(
            Map.entry("join", new Message.Join(FIRST)),
            Map.entry("join-reply", new Message.Members(List.of(FIRST, SECOND, THIRD))),
            Map.entry("join-reply-empty", new Message.Members(List.of())),
            Map.entry("election", new Message.Election(null, List.of(FIRST, SECOND, THIRD), false)),
            Map.entry("election-lists", new Message.Election(null, List.of(FIRST), false)),
            Map.entry("election-triple", new Message.Election(null, List.of(FIRST), false)),
            Map.entry("coordinator", new Message.Coordinator(THIRD, List.of(THIRD, SECOND))),
            Map.entry("probe", Message.Probe.BARE),
            Map.entry("probe-bare", Message.Probe.BARE),
            Map.entry("ok-text", Message.Ok.BARE),
            Map.entry("ok-pair", Message.Ok.BARE),
            Map.entry("okay", Message.Ok.BARE),
            Map.entry("ok-members", new Message.Ok(null, List.of(FIRST, SECOND, THIRD))),
            Map.entry(
                    "shared",
                    new Message.Election(
                            null,
                            List.of(member(5, 5_555_555, "127.0.0.1", 4_242), member(6, 6_666_666, "127.0.0.1", 4_242)),
                            false)),
            Map.entry("error", new Message.Refusal("Malformed message")));

    private static final Set<String> CHECKED_APART = Set.of("members-38", "members-400");
    /** The host of {@code unicode} is none that could be looked up. */
    private static final Set<String> NO_MESSAGES = Set.of("scalars", "coordinator-none", "unicode");

    private static Member member(int days, int id, String host, int port) {
        return new Member(new Identity(days, id), new Address(host, port), Dialect.LAB);
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(LabFixturesTest.class.getResource("/fixtures/pickle"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pickle"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of them, hostile ones too. */
    static List<byte[]> pickles() {
        return names().stream().map(LabFixturesTest::read).toList();
    }

    private static String kind(String name) {
        return name.substring(0, name.indexOf('.'));
    }

    static Stream<String> good() {
        return names().stream().filter(name -> EXPECTED.containsKey(kind(name)));
    }

    static Stream<String> refused() {
        return names().stream().filter(name -> name.startsWith("hostile-") || NO_MESSAGES.contains(kind(name)));
    }

    @Test
    void noFixtureIsForgotten() {
        Set<String> kinds = names().stream()
                .map(LabFixturesTest::kind)
                .filter(kind -> !kind.startsWith("hostile-"))
                .collect(Collectors.toCollection(TreeSet::new));
        kinds.removeAll(EXPECTED.keySet());
        kinds.removeAll(CHECKED_APART);
        kinds.removeAll(NO_MESSAGES);

        assertEquals(Set.of(), kinds);
    }

    @ParameterizedTest
    @MethodSource("good")
    void decodesToItsMessage(String name) throws WireException {
        Inbound inbound = LabCodec.decode(read(name));

        assertEquals(EXPECTED.get(kind(name)), inbound.message());
        assertEquals(Dialect.LAB, inbound.dialect());
        assertEquals(FrameKind.ONE_WAY, inbound.kind());
        assertFalse(inbound.offersNative());
        assertEquals(List.of(), inbound.complaints());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isNoMessage(String name) {
        assertThrows(WireException.class, () -> LabCodec.decode(read(name)));
    }

    @Test
    void listsOfAnyLengthAreReadWhole() throws WireException {
        for (String name : names()) {
            if (CHECKED_APART.contains(kind(name))) {
                Inbound inbound = LabCodec.decode(read(name));
                int count = Integer.parseInt(kind(name).substring("members-".length()));
                assertEquals(count, members(inbound.message()).size(), name);
                assertTrue(inbound.complaints().isEmpty(), name);
            }
        }
    }

    private static List<Member> members(Message message) {
        if (message instanceof Message.Members answer) {
            return answer.members();
        }
        if (message instanceof Message.Election election) {
            return election.members();
        }
        return ((Message.Coordinator) message).members();
    }
}
