package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.DatagramPort;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code disk-failure} and {@code recovery-complete}.
 *
 * <p>The user chooses the disk, by sending it {@code fail}. Then the group wipes and rebuilds that disk itself, as for a
 * native disk-failure; what the user reads, computes and writes meanwhile is compared with the outcome and never takes its
 * place.
 */
final class Recoveries {
    /** Room for everything in the answer but the files. */
    private static final int FILES_BYTES_MAX = DatagramPort.PAYLOAD_BYTES_MAX - 8_192;

    private static final int FILES_MAX = 1_000;

    private final Floor floor;
    private final Endings endings;

    Recoveries(Floor floor, Endings endings) {
        this.floor = floor;
        this.endings = endings;
    }

    void prepare(Address from, Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String user = args.user("user_name");
        floor.find(dss, reply, volume -> {
            VolumeMessage.ListFiles list = new VolumeMessage.ListFiles(dss, "", FILES_MAX);
            floor.ask(list, VolumeMessage.Files.class, reply, files -> {
                try {
                    check(volume, files);
                } catch (CommandException e) {
                    reply.accept(Answer.failure(e.error()));
                    return;
                }
                begin(
                        floor.holds.begin(floor.epoch(), Hold.Operation.DISK_FAILURE, volume, user, from, "", nowMs),
                        files.files(),
                        reply);
            });
        });
    }

    private void check(VolumeInfo volume, VolumeMessage.Files files) throws CommandException {
        floor.checkUnread(volume);
        floor.checkFree(volume);
        Floor.checkReach(volume, "disk-failure");
        if (files.more() || DssJson.length(lines(files.files())) > FILES_BYTES_MAX) {
            throw new CommandException(Refusals.UNSUPPORTED + ": the files of " + volume.name()
                    + " do not fit a datagram; use roundtable disk-failure");
        }
        if (files.files().stream().anyMatch(file -> !file.missing().isEmpty())) {
            throw new CommandException(Refusals.busy("repair"));
        }
    }

    private void begin(Hold hold, List<FileInfo> files, Consumer<Answer> reply) {
        VolumeInfo volume = hold.volume;
        List<DssMessage.Exposed> exposed = files.stream()
                .map(file -> new DssMessage.Exposed(file.name(), file.fileId(), file.sizeBytes()))
                .toList();
        floor.orderAll(volume, position -> floor.expose(hold, position, exposed), floor.options.orderMs(), answers -> {
            int failed = Floor.notReady(answers);
            if (failed >= 0 || !floor.holds.isOpen(hold)) {
                floor.release(hold);
                reply.accept(Answer.failure(
                        failed >= 0 ? Floor.diskReason(volume, failed, answers.get(failed)) : Floor.MANAGER_CHANGED));
            } else {
                reply.accept(Answer.success("dss", Floor.withPorts(volume, answers), "files", lines(files)));
            }
        });
    }

    static Map<String, Object> lines(List<FileInfo> files) {
        Map<String, Object> lines = new LinkedHashMap<>();
        files.forEach(file -> lines.put(file.name(), line(file)));
        return lines;
    }

    static Map<String, Object> line(FileInfo file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("owner", file.owner());
        fields.put("size", file.sizeBytes());
        fields.put("sha256", file.sha256());
        return fields;
    }

    /** A disk of the DSS was told to fail: once, and only in a disk-failure, since anyone may tell it. */
    void onFailed(DssMessage.Failed failed, long nowMs, Consumer<Message> then) {
        Hold hold = floor.holds.latest(Hold.Operation.DISK_FAILURE, failed.dss());
        String name = hold == null
                ? ""
                : hold.volume.disks().stream()
                        .filter(seat -> seat.disk().equals(failed.disk()))
                        .map(VolumeInfo.Seat::name)
                        .findFirst()
                        .orElse("");
        if (hold == null || name.isEmpty()) {
            then.accept(new Message.Refusal("no disk-failure is in progress in " + failed.dss()));
        } else if (hold.failedDisk.equals(name)) {
            then.accept(new Control.Done());
        } else if (!hold.failedDisk.isEmpty()) {
            then.accept(new Message.Refusal(
                    "disk " + hold.failedDisk + " of " + failed.dss() + " has failed already: recover that first"));
        } else {
            hold.failedDisk = name;
            hold.heard(nowMs);
            fail(hold, name, then);
        }
    }

    private void fail(Hold hold, String disk, Consumer<Message> then) {
        VolumeMessage.FailDisk order =
                new VolumeMessage.FailDisk(floor.requestId(), hold.volume.name(), Optional.of(disk), hold.user);
        floor.group.ask(order, answer -> {
            if (answer instanceof VolumeMessage.Job job) {
                hold.jobId = job.jobId();
                then.accept(new Control.Done());
            } else {
                hold.failedDisk = "";
                then.accept(new Message.Refusal(Floor.reason(answer)));
            }
        });
    }

    void complete(Address from, Args args, Consumer<Answer> reply) throws CommandException {
        // The user's part is done even where the group still rebuilds: native readers do not notice.
        endings.complete(Hold.Operation.DISK_FAILURE, from, args, reply, (hold, isOver) -> {
            floor.release(hold);
            reply.accept(Answer.DONE);
        });
    }
}
