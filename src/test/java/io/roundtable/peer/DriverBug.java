package io.roundtable.peer;

import io.roundtable.event.EventSink;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.CloseReason;
import io.roundtable.net.Connection;
import io.roundtable.net.EventLoop;
import io.roundtable.net.InputFaults;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.role.MessageTable;
import io.roundtable.role.Role;
import io.roundtable.role.RoleContext;
import io.roundtable.role.RoleMaker;
import io.roundtable.role.manager.ManagerRole;
import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Mistakes that people make in drivers, each as a part that takes the place of the right one in every peer. */
public enum DriverBug {
    /** Whoever feigns failure with open sockets says that it is there all the same. */
    FORGOTTEN_FEIGNING(new PeerParts() {
        @Override
        Inbox inbox(
                EventLoop loop,
                PeerNode peer,
                Links links,
                Outgoing outgoing,
                MessageLog log,
                InputFaults faults,
                ControlDesk desk,
                MessageTable takers,
                boolean speaksNative) {
            return new Inbox(loop, peer, links, outgoing, log, faults, desk, takers, speaksNative) {
                @Override
                void onNative(Connection connection, Inbound inbound) {
                    if (peer.isIgnoring() && inbound.message() instanceof Message.Probe) {
                        outgoing.answerNative(connection, inbound.requestId(), Message.Ok.BARE);
                    }
                    super.onNative(connection, inbound);
                }
            };
        }
    }),

    /** What waits for a connection goes out when that is made, though its sender feigns failure by then. */
    UNSENT_IS_SENT_WHILE_FEIGNING(new WithLinks() {
        @Override
        Links links(EventLoop loop, long entropy, MessageLog log, Links.Listener peer) {
            return new Links(loop, entropy, log, peer) {
                @Override
                void dropUnsent() {}
            };
        }
    }),

    /** The end of a connection is not noticed: what is said on it is lost, and no other one is made. */
    BROKEN_LINK_TAKEN_FOR_ALIVE(new WithLinks() {
        @Override
        Links links(EventLoop loop, long entropy, MessageLog log, Links.Listener peer) {
            return new Links(loop, entropy, log, peer) {
                @Override
                boolean isUsable(Connection connection) {
                    return true;
                }

                @Override
                void onClosed(Connection connection) {}
            };
        }
    }),

    /** The same of the line to the GCD. */
    BROKEN_GCD_LINE_TAKEN_FOR_ALIVE(new PeerParts() {
        @Override
        GcdClient gcd(EventLoop loop, PeerOptions options, LabCodec codec, MessageLog log, GcdClient.Listener peer) {
            return new GcdClient(loop, options.gcds(), codec, options.year(), log, peer) {
                @Override
                public void onClosed(Connection from, CloseReason reason) {}
            };
        }
    }),

    /** The timer of renewals goes on after the lease was handed back. */
    RENEWAL_AFTER_HANDING_BACK(new PeerParts() {
        @Override
        GcdClient gcd(EventLoop loop, PeerOptions options, LabCodec codec, MessageLog log, GcdClient.Listener peer) {
            return new GcdClient(loop, options.gcds(), codec, options.year(), log, peer) {
                @Override
                public void ask(Message question, long timeoutMs, Consumer<@Nullable Message> then) {
                    super.ask(question, timeoutMs, then);
                    if (question instanceof LeaseMessage.HandBack back) {
                        loop.schedule(100, () -> super.ask(new LeaseMessage.Renew(back.epoch()), timeoutMs, a -> {}));
                    }
                }
            };
        }
    }),

    /** A manager that was stopped does not notice that its lease has run out. */
    LEASE_ON_THE_ATTENTIVE_CLOCK(context -> new Manager(context) {
        @Override
        protected long nowMs() {
            return context.loop().nowMs();
        }
    }),

    /** What was begun for an epoch that is over ends in the next one. */
    WORK_OF_AN_OLD_EPOCH(context -> new Manager(context) {
        @Override
        protected boolean isPresent(long epoch) {
            return true;
        }
    }),

    /** Whoever need not manage any more, for it feigns failure or follows, goes on. */
    FEIGNING_MANAGER(context -> new Manager(context) {
        @Override
        public void onFeigning(boolean feigns) {}

        @Override
        protected void look() {
            if (context.election().shouldManage()) {
                super.look();
            }
        }
    }),

