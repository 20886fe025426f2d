package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.VolumeMessage;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The {@code -complete} of what the group does itself: waits a little for it, so that whoever asked finds it done. */
final class Endings {
    private static final long POLL_MS = 50;

    /** @param isAgain an earlier manager was told the same, and may have done it */
    private record Sender(Address from, Optional<String> user, boolean isAgain) {}

    private final EventLoop loop;
    private final Floor floor;
    private final EndedVolumes ended;

    Endings(EventLoop loop, Floor floor, EndedVolumes ended) {
        this.loop = loop;
        this.floor = floor;
        this.ended = ended;
    }

    /**
     * Checks that the operation is in progress and the sender's, and waits for the group's job.
     *
     * @param then once the job is over, or was waited for long enough: the group goes on with it in any case
     */
    void complete(DssMessage.Operation operation, Address from, Args args, Consumer<Answer> reply, Consumer<Hold> then)
            throws CommandException {
        String dss = args.text("dss_name");
        Optional<String> user = args.optionalText("user_name");
        Hold hold = floor.holds.latest(operation, dss);
        if (hold != null) {
            end(hold, from, user, reply, then);
            return;
        }
        // A manager that has just begun knows of it only when it has asked the disks.
        Sender sender = new Sender(from, user, args.isAgain());
        Consumer<Answer> unfound = answer -> {
            if (operation == DssMessage.Operation.DECOMMISSION && Floor.isNoSuchVolume(answer)) {
                ended.find(dss, reply, found -> endIfAny(found, answer, sender, reply, then));
            } else {
                reply.accept(answer);
            }
        };
        String word = operation == DssMessage.Operation.DECOMMISSION ? "decommission" : operation.phrase();
        Answer none = Answer.failure("no " + word + " in progress");
        floor.find(dss, unfound, volume -> endIfAny(floor.holds.latest(operation, dss), none, sender, reply, then));
    }

    private void endIfAny(
            @Nullable Hold found, Answer none, Sender sender, Consumer<Answer> reply, Consumer<Hold> then) {
        if (found != null) {
            end(found, sender.from, sender.user, reply, then);
        } else {
            reply.accept(sender.isAgain ? Answer.DONE : none);
        }
    }

    private void end(Hold hold, Address from, Optional<String> user, Consumer<Answer> reply, Consumer<Hold> then) {
        if (!floor.holds.mayEnd(hold, from, user)) {
            reply.accept(Answer.failure(Refusals.NOT_OWNER));
        } else if (hold.isEnding) {
            reply.accept(Answer.failure(Refusals.busy(hold.operation.phrase())));
        } else {
            hold.isEnding = true;
            await(hold, loop.nowMs() + floor.options.jobMs(), () -> {
                hold.isEnding = false;
                hold.heard(loop.nowMs());
                then.accept(hold);
            });
        }
    }

    private void await(Hold hold, long untilMs, Runnable then) {
        if (hold.jobId == 0) {
            then.run();
            return;
        }
        floor.group.ask(new VolumeMessage.JobQuery(hold.jobId), answer -> {
            boolean goesOn = answer instanceof VolumeMessage.Job job && !job.isOver();
            // Over, or of a manager that is gone: the next one sees to it that the work is done.
            if (!goesOn || loop.nowMs() >= untilMs) {
                then.run();
            } else {
                loop.schedule(POLL_MS, () -> await(hold, untilMs, then));
            }
        });
    }
}
