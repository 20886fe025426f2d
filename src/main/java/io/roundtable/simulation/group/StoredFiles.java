package io.roundtable.simulation.group;

import io.roundtable.simulation.storage.Contents;
import io.roundtable.simulation.storage.Contents.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** What users were told is stored: each file is written once. */
final class StoredFiles {
    static final String VOLUME = "dss1";
    static final int DISKS = 3;
    static final int PARITY = 1;

    final Contents contents = new Contents(DISKS, PARITY);
    private final Map<String, Content> acknowledged = new TreeMap<>();
    private final List<String> names = new ArrayList<>();
    private boolean isConfigured;
    private boolean isOver;
    private int last;

    boolean isConfigured() {
        return isConfigured;
    }

    void configured() {
        isConfigured = true;
    }

    /** Nothing new is begun. */
    void end() {
        isOver = true;
    }

    boolean isOver() {
        return isOver;
    }

    String newName() {
        return "f" + ++last;
    }

    void acknowledge(String name, Content content) {
        acknowledged.put(name, content);
        names.add(name);
    }

    /** In the order in which they were acknowledged. */
    List<String> names() {
        return names;
    }

    Content content(String name) {
        Content content = acknowledged.get(name);
        if (content == null) {
            throw new IllegalArgumentException(name + " was not acknowledged");
        }
        return content;
    }

    Optional<String> any(RandomGenerator random) {
        return names.isEmpty() ? Optional.empty() : Optional.of(names.get(random.nextInt(names.size())));
    }
}
