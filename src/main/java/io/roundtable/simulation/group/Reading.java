package io.roundtable.simulation.group;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** After the last fault: everything that was acknowledged is read once more, by and by. */
final class Reading {
    private static final long AGAIN_MICROS = 300_000;

    private final GroupWorld world;
    private final Set<String> done = new HashSet<>();
    private boolean isReading;

    Reading(GroupWorld world) {
        this.world = world;
        world.files.end();
    }

    /** What has not been read yet; null if all has. */
    @Nullable
    String missing() {
        if (world.users.stream().anyMatch(GroupUser::isBusy)) {
            return "a user is still at something";
        }
        for (String name : world.files.names()) {
            if (!done.contains(name)) {
                if (!isReading) {
                    isReading = true;
                    world.users.get(0).verify(name, isRead -> onRead(name, isRead));
                }
                return name + " cannot be read";
            }
        }
        return null;
    }

    private void onRead(String name, boolean isRead) {
        if (isRead) {
            done.add(name);
            isReading = false;
        } else {
            world.time.after(AGAIN_MICROS, () -> isReading = false);
        }
    }
}
