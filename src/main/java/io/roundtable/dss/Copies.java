package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.ShareKey;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.storage.StripeLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code copy-prepare} and {@code copy-complete}: what a user writes is a file once all of its disks have sealed it. */
final class Copies {
    private final Floor floor;

    Copies(Floor floor) {
        this.floor = floor;
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
                } else if (answer instanceof Message.Refusal refusal
                        && refusal.reason().equals(Refusals.NO_SUCH_FILE)) {
                    begin(from, volume, file, owner, nowMs, reply);
                } else {
                    reply.accept(Answer.failure(Floor.reason(answer)));
                }
            });
        });
    }

    private void begin(Address from, VolumeInfo volume, String file, String owner, long nowMs, Consumer<Answer> reply) {
        try {
            floor.checkFree(volume);
            Floor.checkReach(volume, "copy");
        } catch (CommandException e) {
            reply.accept(Answer.failure(e.error()));
            return;
        }
        Hold hold = floor.holds.begin(floor.epoch(), Hold.Operation.COPY, volume, owner, from, file, nowMs);
        floor.group.ask(new VolumeMessage.PrepareWrite(volume.name(), owner, 1), answer -> {
            if (answer instanceof VolumeMessage.WriteGrant grant) {
                hold.fileId = grant.firstFileId();
                stage(hold, reply);
            } else {
                floor.release(hold);
                reply.accept(Answer.failure(Floor.reason(answer)));
            }
        });
    }

    private void stage(Hold hold, Consumer<Answer> reply) {
        VolumeInfo volume = hold.volume;
        floor.orderAll(volume, position -> stageOrder(hold, position), floor.options.orderMs(), answers -> {
            int failed = Floor.notReady(answers);
            if (failed >= 0 || !floor.holds.isOpen(hold)) {
                giveUp(hold);
                reply.accept(Answer.failure(
                        failed >= 0 ? Floor.diskReason(volume, failed, answers.get(failed)) : Floor.MANAGER_CHANGED));
            } else {
                reply.accept(
                        Answer.success("dss", Floor.withPorts(volume, answers), "file", Map.of("name", hold.file)));
            }
        });
    }

    private DssMessage stageOrder(Hold hold, int position) {
        VolumeInfo volume = hold.volume;
        return new DssMessage.Stage(
                volume.disks().get(position).disk(),
                floor.epoch(),
                hold.id,
                new ShareKey(volume.id(), hold.fileId, position),
                volume.name(),
                hold.file,
                volume.disks().size(),
                volume.parity(),
                volume.unitBytes());
    }

    /** Nothing of it stays, on the disks or at the manager. */
    void giveUp(Hold hold) {
        floor.release(hold);
        if (hold.fileId != 0) {
            floor.group.ask(new VolumeMessage.Abort(hold.volume.id(), hold.fileId), aborted -> {});
        }
    }

    // ---- copy-complete

    void complete(Args args, long nowMs, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        String file = args.fileName();
        String owner = args.user("owner");
        long size = args.integer("size");
        if (size < 0 || size > StripeLayout.FILE_BYTES_MAX) {
            throw new CommandException("args.size must be 0 to 2^53");
        }
        String sha256 = args.sha256();
        Hold hold = floor.holds.latest(Hold.Operation.COPY, dss);
        if (hold == null || !hold.file.equals(file)) {
            answerEnded(dss, file, owner, size, sha256, reply);
        } else if (!hold.user.equals(owner)) {
            throw new CommandException(Refusals.NOT_OWNER);
        } else if (hold.isEnding || hold.fileId == 0) {
            throw new CommandException(Refusals.busy(hold.operation.word));
        } else {
            hold.isEnding = true;
            hold.heard(nowMs);
            seal(hold, size, sha256, reply);
        }
    }

    /** Whoever did not hear that the copy is complete asks again. */
    private void answerEnded(String dss, String file, String owner, long size, String sha256, Consumer<Answer> reply) {
        floor.find(
                dss,
                reply,
                volume -> floor.group.ask(new VolumeMessage.OpenRead(dss, file, owner), answer -> {
                    if (answer instanceof VolumeMessage.ReadGrant grant) {
                        floor.group.ask(new VolumeMessage.CloseRead(grant.readId()), closed -> {});
                        if (grant.file().sizeBytes() == size
                                && grant.file().sha256().equals(sha256)) {
                            reply.accept(Answer.DONE);
                            return;
                        }
                    } else if (answer instanceof Message.Refusal refusal
                            && refusal.reason().equals(Refusals.NOT_OWNER)) {
                        reply.accept(Answer.failure(Refusals.NOT_OWNER));
                        return;
                    }
                    reply.accept(Answer.failure(
                            "no copy of " + file + " into " + dss + " is in progress: begin with copy-prepare"));
                }));
    }

    private void seal(Hold hold, long size, String sha256, Consumer<Answer> reply) {
        VolumeInfo volume = hold.volume;
        floor.orderAll(
                volume,
                position ->
                        new DssMessage.SealStaged(volume.disks().get(position).disk(), floor.epoch(), hold.id, size),
                floor.options.sealMs(),
                answers -> {
                    String reason = reasonAgainst(volume, answers);
                    if (!floor.holds.isOpen(hold)) {
                        reply.accept(Answer.failure(Floor.MANAGER_CHANGED));
                    } else if (reason != null) {
                        giveUp(hold);
                        reply.accept(Answer.failure(reason));
                    } else {
                        commit(hold, size, sha256, reply);
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

    private void commit(Hold hold, long size, String sha256, Consumer<Answer> reply) {
        List<Optional<DiskId>> sealed = new ArrayList<>();
        hold.volume.disks().forEach(seat -> sealed.add(Optional.of(seat.disk())));
        VolumeMessage.Commit commit = new VolumeMessage.Commit(
                floor.requestId(), hold.volume.id(), hold.file, hold.user, hold.fileId, size, sha256, sealed);
        floor.group.ask(commit, answer -> {
            floor.release(hold);
            if (answer instanceof Control.Done) {
                reply.accept(Answer.DONE);
            } else if (answer instanceof VolumeMessage.Elsewhere) {
                reply.accept(Answer.failure(
                        "the manager changed while the copy was being completed: send copy-complete again to hear how it"
                                + " ended"));
            } else {
                reply.accept(Answer.failure(Floor.reason(answer)));
            }
        });
    }
}
