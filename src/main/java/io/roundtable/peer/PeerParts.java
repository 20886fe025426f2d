package io.roundtable.peer;

import io.roundtable.net.EventLoop;
import io.roundtable.net.InputFaults;
import io.roundtable.role.MessageTable;
import io.roundtable.wire.LabCodec;

/** What a peer is put together from. */
class PeerParts {
    Links links(EventLoop loop, MessageLog log, Links.Listener peer) {
        return new Links(loop, loop.entropy(), log, peer);
    }

    GcdClient gcd(EventLoop loop, PeerOptions options, LabCodec codec, MessageLog log, GcdClient.Listener peer) {
        return new GcdClient(loop, options.gcds(), codec, options.year(), log, peer);
    }

    Inbox inbox(
            EventLoop loop,
            PeerNode peer,
            Links links,
            Outgoing outgoing,
            MessageLog log,
            InputFaults faults,
            ControlDesk desk,
            MessageTable takers,
            boolean speaksNative) {
        return new Inbox(loop, peer, links, outgoing, log, faults, desk, takers, speaksNative);
    }
}
