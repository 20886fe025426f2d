package io.roundtable.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.role.Call;
import io.roundtable.role.MessageTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What roles of one peer send each other. */
@Timeout(60)
class RoutesTest {
    private static final Member SELF =
            new Member(new Identity(10, 1_000_001), new Address("127.0.0.1", 1), Dialect.NATIVE);
    private static final DiskMessage ORDER = new DiskMessage.Wipe(new DiskId(1, 1), 1, 1);

    private final MessageTable takers = new MessageTable();
    private final List<Call> calls = new ArrayList<>();
    private final BlockingQueue<Optional<Message>> answers = new LinkedBlockingQueue<>();
    private EventLoop loop;
    private Routes routes;

    @BeforeEach
    void start() throws IOException {
        loop = NioTransport.loop("routes", complaint -> {});
        loop.start();
        MessageLog log = new MessageLog((kind, facts) -> {}, () -> false, false);
        routes = new Routes(loop, SELF.identity(), new Links(loop, 0, log, null), takers, () -> false);
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private void ask(Message message, long timeoutMs) {
        loop.post(() -> routes.request(SELF, message, timeoutMs, answer -> answers.add(Optional.ofNullable(answer))));
    }

    private Optional<Message> answer() throws InterruptedException {
        Optional<Message> answer = answers.poll(30, TimeUnit.SECONDS);
        return answer == null ? Optional.of(new Message.Refusal("nothing was told")) : answer;
    }

    @Test
    void anOrderToOnesOwnDiskThatIsNotAnsweredInTimeComesBackAllTheSame() throws Exception {
        takers.on(DiskMessage.class, (order, call) -> calls.add(call));
        ask(ORDER, 20);
        assertEquals(Optional.empty(), answer());
        loop.post(() -> calls.get(0).answer(new Control.Done()));
        takers.on(Control.Here.class, (here, call) -> call.answer(new Control.Done()));
        ask(new Control.Here(), 20_000);
        assertEquals(Optional.of(new Control.Done()), answer(), "the other one came too late");
        assertEquals(0, answers.size());
    }

    @Test
    void aRoleOfTheSamePeerSeesNoConnection() throws Exception {
        takers.on(DiskMessage.class, (order, call) -> {
            calls.add(call);
            call.isFrom(SELF.identity());
            call.answer(new Control.Done());
            call.answer(new Message.Refusal("a second one"));
        });
        ask(ORDER, 20_000);
        assertEquals(Optional.of(new Control.Done()), answer());
        assertEquals(Optional.empty(), calls.get(0).connection());
        assertEquals(0, answers.size());
    }

    @Test
    void whatNoRoleTakesIsRefused() throws Exception {
        ask(ORDER, 20_000);
        assertInstanceOf(Message.Refusal.class, answer().orElseThrow());
    }

    @Test
    void whatIsToldIsNotAsked() throws Exception {
        takers.on(DiskMessage.class, (order, call) -> {
            calls.add(call);
            call.answer(new Control.Done());
            answers.add(Optional.empty());
        });
        loop.post(() -> routes.tell(SELF, ORDER));
        assertEquals(Optional.empty(), answer());
        assertFalse(calls.get(0).isAsked());
        assertEquals(0, answers.size());
    }
}
