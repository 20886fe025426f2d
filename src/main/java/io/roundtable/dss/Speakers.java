package io.roundtable.dss;

import io.roundtable.protocol.Address;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which registered user speaks from a socket. Soft: who registered at an earlier manager is not known. */
final class Speakers {
    private static final int SPEAKERS_MAX = 10_000;

    private final Map<Address, String> users = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Address, String> eldest) {
            return size() > SPEAKERS_MAX;
        }
    };

    void registered(String user, Address socket) {
        users.put(socket, user);
    }

    void deregistered(String user) {
        users.values().removeIf(user::equals);
    }

    Optional<String> at(Address socket) {
        return Optional.ofNullable(users.get(socket));
    }
}
