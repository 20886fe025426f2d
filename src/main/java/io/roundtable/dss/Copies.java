package io.roundtable.dss;

import static io.roundtable.protocol.DssMessage.Operation.COPY;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code copy-prepare} and {@code copy-complete}: what a user writes is a file once all of its disks have sealed it. */
final class Copies {
    private static final String NONE = "no copy in progress for this dss/user";

    /** DSSes. */
    private static final int COMPLETED_MAX = 256;

    private final Floor floor;
    private final Seating seating;
    /** What was completed last in each DSS, by its number: without a SHA-256 nothing else tells a copy from an older one. */
    private final Map<Integer, Ended> completed = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Ended> eldest) {
            return size() > COMPLETED_MAX;
        }
    };

    private record Ended(String file, String owner, long size) {}

    Copies(Floor floor) {
        this.floor = floor;
        this.seating = new Seating(floor);
    }

    // ---- copy-prepare

    void prepare(Address from, Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String file = args.newFileName();
        String owner = args.user("owner");
        floor.find(dss, reply, volume -> {
            // Told now, not after all was written in vain.
            floor.group.ask(new VolumeMessage.OpenRead(dss, file, owner), answer -> {
                if (answer instanceof VolumeMessage.ReadGrant grant) {
                    floor.group.ask(new VolumeMessage.CloseRead(grant.readId()), closed -> {});
                    begin(from, volume, file, owner, nowMs, reply);
                } else if (answer instanceof Message.Refusal refusal && refusal.code() == RefusalCode.NO_SUCH_FILE) {
                    begin(from, volume, file, owner, nowMs, reply);
                } else {
                    reply.accept(Answer.failure(Floor.reason(answer)));
                }
            });
        });
    }

    private void begin(Address from, VolumeInfo volume, String file, String owner, long nowMs, Consumer<Answer> reply) {
        Hold before = floor.holds.holder(volume);
        if (before != null && before.isRecalled && before.operation == COPY && before.user.equals(owner)) {
            // What that one's manager did not live to answer; its user does one thing at a time.
            giveUp(before);
        }
        try {
            floor.checkFree(volume);
            Floor.checkReach(volume, "copy");
        } catch (CommandException e) {
            reply.accept(Answer.failure(e));
            return;
        }
        completed.remove(volume.id());
        Hold hold = floor.holds.begin(floor.epoch(), COPY, volume, owner, from, file, nowMs);
        floor.group.ask(new VolumeMessage.PrepareWrite(volume.name(), owner, 1), answer -> {
            if (answer instanceof VolumeMessage.WriteGrant grant) {
                hold.fileId = grant.firstFileId();
                seating.ready(
                        hold,
                        Set.of(),
                        (position, seat, isStandIn) -> stageOrder(hold, position, seat, isStandIn),
                        reason -> giveUp(hold, () -> reply.accept(Answer.failure(reason))),
                        answers -> reply.accept(Answer.success(
                                "dss", Floor.withPorts(hold, answers), "file", Map.of("name", hold.file))));
            } else {
                floor.release(hold, () -> reply.accept(Answer.failure(Floor.reason(answer))));
            }
        });
    }

    private DssMessage stageOrder(Hold hold, int position, VolumeInfo.Seat seat, boolean isStandIn) {
        VolumeInfo volume = hold.volume;
        return new DssMessage.Stage(
                seat.disk(),
                floor.epoch(),
                hold.id,
                new ShareKey(volume.id(), hold.fileId, position),
                volume.name(),
                hold.file,
                volume.disks().size(),
                volume.parity(),
                volume.unitBytes(),
                hold.holdUser(),
                isStandIn);
    }

    /** Nothing of it stays, on the disks or at the manager. */
    void giveUp(Hold hold) {
        giveUp(hold, () -> {});
    }

    private void giveUp(Hold hold, Runnable then) {
        if (hold.fileId != 0) {
            floor.group.ask(new VolumeMessage.Abort(hold.volume.id(), hold.fileId), aborted -> {});
        }
        floor.release(hold, then);
    }

    // ---- copy-complete

    void complete(Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String file = args.fileName();
        String owner = args.user("owner");
        String sha256 = args.sha256();
        floor.find(dss, reply, volume -> {
            try {
                complete(args, volume, file, owner, sha256, nowMs, reply);
            } catch (CommandException e) {
                reply.accept(Answer.failure(e));
            }
        });
    }

    private void complete(
            Args args, VolumeInfo volume, String file, String owner, String sha256, long nowMs, Consumer<Answer> reply)
            throws CommandException {
        Hold hold = floor.holds.latest(COPY, volume.name());
        if (hold == null || !hold.file.equals(file)) {
            answerEnded(args, volume, new Ended(file, owner, args.size()), sha256, reply);
        } else if (!hold.user.equals(owner)) {
            throw new CommandException(Refusals.NOT_OWNER);
        } else if (hold.isEnding || hold.fileId == 0) {
            throw new CommandException(Refusals.busy(hold.operation.phrase()));
        } else {
            long size = args.size();
            hold.isEnding = true;
            hold.heard(nowMs);
            Completion completion = new Completion(hold, args.requestId(), size, sha256, reply);
            if (hold.isRecalled) {
                renumber(completion);
            } else {
                seal(completion);
            }
        }
    }

    private record Completion(Hold hold, long requestId, long size, String sha256, Consumer<Answer> reply) {}

    /** The number that an earlier manager gave may have been swept meanwhile; nothing has been sealed under it. */
    private void renumber(Completion completion) {
        Hold hold = completion.hold;
        floor.group.ask(new VolumeMessage.PrepareWrite(hold.volume.name(), hold.user, 1), answer -> {
            if (answer instanceof VolumeMessage.WriteGrant grant) {
                hold.fileId = grant.firstFileId();
                hold.isRecalled = false;
                seal(completion);
            } else {
                hold.isEnding = false;
                completion.reply.accept(Answer.failure(Floor.reason(answer)));
            }
        });
    }

    /**
     * Whoever did not hear that the copy is complete asks again. Without a SHA-256 the words of a later copy of that size are
     * the same, and a file of the same size may as well be an older one: then only the number of this very command tells
     * whether it was carried out, or this manager's own memory.
     */
    private void answerEnded(Args args, VolumeInfo volume, Ended ended, String sha256, Consumer<Answer> reply) {
        if (sha256.isEmpty() && args.isAgain()) {
            floor.group.ask(
                    new VolumeMessage.WasDone(args.requestId()),
                    answer -> reply.accept(
                            answer instanceof VolumeMessage.Elsewhere
                                    ? Answer.failure(Floor.reason(answer))
                                    : answer instanceof Control.Done ? Answer.DONE : Answer.failure(NONE)));
            return;
        }
        boolean isKnown = !sha256.isEmpty() || ended.equals(completed.get(volume.id()));
        floor.group.ask(new VolumeMessage.OpenRead(volume.name(), ended.file, ended.owner), answer -> {
            if (answer instanceof VolumeMessage.ReadGrant grant) {
                floor.group.ask(new VolumeMessage.CloseRead(grant.readId()), closed -> {});
                if (isKnown
                        && grant.file().sizeBytes() == ended.size
                        && grant.file().sha256().equals(sha256)) {
                    reply.accept(Answer.DONE);
                    return;
                }
            } else if (answer instanceof VolumeMessage.Elsewhere
                    || answer instanceof Message.Refusal refusal && refusal.code() == RefusalCode.NOT_OWNER) {
                reply.accept(Answer.failure(Floor.reason(answer)));
                return;
            }
            reply.accept(Answer.failure(NONE));
        });
    }

    private void seal(Completion completion) {
        Hold hold = completion.hold;
        floor.orderAll(
                hold,
                (position, seat, isStandIn) -> new DssMessage.SealStaged(
                        seat.disk(), floor.epoch(), hold.id, hold.fileId, completion.size, isStandIn),
                floor.options.sealMs(),
                answers -> {
                    String reason = reasonAgainst(hold.volume, answers);
                    if (!floor.holds.isOpen(hold)) {
                        completion.reply.accept(Answer.failure(Floor.MANAGER_CHANGED));
                    } else if (reason != null) {
                        giveUp(hold, () -> completion.reply.accept(Answer.failure(reason)));
                    } else {
                        commit(completion);
                    }
                });
    }

    /** All must have sealed, and what they have must be data and their parity. */
    private static @Nullable String reasonAgainst(VolumeInfo volume, List<@Nullable Message> answers) {
        int sum = 0;
        for (int position = 0; position < answers.size(); position++) {
            if (answers.get(position) instanceof DssMessage.StagedSealed sealed) {
                sum ^= sealed.checkBits();
            } else {
                return Floor.diskReason(volume, position, answers.get(position));
            }
        }
        return sum == 0
                ? null
                : "the parity is not that of the data: nothing was kept; copy the file again with the layout of the DSS"
                        + " protocol";
    }

    private void commit(Completion completion) {
        Hold hold = completion.hold;
        List<Optional<DiskId>> sealed = new ArrayList<>();
        for (int position = 0; position < hold.volume.disks().size(); position++) {
            sealed.add(
                    hold.isStandIn(position)
                            ? Optional.empty()
                            : Optional.of(hold.volume.disks().get(position).disk()));
        }
        VolumeMessage.Commit commit = new VolumeMessage.Commit(
                completion.requestId,
                hold.volume.id(),
                hold.file,
                hold.user,
                hold.fileId,
                completion.size,
                completion.sha256,
                sealed);
        floor.group.ask(commit, answer -> {
            if (answer instanceof VolumeMessage.Elsewhere) {
                // The disks keep what they have: the command goes to the next manager.
                floor.holds.end(hold);
                completion.reply.accept(Answer.failure(Floor.reason(answer)));
                return;
            }
            boolean isDone = answer instanceof Control.Done;
            if (isDone) {
                completed.put(hold.volume.id(), new Ended(hold.file, hold.user, completion.size));
            }
            Answer told = isDone ? Answer.DONE : Answer.failure(Floor.reason(answer));
            floor.release(hold, () -> completion.reply.accept(told));
        });
    }
}
