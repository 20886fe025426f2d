package io.roundtable.peer;

import io.roundtable.event.EventLog;
import io.roundtable.manager.ManagerOptions;
import io.roundtable.net.EventLoop;
import io.roundtable.net.InputFaults;
import io.roundtable.role.Gcd;
import io.roundtable.role.manager.ManagerRole;
import io.roundtable.wire.LabCodec;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** What a peer is put together from. */
class PeerParts {
    Links links(EventLoop loop, MessageLog log, Links.Listener peer) {
        return new Links(loop, loop.entropy(), log, peer);
    }

    GcdClient gcd(EventLoop loop, PeerOptions options, LabCodec codec, MessageLog log, GcdClient.Listener peer) {
        return new GcdClient(loop, options.gcds(), codec, options.year(), log, peer);
    }

    Inbox inbox(
            PeerNode peer,
            Links links,
            Outgoing outgoing,
            MessageLog log,
            InputFaults faults,
            ControlDesk desk,
            StorageRoles storage,
            boolean speaksNative) {
        return new Inbox(peer, links, outgoing, log, faults, desk, storage, speaksNative);
    }

    ManagerRole manager(
            EventLoop loop,
            ManagerOptions options,
            SplittableRandom random,
            Gcd gcd,
            ManagerRole.DiskOrders disks,
            ManagerRole.ManagerWatch watch,
            BooleanSupplier isWanted,
            IntSupplier goFirst,
            EventLog events) {
        return new ManagerRole(loop, options, random, gcd, disks, watch, isWanted, goFirst, events);
    }
}
