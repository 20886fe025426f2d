package io.roundtable.peer;

import static io.roundtable.peer.Student.pickle;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.roundtable.event.EventFormat;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.FeignMode;
import io.roundtable.protocol.Identity;
import io.roundtable.wire.pickle.PickleException;
import io.roundtable.wire.pickle.PickleReader;
import io.roundtable.wire.pickle.PyTuple;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer among nodes and GCDs of the course, of any year, over real sockets. */
class LabNodesTest {
    private static final Student.Bug MUTE = (socket, message) -> {
        // Only the test's end ends the connection.
        socket.getInputStream().read();
    };

    private Table table;

    @BeforeEach
    void lay() throws Exception {
        table = new Table();
    }

    @AfterEach
    void clear() throws Exception {
        table.close();
        assertEquals(List.of(), table.complaints);
    }

    private void awaitLine(String part) {
        await().atMost(10, TimeUnit.SECONDS)
                .alias(part)
                .until(() -> table.events.stream().map(EventFormat::human).anyMatch(line -> line.contains(part)));
    }

    /** A GCD of one year refuses the words of others, as the course's do. */
    private static final class OldGcd implements AutoCloseable {
        final List<String> words = new CopyOnWriteArrayList<>();
        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        private final String taken;

        OldGcd(String taken) throws IOException {
            this.taken = taken;
            Thread thread = new Thread(this::run, "old-gcd");
            thread.setDaemon(true);
            thread.start();
        }

        Address address() {
            return new Address("127.0.0.1", listener.getLocalPort());
        }

        private void run() {
            try {
                while (true) {
                    try (Socket socket = listener.accept()) {
                        byte[] bytes = new byte[1_024];
                        int count = socket.getInputStream().read(bytes);
                        Object join = PickleReader.read(Arrays.copyOf(bytes, Math.max(0, count)));
                        String word = String.valueOf(((PyTuple) join).get(0));
                        words.add(word);
                        Object answer = word.equals(taken) ? Map.of() : "Unexpected message: " + word;
                        socket.getOutputStream().write(pickle(answer));
                    }
                }
            } catch (IOException | PickleException e) {
                // The test is over, or fails.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"JOIN", "BEGIN", "HOWDY"})
    void aGcdOfAnyYearIsJoinedInItsOwnWord(String word) throws Exception {
        try (OldGcd gcd = new OldGcd(word)) {
            table.seat(new Identity(10, 1_000_001), List.of(gcd.address()));

            awaitLine("(10,1000001) joined members=");
            assertEquals(word, gcd.words.get(gcd.words.size() - 1));
            List<String> tried = List.of("JOIN", "BEGIN", "HOWDY");
            assertEquals(tried.subList(0, tried.indexOf(word) + 1), gcd.words);
        }
    }

    /** It joins and says nothing more: nobody but the GCD can know of it. */
    @Test
    void nativesHearOfALabNewcomerFromOurGcdAtOnce() throws Exception {
        table.seat(2);
        table.awaitLeader(1, 0, 1);
        try (Student hanging = Student.join(table.gcd(), 5, "JOIN", MUTE)) {
            awaitLine("(10,1000001) member_learned member=(5,1000005)");
            awaitLine("(20,1000002) member_learned member=(5,1000005)");
        }
    }

    /** What nobody has told of is asked for: the leader's identity says no address. */
    @Test
    void anAnnouncementOfAnUnknownMemberIsAQuestionAtTheGcd() throws Exception {
        try (OldGcd gcd = new OldGcd("HOWDY")) {
            table.seat(new Identity(10, 1_000_001), List.of(gcd.address()));
            awaitLine("(10,1000001) joined members=");
            int before = gcd.words.size();

            try (Raw leader = new Raw(table.address(0))) {
                leader.send(pickle(PyTuple.of("I_AM_LEADER", PyTuple.of(300L, 1_000_300L))))
                        .endsWithin(5_000);
            }

            await().atMost(3, TimeUnit.SECONDS).until(() -> gcd.words.size() > before);
        }
    }

    /** Nodes of f24 close the socket of their question, and wait at their listener. */
    @Test
    void whoClosesItsQuestionIsAnsweredAtItsListener() throws Exception {
        List<Object> heard = new CopyOnWriteArrayList<>();
        Student.Bug listens = (socket, message) -> {
            heard.add(Objects.requireNonNullElse(message, "nothing"));
            socket.close();
        };
        table.seat(1);
        table.awaitLeader(0, 0);
        try (Student node = Student.join(table.gcd(), 5, "BEGIN", listens)) {
            awaitLine("member_learned member=(5,1000005)");
            try (Raw question = new Raw(table.address(0))) {
                question.send(pickle(PyTuple.of("ELECTION", node.pid(), node.members())));
            }

            await().atMost(5, TimeUnit.SECONDS).until(() -> heard.contains(PyTuple.of("OK", null)));
        }
    }

    /** Some nodes die of a reset; what they still say is read. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoFeignsByClosingAndWhoLeavesEndsWhatLabNodesSayWithoutAReset(boolean leaves) throws Exception {
        byte[] question = pickle(PyTuple.of("PROBE", null));
        table.seat(1);
        table.awaitLeader(0, 0);
        Address address = table.address(0);
        try (Socket node = new Socket(address.host(), address.port())) {
            node.setSoTimeout(5_000);
            node.getOutputStream().write(question, 0, 5);
            // It has been accepted, and read, once a later one has its answer.
            try (Raw other = new Raw(address)) {
                other.send(question).receive();
            }

            if (leaves) {
                table.stop(0);
            } else {
                table.feign(0, FeignMode.CLOSE);
            }

            assertEquals(-1, node.getInputStream().read());
            node.getOutputStream().write(question, 5, 1);
            // A reset would have come by now, and the next write fails.
            await().pollDelay(100, TimeUnit.MILLISECONDS).until(() -> true);
            node.getOutputStream().write(question, 6, 1);
            assertEquals(-1, node.getInputStream().read());
        }
    }
}
