package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.event.Visible;
import io.roundtable.protocol.VolumeMessage.Job;

/** Waits for a job of the manager and shows how far it is. */
final class JobWatch {
    private JobWatch() {}

    /** @throws GroupException with the first problem if there are some; all are printed */
    static void await(VolumeClient volumes, Job begun) throws GroupException {
        Job over;
        try (Progress bar = new Progress(begun.what())) {
            over = volumes.await(begun, job -> bar.show(job.done(), job.total()));
        }
        if (over.problems().isEmpty()) {
            String bytes = over.done() > 0 ? ", " + Sizes.exact(over.done()) : "";
            System.out.println(Visible.line(over.what()) + ": done" + bytes);
            return;
        }
        over.problems().forEach(problem -> System.out.println("  " + Visible.line(problem)));
        throw new GroupException(over.what() + ": " + over.problems().size() + " problems, the first: "
                + over.problems().get(0));
    }
}
