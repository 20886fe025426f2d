package io.roundtable.peer;

import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import io.roundtable.role.MessageTable;
import io.roundtable.role.Role;
import io.roundtable.role.RoleContext;
import io.roundtable.role.RoleMaker;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The roles of one peer: hands each what all of them hear. For the loop's thread. */
final class Roles {
    private final List<Role> all;
    private boolean wasFeigning;

    Roles(List<RoleMaker> makers, RoleContext context) {
        this.all = makers.stream().map(maker -> maker.in(context)).toList();
    }

    void register(MessageTable fromOthers, MessageTable fromGcd) {
        all.forEach(role -> role.register(fromOthers, fromGcd));
    }

    /** @throws IOException if one of them cannot start */
    void start(Member self) throws IOException {
        for (Role role : all) {
            role.start(self);
        }
    }

    void stop() {
        all.forEach(Role::stop);
    }

    /** The election may have come out differently, or feigned failure have begun or ended. */
    void onElection(boolean feigns) {
        if (feigns != wasFeigning) {
            wasFeigning = feigns;
            all.forEach(role -> role.onFeigning(feigns));
        }
        all.forEach(Role::onElection);
    }

    void onManager(Optional<Member> manager) {
        all.forEach(role -> role.onManager(manager));
    }

    void onGcd(boolean isConnected) {
        all.forEach(role -> role.onGcd(isConnected));
    }

    void onPeerGone(Identity peer) {
        all.forEach(role -> role.onPeerGone(peer));
    }
}
