package io.roundtable.disk;

import java.util.List;

/**
 * What a disk found in its data folder when it started.
 *
 * @param shares that it holds, whole as far as headers tell
 * @param temporaries of writes that had not ended, now deleted
 * @param problems one sentence each: what is broken or could not be read
 */
public record StartReport(long shares, long usedBytes, int temporaries, List<String> problems) {
    /** More problems than that are only counted. */
    static final int PROBLEMS_MAX = 100;

    public StartReport {
        problems = List.copyOf(problems);
    }
}
