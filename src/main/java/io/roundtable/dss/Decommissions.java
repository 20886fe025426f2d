package io.roundtable.dss;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code decommission-dss} and {@code decommission-complete}. The group wipes the disks itself; the user's own {@code
 * wipe} finds nothing left.
 */
final class Decommissions {
    private final Floor floor;
    private final Endings endings;
    private final EndedVolumes ended;
    private final Seating seating;

    Decommissions(Floor floor, Endings endings, EndedVolumes ended) {
        this.floor = floor;
        this.ended = ended;
        this.endings = endings;
        this.seating = new Seating(floor);
    }

    void prepare(Address from, Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String user = args.user("user_name");
        Consumer<Answer> unfound = answer -> {
            if (args.isAgain() && Floor.isNoSuchVolume(answer)) {
                // It may be this very command that ended it.
                ended.find(dss, reply, hold -> {
                    if (hold != null && hold.user.equals(user)) {
                        expose(hold, args, reply);
                    } else {
                        reply.accept(answer);
                    }
                });
            } else {
                reply.accept(answer);
            }
        };
        floor.find(dss, unfound, volume -> {
            try {
                floor.giveUpOwn(volume, DssMessage.Operation.DECOMMISSION, user);
                floor.checkUnread(volume);
                floor.checkFree(volume);
            } catch (CommandException e) {
                reply.accept(Answer.failure(e));
                return;
            }
            expose(
                    floor.holds.begin(floor.epoch(), DssMessage.Operation.DECOMMISSION, volume, user, from, "", nowMs),
                    args,
                    reply);
        });
    }

    /** Only to hear where the disks take blocks; one that is away is wiped when it comes back. */
    private void expose(Hold hold, Args args, Consumer<Answer> reply) {
        floor.orderAll(
                hold,
                (position, seat, isStandIn) -> seating.expose(hold, position, seat, isStandIn, List.of()),
                floor.options.orderMs(),
                answers -> begin(hold, args.requestId(), answers, reply));
    }

    private void begin(Hold hold, long requestId, List<@Nullable Message> answers, Consumer<Answer> reply) {
        VolumeInfo volume = hold.volume;
        VolumeMessage.Decommission order = new VolumeMessage.Decommission(requestId, volume.name(), hold.user);
        floor.group.ask(order, answer -> {
            if (answer instanceof VolumeMessage.Job job) {
                hold.jobId = job.jobId();
                reply.accept(Answer.success("dss", Floor.withPorts(hold, answers)));
            } else {
                floor.release(hold, () -> reply.accept(Answer.failure(Floor.reason(answer))));
            }
        });
    }

    void complete(Address from, Args args, Consumer<Answer> reply) throws CommandException {
        // Whatever is not wiped yet will be, even if its disk comes back only later: nothing undoes what was begun.
        endings.complete(
                DssMessage.Operation.DECOMMISSION,
                from,
                args,
                reply,
                hold -> floor.release(hold, () -> reply.accept(Answer.DONE)));
    }
}
