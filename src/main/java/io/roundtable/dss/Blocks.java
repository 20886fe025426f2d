package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.disk.DiskFaultException;
import io.roundtable.disk.DiskStore;
import io.roundtable.dss.BlockArgs.Block;
import io.roundtable.dss.BlockArgs.Place;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.DiskMessage.Fault;
import io.roundtable.protocol.DssMessage;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.Reason;
import io.roundtable.protocol.ShareKey;
import io.roundtable.storage.StripeLayout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a disk does with users' blocks and the desk's orders. Reads and writes files, so not on the loop; all its methods
 * are for one thread.
 */
final class Blocks implements Closeable {
    private final DiskStore store;
    private final SoftState state;
    private final LongSupplier nowMs;
    private final BiConsumer<ShareKey, String> damage;
    /** Null where the blocks are the disk's own. */
    private final @Nullable BlockSource others;
    /** Users of this protocol take the disk for broken; the group does not. */
    private boolean isFailed;

    /**
     * Makes it.
     *
     * @param data the disk's data folder, {@link SoftState#prepare prepared}
     * @param others in place of a disk that is away: its blocks, computed from the other disks'; null for the disk's own
     */
    Blocks(
            DiskStore store,
            Path data,
            LongSupplier nowMs,
            BiConsumer<ShareKey, String> damage,
            @Nullable BlockSource others) {
        this.others = others;
        this.store = store;
        this.state = new SoftState(data.resolve(others == null ? SoftState.FOLDER : SoftState.STAND_IN_FOLDER));
        this.nowMs = nowMs;
        this.damage = damage;
    }

    // ---- the desk's orders

    /** @param blockPort where users send blocks */
    Message onOrder(DssMessage order, int blockPort) {
        try {
            return carryOut(order, blockPort);
        } catch (DiskFaultException e) {
            return new DiskMessage.DiskRefusal(e.fault(), String.valueOf(e.getMessage()), store.highestEpoch());
        } catch (IOException e) {
            return new DiskMessage.DiskRefusal(
                    Fault.IO, "the disk could not stage blocks: " + Reason.of(e), store.highestEpoch());
        } catch (IllegalArgumentException e) {
            return new DiskMessage.DiskRefusal(Fault.BAD_REQUEST, String.valueOf(e.getMessage()), store.highestEpoch());
        }
    }

    private Message carryOut(DssMessage order, int blockPort) throws DiskFaultException, IOException {
        if (order instanceof DssMessage.Stage stage) {
            admit(stage.disk(), stage.epoch());
            if (state.stagings() >= SoftState.STAGINGS_MAX) {
                throw new DiskFaultException(Fault.FULL, "too many copies at a time: begin again in a moment");
            }
            StripeLayout layout = new StripeLayout(stage.disks(), stage.parity(), stage.unitBytes());
            state.stage(new Staging(stage, layout, state.newFile()), nowMs.getAsLong());
            return new DssMessage.Ready(blockPort);
        } else if (order instanceof DssMessage.Expose expose) {
            admit(expose.disk(), expose.epoch());
            if (state.exposures() >= SoftState.EXPOSURES_MAX) {
                throw new DiskFaultException(Fault.FULL, "too many reads at a time: begin again in a moment");
            }
            StripeLayout layout = new StripeLayout(expose.disks(), expose.parity(), expose.unitBytes());
            state.expose(new Exposure(expose, layout), nowMs.getAsLong());
            return new DssMessage.Ready(blockPort);
        } else if (order instanceof DssMessage.SealStaged seal) {
            admit(seal.disk(), seal.epoch());
            Staging staging = state.staging(seal.holdId());
            if (staging == null) {
                throw new DiskFaultException(Fault.NO_SUCH_SHARE, "the blocks that came are gone: copy the file again");
            }
            return staging.seal(store, seal);
        } else if (order instanceof DssMessage.Recall recall) {
            admit(recall.disk(), recall.epoch());
            return new DssMessage.Recalled(state.kept(recall, isFailed, others != null, nowMs.getAsLong()));
        } else if (order instanceof DssMessage.Pulse pulse) {
            admit(pulse.disk(), pulse.epoch());
            return state.pulse(pulse.holdId(), nowMs.getAsLong());
        } else if (order instanceof DssMessage.Release release) {
            admit(release.disk(), release.epoch());
            isFailed &= !state.release(release.holdId());
            return new Control.Done();
        }
        throw new DiskFaultException(Fault.BAD_REQUEST, "a disk takes no " + order.word());
    }

    private void admit(DiskId disk, long epoch) throws DiskFaultException {
        if (!disk.equals(store.id())) {
            throw new DiskFaultException(Fault.BAD_REQUEST, "this peer hosts another disk");
        }
        store.admit(epoch);
    }

    /** Forgets what was silent for too long. */
    void expire(long silentMs) {
        isFailed &= !state.expire(nowMs.getAsLong() - silentMs);
    }

    @Override
    public void close() {
        state.close();
    }

    // ---- users' commands

    /** The DSS whose disk-failure this disk takes part in; its {@code fail} is the manager's business first. */
    Optional<String> diskFailure() {
        Exposure diskFailure = state.diskFailure();
        // One that is away has lost what it had already.
        return diskFailure == null || isFailed || others != null
                ? Optional.empty()
                : Optional.of(diskFailure.order.dss());
    }

