package io.roundtable.dss;

import static io.roundtable.protocol.DssMessage.Operation.DISK_FAILURE;

import io.roundtable.catalog.Refusals;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code disk-failure} and {@code recovery-complete}.
 *
 * <p>The user chooses the disk, by sending it {@code fail}. Then the group wipes and rebuilds that disk itself, as for a
 * native disk-failure; what the user reads, computes and writes meanwhile is compared with the outcome and never takes its
 * place.
 */
final class Recoveries {
    /** Room for everything in the answer but the files. */
    private static final int OTHERS_BYTES_MAX = 512;

    private static final int DISK_BYTES_MAX = 90;

    private static final int FILES_MAX = 1_000;

    /** Why the group does not give up a disk: another is away, or it has yet to see or to compute what lies on the others. */
    private static final Set<RefusalCode> CAUTION =
            Set.of(RefusalCode.TOO_MANY_AWAY, RefusalCode.BUSY_REPAIR, RefusalCode.BUSY_INVENTORY);

    /** That often passes soon, and a user waits a second for a disk. */
    private static final long CAUTION_MS = 500;

    private static final long AGAIN_MS = 50;

    private final EventLoop loop;
    private final Floor floor;
    private final Endings endings;
    private final Seating seating;

    Recoveries(EventLoop loop, Floor floor, Endings endings) {
        this.loop = loop;
        this.floor = floor;
        this.endings = endings;
        this.seating = new Seating(floor);
    }

    void prepare(Address from, Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String user = args.user("user_name");
        floor.find(dss, reply, volume -> {
            VolumeMessage.ListFiles list = new VolumeMessage.ListFiles(dss, "", FILES_MAX);
            floor.ask(list, VolumeMessage.Files.class, reply, files -> {
                floor.giveUpOwn(volume, DISK_FAILURE, user);
                try {
                    check(volume, files);
                } catch (CommandException e) {
                    reply.accept(Answer.failure(e));
                    return;
                }
                begin(floor.holds.begin(floor.epoch(), DISK_FAILURE, volume, user, from, "", nowMs), files, reply);
            });
        });
    }

    private void check(VolumeInfo volume, VolumeMessage.Files files) throws CommandException {
        floor.checkUnread(volume);
        floor.checkFree(volume);
        Floor.checkReach(volume, "disk-failure");
        if (missing(files).size() > volume.parity()) {
            throw new CommandException(Refusals.busy("repair"));
        }
    }

    private static Set<Integer> missing(VolumeMessage.Files files) {
        Set<Integer> missing = new TreeSet<>();
        files.files().forEach(file -> missing.addAll(file.missing()));
        return missing;
    }

    private void begin(Hold hold, VolumeMessage.Files files, Consumer<Answer> reply) {
        Map<String, Object> shown = new LinkedHashMap<>();
        List<DssMessage.Exposed> exposed = new ArrayList<>();
        int left = DssJson.ANSWER_BYTES_MAX
                - OTHERS_BYTES_MAX
                - DISK_BYTES_MAX * hold.volume.disks().size();
        boolean isAll = !files.more();
        for (FileInfo file : files.files()) {
            Map<String, Object> line = line(file);
            left -= DssJson.length(file.name()) + DssJson.length(line) + 2;
            if (left < 0) {
                isAll = false;
                break;
            }
            shown.put(file.name(), line);
            exposed.add(new DssMessage.Exposed(file.name(), file.fileId(), file.sizeBytes()));
        }
        boolean isWhole = isAll;
        seating.ready(
                hold,
                missing(files),
                (position, seat, isStandIn) -> seating.expose(hold, position, seat, isStandIn, exposed),
                reason -> floor.release(hold, () -> reply.accept(Answer.failure(reason))),
                answers -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("dss", Floor.withPorts(hold, answers));
                    fields.put("files", shown);
                    if (!isWhole) {
                        // The group rebuilds the others by itself, as these.
                        fields.put("truncated", true);
                    }
                    reply.accept(new Answer.Success(fields));
                });
    }

    static Map<String, Object> line(FileInfo file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("owner", file.owner());
        fields.put("size", file.sizeBytes());
        fields.put("sha256", sha256(file));
        return fields;
    }

    /** Null where whoever wrote the file did not say. */
    static @Nullable String sha256(FileInfo file) {
        return file.sha256().isEmpty() ? null : file.sha256();
    }

    /** A disk of the DSS was told to fail: once, and only in a disk-failure, since anyone may tell it. */
    void onFailed(DssMessage.Failed failed, long nowMs, Consumer<Message> then) {
        floor.find(
                failed.dss(),
                answer -> then.accept(new Message.Refusal(
                        answer instanceof Answer.Failure failure ? failure.error() : Floor.MANAGER_CHANGED)),
                volume -> onFailedIn(failed, nowMs, then));
    }

    private void onFailedIn(DssMessage.Failed failed, long nowMs, Consumer<Message> then) {
        Hold hold = floor.holds.latest(DISK_FAILURE, failed.dss());
        String name = hold == null
                ? ""
                : hold.volume.disks().stream()
                        .filter(seat -> seat.disk().equals(failed.disk()))
                        .map(VolumeInfo.Seat::name)
                        .findFirst()
                        .orElse("");
        if (hold == null || name.isEmpty()) {
            then.accept(new Message.Refusal("no disk-failure in progress"));
        } else if (hold.failedDisk.equals(name)) {
            then.accept(new Control.Done());
        } else if (!hold.failedDisk.isEmpty()) {
            then.accept(new Message.Refusal(
                    "disk " + hold.failedDisk + " of " + failed.dss() + " has failed already: recover that first"));
        } else {
            hold.failedDisk = name;
            hold.heard(nowMs);
            fail(hold, name, nowMs + CAUTION_MS, then);
        }
    }

    private void fail(Hold hold, String disk, long untilMs, Consumer<Message> then) {
        VolumeMessage.FailDisk order =
                new VolumeMessage.FailDisk(floor.requestId(), hold.volume.name(), Optional.of(disk), hold.user);
        floor.group.ask(order, answer -> {
            if (answer instanceof VolumeMessage.Job job) {
                hold.jobId = job.jobId();
                then.accept(new Control.Done());
            } else if (isCaution(answer) && loop.nowMs() < untilMs) {
                loop.schedule(AGAIN_MS, () -> fail(hold, disk, untilMs, then));
            } else if (isCaution(answer)) {
                // The group cannot do without this disk now, so it stays as it is: it fails for its user alone.
                then.accept(new Control.Done());
            } else {
                hold.failedDisk = "";
                then.accept(new Message.Refusal(Floor.reason(answer)));
            }
        });
    }

    private static boolean isCaution(Message answer) {
        return answer instanceof Message.Refusal refusal && CAUTION.contains(refusal.code());
    }

    void complete(Address from, Args args, Consumer<Answer> reply) throws CommandException {
        // The user's part is done even where the group still rebuilds: native readers do not notice.
        endings.complete(DISK_FAILURE, from, args, reply, hold -> floor.release(hold, () -> reply.accept(Answer.DONE)));
    }
}
