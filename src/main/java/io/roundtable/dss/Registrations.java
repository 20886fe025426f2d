package io.roundtable.dss;

import io.roundtable.catalog.Names;
import io.roundtable.catalog.Refusals;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.Message;
import io.roundtable.protocol.RefusalCode;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Users, disks and new DSSes. */
final class Registrations {
    /** Of the group. */
    private static final int UNIT_BYTES_MAX = 1 << 20;
    /** Whose names and addresses fit an answer. */
    static final int DISKS_MAX = 100;

    private static final int DISKS_MIN = 3;

    private final EventLoop loop;
    private final Floor floor;

    Registrations(EventLoop loop, Floor floor) {
        this.loop = loop;
        this.floor = floor;
    }

    void registerUser(Address from, Args args, Consumer<Answer> reply) throws CommandException {
        String user = args.text("user_name");
        Address manager = args.address("ip", "m_port");
        Address command = args.address("ip", "c_port");
        if (!Names.isName(user)) {
            throw new CommandException(Refusals.BAD_USER);
        }
        VolumeMessage.RegisterUser request =
                new VolumeMessage.RegisterUser(args.requestId(), user, Optional.of(manager), Optional.of(command));
        floor.ask(request, Control.Done.class, reply, done -> {
            floor.speakers.registered(user, from);
            // Its own word for its host may be a name, and commands come from an address.
            floor.speakers.registered(user, manager.isLiteral() ? seen(manager, from) : from.at(manager.port()));
            floor.speakers.registered(user, command.isLiteral() ? seen(command, from) : from.at(command.port()));
            reply.accept(Answer.DONE);
        });
    }

    void deregisterUser(Args args, Consumer<Answer> reply) throws CommandException {
        String user = args.text("user_name");
        VolumeMessage.DeregisterUser request = new VolumeMessage.DeregisterUser(args.requestId(), user);
        floor.ask(request, Control.Done.class, reply, done -> {
            floor.speakers.deregistered(user);
            reply.accept(Answer.DONE);
        });
    }

    /** A program that serves blocks is a foreign disk from now on; a peer of the group presents it. */
    void registerDisk(Address from, Args args, Consumer<Answer> reply) throws CommandException {
        String disk = args.text("disk_name");
        args.address("ip", "m_port");
        Address said = args.address("ip", "c_port");
        if (!Names.isName(disk)) {
            throw new CommandException(Refusals.BAD_DISK);
        }
        VolumeMessage.RegisterDisk request = new VolumeMessage.RegisterDisk(args.requestId(), disk, seen(said, from));
        floor.ask(request, Control.Done.class, reply, done -> reply.accept(Answer.DONE));
    }

    /** By 127.0.0.1 another machine means itself. */
    private static Address seen(Address said, Address from) {
        return said.isOfThisMachineOnly() && !from.isOfThisMachineOnly() ? from.at(said.port()) : said;
    }

    /**
     * The command does not say who sends it, so nobody is believed unless it was said that anybody may. A foreign disk came by
     * anybody's word, and goes by it.
     */
    void deregisterDisk(Args args, Consumer<Answer> reply) throws CommandException {
        String disk = args.text("disk_name");
        floor.ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class, reply, listing -> {
            VolumeMessage.DiskLine found = listing.disks().stream()
                    .filter(line -> line.name().equals(disk))
                    .findFirst()
                    .orElse(null);
            if (found != null && found.volume().isPresent()) {
                reply.accept(Answer.failure(Refusals.DISK_IN_USE));
            } else if (found == null
                    || floor.options.isOpen()
                    || found.foreign().isPresent()) {
                // Of one that is not there the manager knows whether this very command was carried out before.
                VolumeMessage.DeregisterDisk request = new VolumeMessage.DeregisterDisk(args.requestId(), disk);
                floor.ask(request, Control.Done.class, reply, done -> reply.accept(Answer.DONE));
            } else {
                reply.accept(Answer.failure(Refusals.NOT_OWNER
                        + ": a disk goes only by the group's own command; use roundtable deregister-disk " + disk));
            }
        });
    }

    void configure(Args args, Consumer<Answer> reply) throws CommandException {
        String dss = args.text("dss_name");
        int n = args.clamped("n");
        int unitBytes = args.clamped("striping_unit");
        boolean isUnit = Integer.bitCount(unitBytes) == 1 && unitBytes <= UNIT_BYTES_MAX;
        boolean isOutOfReach = isUnit && unitBytes > Floor.UNIT_BYTES_MAX || n > DISKS_MAX;
        if (!isOutOfReach || !Names.isName(dss) || n < DISKS_MIN || !isUnit) {
            make(args.requestId(), dss, n, unitBytes, reply);
            return;
        }
        // Such a DSS can be had, but no user of this protocol could do anything with it.
        floor.ask(new VolumeMessage.ListVolumes(), VolumeMessage.Listing.class, reply, listing -> {
            if (Floor.named(listing, dss) != null) {
                reply.accept(Answer.failure(Refusals.BAD_VOLUME));
            } else if (n > DISKS_MAX) {
                reply.accept(Answer.failure(Refusals.UNSUPPORTED + ": the addresses of " + n
                        + " disks do not fit an answer; use roundtable configure"));
            } else {
                reply.accept(Answer.failure(Floor.tooLong(unitBytes, "configure")));
            }
        });
    }

    private void make(long requestId, String dss, int n, int unitBytes, Consumer<Answer> reply) {
        // The protocol does not say who configures.
        VolumeMessage.Configure request = new VolumeMessage.Configure(requestId, dss, n, 1, unitBytes, "", true);
        floor.group.ask(request, answer -> {
            if (answer instanceof VolumeMessage.Volume made) {
                VolumeInfo volume = made.volume();
                Map<String, Object> fields = new LinkedHashMap<>(Floor.shape(volume));
                fields.put("disks", Floor.diskNames(volume));
                reply.accept(Answer.success("dss", fields));
            } else if (isTooEarly(answer)) {
                loop.schedule(Recalls.LOOK_AGAIN_MS, () -> make(requestId, dss, n, unitBytes, reply));
            } else {
                reply.accept(Answer.failure(Floor.reason(answer)));
            }
        });
    }

    /** Not all disks have said yet to a manager that has just begun that they are there. */
    private boolean isTooEarly(Message answer) {
        return answer instanceof Message.Refusal refusal
                && refusal.code() == RefusalCode.NOT_ENOUGH_FREE
                && floor.ageMs() < Recalls.ENOUGH_DISKS_MS;
    }
}
