package io.roundtable.disk;

import java.util.ArrayList;
import java.util.List;

/** A bounded list of sentences. */
final class Problems {
    private final List<String> sentences = new ArrayList<>();
    private int more;

    void add(String sentence) {
        if (sentences.size() < StartReport.PROBLEMS_MAX) {
            sentences.add(sentence);
        } else {
            more++;
        }
    }

    List<String> all() {
        List<String> all = new ArrayList<>(sentences);
        if (more > 0) {
            all.add("and " + more + " more problems");
        }
        return all;
    }
}
