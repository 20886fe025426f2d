package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.SelectorLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.VolumeMessage;
import java.util.Optional;
import java.util.function.Consumer;

/** The {@code -complete} of what the group does itself: waits a little for it, so that whoever asked finds it done. */
final class Endings {
    private static final long POLL_MS = 50;

    private final SelectorLoop loop;
    private final Floor floor;

    Endings(SelectorLoop loop, Floor floor) {
        this.loop = loop;
        this.floor = floor;
    }

    /**
     * Checks that the operation is in progress and the sender's.
     *
     * @param then told whether the group's job is over
     */
    void complete(Hold.Operation operation, Address from, Args args, Consumer<Answer> reply, EndingAction then)
            throws CommandException {
        String dss = args.text("dss_name");
        Optional<String> user = args.optionalText("user_name");
        Hold hold = floor.holds.latest(operation, dss);
        if (hold == null) {
            floor.find(
                    dss,
                    reply,
                    volume -> reply.accept(
                            Answer.failure("no " + operation.word + " is in progress in " + volume.name())));
        } else if (!floor.holds.mayEnd(hold, from, user)) {
            throw new CommandException(Refusals.NOT_OWNER);
        } else if (hold.isEnding) {
            throw new CommandException(Refusals.busy(operation.word));
        } else {
            hold.isEnding = true;
            await(hold, loop.nowMs() + floor.options.jobMs(), isOver -> {
                hold.isEnding = false;
                hold.heard(loop.nowMs());
                then.run(hold, isOver);
            });
        }
    }

    /** What to do once the job is over, or was waited for long enough. */
    interface EndingAction {
        void run(Hold hold, boolean isOver);
    }

    private void await(Hold hold, long untilMs, Consumer<Boolean> then) {
        if (hold.jobId == 0) {
            then.accept(true);
            return;
        }
        floor.group.ask(new VolumeMessage.JobQuery(hold.jobId), answer -> {
            boolean goesOn = answer instanceof VolumeMessage.Job job && !job.isOver();
            if (!goesOn) {
                // Over, or of a manager that is gone: the next one sees to it that the work is done.
                then.accept(true);
            } else if (loop.nowMs() >= untilMs) {
                then.accept(false);
            } else {
                loop.schedule(POLL_MS, () -> await(hold, untilMs, then));
            }
        });
    }
}
