package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code read-prepare} and {@code read-complete}. */
final class Reads {
    private final Floor floor;

    Reads(Floor floor) {
        this.floor = floor;
    }

    void prepare(Address from, Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String file = args.fileName();
        String user = args.user("user_name");
        VolumeMessage.OpenRead open = new VolumeMessage.OpenRead(dss, file, user);
        floor.find(
                dss,
                reply,
                volume -> floor.ask(open, VolumeMessage.ReadGrant.class, reply, grant -> {
                    try {
                        check(grant);
                    } catch (CommandException e) {
                        close(grant.readId());
                        reply.accept(Answer.failure(e.error()));
                        return;
                    }
                    expose(from, user, grant, nowMs, reply);
                }));
    }

    private void check(VolumeMessage.ReadGrant grant) throws CommandException {
        VolumeInfo volume = grant.volume();
        floor.checkFree(volume);
        Floor.checkReach(volume, "read");
        if (!grant.file().missing().isEmpty()) {
            throw new CommandException(
                    "a disk of " + volume.name() + " does not hold its blocks of the file yet, the group"
                            + " computes them: read again in a moment, or use roundtable read");
        }
        if (floor.holds.reads().size() >= Holds.READS_MAX) {
            throw new CommandException("too many reads are in progress: read again in a moment");
        }
    }

    private void expose(Address from, String user, VolumeMessage.ReadGrant grant, long nowMs, Consumer<Answer> reply) {
        VolumeInfo volume = grant.volume();
        FileInfo file = grant.file();
        Hold hold = floor.holds.begin(floor.epoch(), Hold.Operation.READ, volume, user, from, file.name(), nowMs);
        hold.readId = grant.readId();
        hold.fileId = file.fileId();
        List<DssMessage.Exposed> files = List.of(new DssMessage.Exposed(file.name(), file.fileId(), file.sizeBytes()));
        floor.orderAll(volume, position -> floor.expose(hold, position, files), floor.options.orderMs(), answers -> {
            int failed = Floor.notReady(answers);
            if (failed >= 0 || !floor.holds.isOpen(hold)) {
                end(hold);
                reply.accept(Answer.failure(
                        failed >= 0 ? Floor.diskReason(volume, failed, answers.get(failed)) : Floor.MANAGER_CHANGED));
            } else {
                reply.accept(Answer.success("dss", Floor.withPorts(volume, answers), "file", line(file)));
            }
        });
    }

    private static Map<String, Object> line(FileInfo file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", file.name());
        fields.put("size", file.sizeBytes());
        fields.put("owner", file.owner());
        fields.put("sha256", file.sha256());
        return fields;
    }

    void complete(Address from, Args args, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        Optional<String> user = args.optionalText("user_name");
        List<Hold> theirs = floor.holds.readsOf(dss, from, user);
        if (!theirs.isEmpty()) {
            end(theirs.get(0));
            reply.accept(Answer.DONE);
        } else if (floor.holds.reads().stream()
                .anyMatch(hold -> hold.volume.name().equals(dss))) {
            throw new CommandException(Refusals.NOT_OWNER);
        } else {
            floor.find(
                    dss, reply, volume -> reply.accept(Answer.failure("no read is in progress in " + volume.name())));
        }
    }

    void end(Hold hold) {
        floor.release(hold);
        close(hold.readId);
    }

    private void close(long readId) {
        floor.group.ask(new VolumeMessage.CloseRead(readId), closed -> {});
    }
}