    /** What the GCD tells of the manager is not heard. */
    MANAGER_NOT_HEARD(context -> new Manager(context) {
        @Override
        protected void onManages(LeaseMessage.Manages manages) {}
    }),

    /** That the line to the GCD has ended is not told to the manager, who goes on for the rest of its lease. */
    END_OF_THE_GCD_LINE_NOT_TOLD(context -> new Manager(context) {
        @Override
        public void onGcd(boolean isConnected) {
            if (isConnected) {
                super.onGcd(true);
            }
        }
    }),

    /** The line to the GCD is back, and whoever waits for it is not woken. */
    NEW_GCD_LINE_NOT_TOLD(context -> new Manager(context) {
        private boolean isTold;

        @Override
        public void onGcd(boolean isConnected) {
            if (!isConnected || !isTold) {
                super.onGcd(isConnected);
            }
            isTold |= isConnected;
        }
    }),

    /** Whoever asks the GCD and gets no answer is not told, and waits for ever. */
    QUESTION_WITHOUT_END(new PeerParts() {
        @Override
        GcdClient gcd(EventLoop loop, PeerOptions options, LabCodec codec, MessageLog log, GcdClient.Listener peer) {
            return new GcdClient(loop, options.gcds(), codec, options.year(), log, peer) {
                @Override
                public void ask(Message question, long timeoutMs, Consumer<@Nullable Message> then) {
                    super.ask(question, timeoutMs, answer -> {
                        if (answer != null) {
                            then.accept(answer);
                        }
                    });
                }
            };
        }
    }),

    /** A link that is half open is waited for as if somebody could answer on it. */
    HALF_OPEN_LINK_TAKEN_FOR_ALIVE(new WithLinks() {
        @Override
        Links links(EventLoop loop, long entropy, MessageLog log, Links.Listener peer) {
            return new Links(loop, entropy, log, peer) {
                @Override
                void ask(long token, Member to, Message message, long timeoutMs) {
                    super.ask(token, to, message, 60_000);
                }
            };
        }
    }),

    /** A timer of an old epoch is not called off, and says the victory again when another may lead. */
    OLD_VICTORY_IS_SAID_AGAIN(new WithLinks() {
        @Override
        Links links(EventLoop loop, long entropy, MessageLog log, Links.Listener peer) {
            return new Links(loop, entropy, log, peer) {
                @Override
                public void tell(Member to, Message message) {
                    super.tell(to, message);
                    if (message instanceof Message.Coordinator) {
                        loop.schedule(1_500, () -> super.tell(to, message));
                    }
                }
            };
        }
    }),

    /** No link is used twice: each message makes a connection of its own. */
    CONNECTIONS_ARE_NOT_KEPT(new WithLinks() {
        @Override
        Links links(EventLoop loop, long entropy, MessageLog log, Links.Listener peer) {
            return new Links(loop, entropy, log, peer) {
                @Override
                boolean isUsable(Connection connection) {
                    return false;
                }
            };
        }
    });

    private final PeerParts parts;
    private final UnaryOperator<PeerOptions> change;

    DriverBug(PeerParts parts) {
        this.parts = parts;
        this.change = options -> options;
    }

    DriverBug(Function<RoleContext, Role> manager) {
        this.parts = new PeerParts();
        this.change = options -> options.withRole(new RoleMaker(ManagerRole.NAME, manager));
    }

    /** A peer with the bug. */
    public PeerNode make(EventLoop loop, PeerOptions options, EventSink sink, Consumer<String> giveUp) {
        return new PeerNode(loop, change.apply(options), sink, giveUp, parts);
    }

    private static class Manager extends ManagerRole {
        Manager(RoleContext context) {
            super(context, ManagerOptions.DEFAULT);
        }
    }

    private abstract static class WithLinks extends PeerParts {
        abstract Links links(EventLoop loop, long entropy, MessageLog log, Links.Listener peer);

        @Override
        Links links(EventLoop loop, MessageLog log, Links.Listener peer) {
            return links(loop, loop.entropy(), log, peer);
        }
    }
}