    Answer serve(DssJson.Command command) {
        Args args = command.args();
        try {
            return switch (command.name()) {
                case "write-block" -> write(args);
                case "read-block" -> read(args);
                case "fail" -> fail();
                case "wipe" -> wipe();
                case "set-mode" -> setMode(args);
                default -> Answer.failure(Refusals.UNSUPPORTED);
            };
        } catch (CommandException e) {
            return Answer.failure(e);
        } catch (DiskFaultException e) {
            return Answer.failure(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Answer.failure("the disk could not write: " + Reason.of(e));
        }
    }

    /** What the group keeps is not this command's to destroy, since anyone may send it: only users of blocks notice. */
    Answer fail() {
        isFailed = true;
        return Answer.success("event", "fail-complete");
    }

    private Answer wipe() {
        isFailed = false;
        return Answer.DONE;
    }

    private Answer setMode(Args args) throws CommandException {
        String mode = BlockArgs.mode(args);
        isFailed = mode.equals("fail");
        return Answer.success("mode", mode);
    }

    private Answer write(Args args) throws CommandException, DiskFaultException, IOException {
        Block block = Block.of(args);
        Place place = Place.of(args);
        Staging staging = state.staging(block.dss(), place.file());
        Exposure exposure =
                staging == null ? state.exposure(Optional.of(block.dss()), place.file(), place.index()) : null;
        if (staging != null) {
            int position = staging.order.key().position();
            place.check(staging.layout, position);
            block.check(staging.layout, position, place.stripe());
            stage(staging, place.stripe(), block.bytes());
        } else if (exposure != null && exposure.order.isDiskFailure()) {
            place.check(exposure.layout, exposure.order.position());
            block.check(exposure.layout, exposure.order.position(), place.stripe());
            compare(exposure, place, block.bytes());
        } else {
            throw new CommandException(
                    "no copy of " + place.file() + " into " + block.dss() + " is in progress: begin with copy-prepare");
        }
        return Answer.DONE;
    }

    private void stage(Staging staging, long stripe, byte[] block)
            throws CommandException, DiskFaultException, IOException {
        if (stripe >= Staging.BLOCKS_MAX) {
            throw new CommandException("args.stripe_idx must be 0 to " + (Staging.BLOCKS_MAX - 1)
                    + " here; use roundtable copy for longer files");
        }
        // Sealing needs the same again.
        if (!staging.holds((int) stripe)
                && 2 * (state.stagedBytes() + block.length) > store.statistics().freeBytes()) {
            throw new DiskFaultException(Fault.FULL, "the disk is full: delete files or add disks");
        }
        staging.write((int) stripe, block);
        state.block(staging.order.holdId(), nowMs.getAsLong());
    }

    /** The group rebuilds the disk by itself; what the user computed must be the same, and is not needed. */
    private void compare(Exposure exposure, Place place, byte[] block) throws CommandException, DiskFaultException {
        DssMessage.Exposed file = exposed(exposure, place.file());
        long stripe = place.stripe();
        place.checkWithin(exposure.layout, file);
        state.block(exposure.order.holdId(), nowMs.getAsLong());
        byte[] present;
        try {
            present = block(exposure, file, stripe);
        } catch (DiskFaultException e) {
            if (e.fault() == Fault.NO_SUCH_SHARE) {
                // Not rebuilt yet: nothing to compare with.
                return;
            }
            throw e;
        }
        if (!Arrays.equals(present, block)) {
            throw new CommandException(
                    "the block is not the one that was lost: read the other blocks of stripe " + stripe + " again");
        }
    }

    private Answer read(Args args) throws CommandException {
        Place place = Place.of(args);
        String name = place.file();
        Optional<String> dss = args.optionalText("dss_name");
        if (isFailed) {
            throw new CommandException("simulated failure", "the disk has failed: recover it, or send set-mode normal");
        }
        Exposure exposure = state.exposure(dss, name, place.index());
        if (exposure == null) {
            throw new CommandException(
                    BlockArgs.NOT_FOUND, "no read of " + name + " is in progress: begin with read-prepare");
        }
        DssMessage.Exposed file = exposed(exposure, name);
        place.check(exposure.layout, exposure.order.position());
        place.checkWithin(exposure.layout, file);
        state.block(exposure.order.holdId(), nowMs.getAsLong());
        try {
            // Bytes become base64 when the answer is written.
            return Answer.success("block_b64", block(exposure, file, place.stripe()));
        } catch (DiskFaultException e) {
            boolean isOwn = others == null;
            if (isOwn && (e.fault() == Fault.CORRUPT || e.fault() == Fault.NO_SUCH_SHARE)) {
                damage.accept(exposure.key(file), String.valueOf(e.getMessage()));
            }
            throw new CommandException(
                    BlockArgs.NOT_FOUND, e.getMessage() + ": compute the block from the other disks");
        }
    }

    private byte[] block(Exposure exposure, DssMessage.Exposed file, long stripe) throws DiskFaultException {
        return others == null ? exposure.block(store, file, stripe) : others.block(exposure.order, file, stripe);
    }

    private static DssMessage.Exposed exposed(Exposure exposure, String name) throws CommandException {
        DssMessage.@Nullable Exposed file = exposure.file(name);
        if (file == null) {
            throw new CommandException(BlockArgs.NOT_FOUND, Refusals.NO_SUCH_FILE);
        }
        return file;
    }
}
