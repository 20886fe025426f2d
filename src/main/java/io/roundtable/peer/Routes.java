package io.roundtable.peer;

import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.net.OpenRequests;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.role.Call;
import io.roundtable.role.MessageTable;
import io.roundtable.role.Peers;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What roles send: to other peers on kept connections, to their own peer without a detour. Both come back the same way,
 * once, and in time or without an answer.
 */
final class Routes implements Peers {
    private final EventLoop loop;
    private final BooleanSupplier isSilent;
    private final Identity self;
    private final Links links;
    private final MessageTable takers;
    private final OpenRequests own;

    /**
     * @param takers of what is sent to this peer
     * @param isSilent whether this peer feigns failure: then roles say nothing to others either, and are answered by nobody
     */
    Routes(EventLoop loop, Identity self, Links links, MessageTable takers, BooleanSupplier isSilent) {
        this.loop = loop;
        this.isSilent = isSilent;
        this.self = self;
        this.links = links;
        this.takers = takers;
        this.own = new OpenRequests(loop::schedule, 0);
    }

    @Override
    public void request(Member to, Message message, long timeoutMs, Consumer<@Nullable Message> then) {
        if (!to.identity().equals(self)) {
            if (isSilent.getAsBoolean()) {
                loop.post(() -> then.accept(null));
            } else {
                links.request(to, message, timeoutMs, then);
            }
            return;
        }
        long number = own.begin(this, timeoutMs, OpenRequests.Outcome.either(then));
        deliver(message, new Own(Optional.of(number)));
    }

    @Override
    public void tell(Member to, Message message) {
        if (to.identity().equals(self)) {
            deliver(message, new Own(Optional.empty()));
        } else if (!isSilent.getAsBoolean()) {
            links.tell(to, message);
        }
    }

    private void deliver(Message message, Call call) {
        if (!takers.take(message, call)) {
            call.answer(new Message.Refusal("this peer takes no " + message.word()));
        }
    }

    @Override
    public void belongsTo(Connection connection, Identity member) {
        links.belongsTo(connection, member);
    }

    /** From this peer to itself. */
    private final class Own implements Call {
        private final Optional<Long> request;

        Own(Optional<Long> request) {
            this.request = request;
        }

        @Override
        public boolean isAsked() {
            return request.isPresent();
        }

        @Override
        public void answer(Message answer) {
            request.ifPresent(number -> own.answer(number, answer));
        }

        @Override
        public Optional<Connection> connection() {
            return Optional.empty();
        }

        @Override
        public void isFrom(Identity sender) {
            // That is known.
        }
    }
}
