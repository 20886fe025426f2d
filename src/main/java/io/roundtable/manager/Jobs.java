package io.roundtable.manager;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Work that users ask about: how far it is, and what it could not do. */
final class Jobs {
    /** Jobs that are over are remembered so that whoever asks hears how they ended. */
    private static final int REMEMBERED_MAX = 1_000;

    static final int PROBLEMS_MAX = 100;
    /** Disks tell why in their own words. */
    private static final int SENTENCE_MAX = 1_000;

    /** One piece of work. */
    static final class Job {
        final long id;
        final long requestId;
        private final String what;
        private final long beganMs;
        private final List<String> problems = new ArrayList<>();
        private long done;
        private long total;
        private boolean isOver;

        private Job(long id, long requestId, String what, long beganMs) {
            this.id = id;
            this.requestId = requestId;
            this.what = what;
            this.beganMs = beganMs;
        }

        void total(long bytes) {
            total = bytes;
        }

        void done(long bytes) {
            done = Math.min(total, done + bytes);
        }

        void problem(String sentence) {
            if (problems.size() < PROBLEMS_MAX) {
                problems.add(sentence.substring(0, Math.min(SENTENCE_MAX, sentence.length())));
            }
        }

        void over() {
            isOver = true;
        }

        boolean isOver() {
            return isOver;
        }

        VolumeMessage.Job line(long nowMs) {
            long tookMs = nowMs - beganMs;
            long leftMs = done == 0 ? -1 : (long) ((double) tookMs * (total - done) / done);
            return new VolumeMessage.Job(id, what, done, total, isOver ? 0 : leftMs, isOver, problems);
        }
    }

    private final Context context;
    private final Map<Long, Job> jobs = new LinkedHashMap<>();
    private long lastJob;

    Jobs(Context context) {
        this.context = context;
    }

    /** @param requestId 0 for none */
    Job begin(long requestId, String what) {
        Job job = new Job(context.epoch << 32 | ++lastJob, requestId, what, context.nowMs());
        jobs.put(job.id, job);
        if (jobs.size() > REMEMBERED_MAX) {
            jobs.values().stream().filter(Job::isOver).findFirst().ifPresent(old -> jobs.remove(old.id));
        }
        return job;
    }

    /** The job that this request began, if it was sent before. */
    @Nullable
    Job of(long requestId) {
        return requestId == 0
                ? null
                : jobs.values().stream()
                        .filter(job -> job.requestId == requestId)
                        .findFirst()
                        .orElse(null);
    }

    void answer(long request, Job job) {
        context.answer(request, job.line(context.nowMs()));
    }

    void onQuery(long request, long jobId) {
        Job job = jobs.get(jobId);
        if (job == null) {
            context.refuse(request, Refusals.NO_SUCH_JOB);
        } else {
            answer(request, job);
        }
    }
}
