package io.roundtable.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.roundtable.disk.DiskOptions;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.net.nio.NioTransport;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.LeaseMessage;
import io.roundtable.protocol.Member;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.role.ElectionOutcome;
import io.roundtable.role.Management;
import io.roundtable.role.MessageTable;
import io.roundtable.role.Offers;
import io.roundtable.role.Role;
import io.roundtable.role.RoleContext;
import io.roundtable.role.RoleMaker;
import io.roundtable.role.disk.DiskRole;
import io.roundtable.role.disk.DiskRoleOptions;
import io.roundtable.role.dss.DssRole;
import io.roundtable.role.dss.DssRoleOptions;
import io.roundtable.role.manager.ManagerRole;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who takes what, and who hears what, in a peer that has every role. */
class RolesTest {
    private final MessageTable fromOthers = new MessageTable();
    private final MessageTable fromGcd = new MessageTable();
    private final List<String> heard = new ArrayList<>();
    private EventLoop loop;

    @BeforeEach
    void start() throws IOException {
        loop = NioTransport.loop("roles", complaint -> {});
        loop.start();
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private Roles roles(RoleMaker... more) {
        List<RoleMaker> makers = new ArrayList<>(List.of(
                ManagerRole.with(ManagerOptions.DEFAULT),
                DssRole.with(DssRoleOptions.NONE),
                DiskRole.with(new DiskRoleOptions(Optional.empty(), Optional.empty(), DiskOptions.defaults()))));
        makers.addAll(List.of(more));
        return new Roles(makers, context());
    }

    private RoleContext context() {
        return new RoleContext(
                loop,
                InetAddress.getLoopbackAddress(),
                new SplittableRandom(1),
                null,
                (question, timeoutMs, then) -> {},
                new Nobody(),
                new Management(manager -> {}),
                new Offers(),
                (kind, facts) -> {},
                heard::add);
    }

    private static final class Nobody implements ElectionOutcome {
        @Override
        public boolean shouldManage() {
            return false;
        }

        @Override
        public int goFirst() {
            return 0;
        }

        @Override
        public Optional<Member> memberAt(Address address) {
            return Optional.empty();
        }
    }

    /** A message that is added later, and that no role registers, is found here. */
    @Test
    void everyMessageHasAPlaceInAPeer() {
        roles().register(fromOthers, fromGcd);
        List<Class<?>> missing = new ArrayList<>(fromOthers.missing());
        // Elections and tools are the peer's own; the GCD's are told and asked on the line to it.
        missing.removeIf(
                type -> Stream.of(Control.class, LeaseMessage.class).anyMatch(own -> own.isAssignableFrom(type)));
        missing.removeAll(List.of(
                Message.Join.class,
                Message.Members.class,
                Message.Refusal.class,
                Message.Unknown.class,
                Message.Election.class,
                Message.Ok.class,
                Message.Coordinator.class,
                Message.Victory.class,
                Message.Probe.class));
        assertEquals(List.of(), missing);
    }

    @Test
    void nobodyPassesForTheGcd() {
        roles().register(fromOthers, fromGcd);
        assertTrue(fromOthers.missing().contains(LeaseMessage.Manages.class));
        assertFalse(fromGcd.missing().contains(LeaseMessage.Manages.class));
    }

    @Test
    void twoRolesForOneMessageAreAMistake() {
        Roles twice = roles(new RoleMaker("other", context -> new Role() {
            @Override
            public void register(MessageTable others, MessageTable gcd) {
                others.on(DssMessage.Failed.class, (failed, call) -> {});
            }
        }));
        assertThrows(IllegalStateException.class, () -> twice.register(fromOthers, fromGcd));
    }

    @Test
    void aNewRoleTakesWhatNoOtherOneNames() {
        roles(new RoleMaker("other", context -> new Role() {
                    @Override
                    public void register(MessageTable others, MessageTable gcd) {
                        others.on(VolumeMessage.ListVolumes.class, (list, call) -> heard.add("list"));
                        others.on(DiskMessage.Wipe.class, (wipe, call) -> heard.add("wipe"));
                    }
                }))
                .register(fromOthers, fromGcd);
        fromOthers.take(new VolumeMessage.ListVolumes(), null);
        assertEquals(List.of("list"), heard);
    }

    @Test
    void feignedFailureIsToldWhenItBeginsAndWhenItEnds() {
        RoleMaker other = new RoleMaker("other", context -> new Role() {
            @Override
            public void onFeigning(boolean feigns) {
                heard.add("feigns " + feigns);
            }

            @Override
            public void onElection() {
                heard.add("election");
            }
        });
        Roles roles = new Roles(List.of(other), context());
        roles.onElection(false);
        roles.onElection(true);
        roles.onElection(true);
        roles.onElection(false);
        assertEquals(List.of("election", "feigns true", "election", "election", "feigns false", "election"), heard);
    }
}
