package io.roundtable.dss;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** {@code read-prepare} and {@code read-complete}. */
final class Reads {
    private final Floor floor;
    private final Seating seating;

    Reads(Floor floor) {
        this.floor = floor;
        this.seating = new Seating(floor);
    }

    void prepare(Address from, Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String file = args.fileName();
        // Older programs do not say who reads, and are not asked.
        String user =
                args.optionalText("user_name").isPresent() ? args.user("user_name") : VolumeMessage.OpenRead.ANYBODY;
        VolumeMessage.OpenRead open = new VolumeMessage.OpenRead(dss, file, user);
        floor.find(
                dss,
                reply,
                volume -> floor.ask(open, VolumeMessage.ReadGrant.class, reply, grant -> {
                    try {
                        check(grant);
                    } catch (CommandException e) {
                        close(grant.readId());
                        reply.accept(Answer.failure(e));
                        return;
                    }
                    expose(from, user, grant, nowMs, reply);
                }));
    }

    private void check(VolumeMessage.ReadGrant grant) throws CommandException {
        floor.checkFree(grant.volume());
        Floor.checkReach(grant.volume(), "read");
        if (floor.holds.reads().size() >= Holds.READS_MAX) {
            throw new CommandException("too many reads are in progress: read again in a moment");
        }
    }

    private void expose(Address from, String user, VolumeMessage.ReadGrant grant, long nowMs, Consumer<Answer> reply) {
        VolumeInfo volume = grant.volume();
        FileInfo file = grant.file();
        endOwn(from, user, grant);
        Hold hold = floor.holds.begin(floor.epoch(), DssMessage.Operation.READ, volume, user, from, file.name(), nowMs);
        hold.readId = grant.readId();
        hold.fileId = file.fileId();
        List<DssMessage.Exposed> files = List.of(new DssMessage.Exposed(file.name(), file.fileId(), file.sizeBytes()));
        seating.ready(
                hold,
                Set.copyOf(file.missing()),
                (position, seat, isStandIn) -> seating.expose(hold, position, seat, isStandIn, files),
                reason -> end(hold, () -> reply.accept(Answer.failure(reason))),
                answers -> {
                    Answer granted = Answer.success("dss", Floor.withPorts(hold, answers), "file", line(file));
                    if (file.sizeBytes() == 0) {
                        // There is nothing to read, and the programs do not say when they are done with that.
                        end(hold, () -> reply.accept(granted));
                    } else {
                        reply.accept(granted);
                    }
                });
    }

    /** What this socket began under an earlier manager, which did not live to answer: nobody would ever complete it. */
    private void endOwn(Address from, String user, VolumeMessage.ReadGrant grant) {
        for (Hold before : floor.holds.reads()) {
            if (before.isRecalled
                    && before.from.equals(from)
                    && before.user.equals(user)
                    && before.volume.id() == grant.volume().id()
                    && before.file.equals(grant.file().name())) {
                end(before);
            }
        }
    }

    private static Map<String, Object> line(FileInfo file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", file.name());
        fields.put("size", file.sizeBytes());
        fields.put("owner", file.owner());
        fields.put("sha256", Recoveries.sha256(file));
        return fields;
    }

    /** Always a success: of a read that is not the sender's, or that a former manager knew, there is nothing to end. */
    void complete(Address from, Args args, Consumer<Answer> reply) throws CommandException {
        Optional<String> dss = args.optionalText("dss_name");
        Optional<String> user = args.optionalText("user_name");
        if (dss.isPresent()) {
            floor.find(dss.get(), unknown -> reply.accept(Answer.DONE), volume -> endOldest(dss, from, user, reply));
        } else if (floor.holds.readsOf(dss, from, user).isEmpty()) {
            // A manager that has just begun knows of it only when it has asked the disks of all.
            floor.recallAll(() -> endOldest(dss, from, user, reply));
        } else {
            endOldest(dss, from, user, reply);
        }
    }

    private void endOldest(Optional<String> dss, Address from, Optional<String> user, Consumer<Answer> reply) {
        Hold oldest = floor.holds.readsOf(dss, from, user).stream().findFirst().orElse(null);
        if (oldest == null) {
            reply.accept(Answer.DONE);
        } else {
            end(oldest, () -> reply.accept(Answer.DONE));
        }
    }

    void end(Hold hold) {
        end(hold, () -> {});
    }

    private void end(Hold hold, Runnable then) {
        close(hold.readId);
        floor.release(hold, then);
    }

    private void close(long readId) {
        floor.group.ask(new VolumeMessage.CloseRead(readId), closed -> {});
    }
}
