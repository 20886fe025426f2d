"""What comes to stranger.py from peers of Roundtable: how much it is, and whether the node can stand it."""

import collections
import socket
import time

ROUND = 0.02
# What comes while the machine left this node no time, or while it was stopped, comes at once, whoever sent it.
STARVED = 0.05
CATCH_UP = 0.5
# Three messages within this are too many: a second as the sender measures it, less what the way may change.
ELECTION_WINDOW = 0.9
ELECTIONS_MAX = 2


class Died(Exception):
    """This node cannot stand what came."""


class Ledger:
    """What comes from peers of Roundtable: how much, and whether this node can stand it."""

    def __init__(self, options, say):
        self.options = options
        self.say = say
        self.lines = 0
        self.last_lines_at = 0
        self.open_probes = set()
        self.elections = collections.defaultdict(collections.deque)
        self.round = set()
        self.round_began = time.monotonic()
        self.is_starved = True
        self.catches_up_until = self.round_began

    def new_round(self, waited_until):
        """`waited_until`: when select was entered; what was late before that is not the senders' fault."""
        now = time.monotonic()
        if max(waited_until - self.round_began, now - waited_until - ROUND) > STARVED:
            self.catches_up_until = now + CATCH_UP
        self.is_starved = now < self.catches_up_until
        self.round_began = now
        self.round.clear()
        if self.options.spins and self.round_began - self.last_lines_at > 1:
            self.last_lines_at = self.round_began
            self.say('LINES', self.lines)

    def line(self):
        self.lines += 1

    def request(self, peer, heard):
        if not heard.is_ours:
            return
        if heard.kind != 'PROBE':
            self.count(heard.sender)
        if self.options.dies_of_burst and not self.is_starved:
            if heard.sender is not None and heard.sender in self.round:
                raise Died('burst: two messages of %s at once' % (heard.sender,))
            self.round.add(heard.sender)
            try:
                if peer.recv(1, socket.MSG_PEEK) == b'':
                    raise Died('burst: %s of %s, closed already' % (heard.kind, heard.sender))
            except BlockingIOError:
                pass

    def count(self, sender):
        now = time.monotonic()
        recent = self.elections[sender]
        if self.is_starved:
            recent.clear()
        while recent and recent[0] <= now - ELECTION_WINDOW:
            recent.popleft()
        recent.append(now)
        if len(recent) > ELECTIONS_MAX:
            self.say('TOO_MANY', sender)

    def probe_stays_open(self, peer):
        self.open_probes.add(peer)
        self.say('OPEN_PROBES', len(self.open_probes))

    def probe_ended(self, peer):
        if peer in self.open_probes:
            self.open_probes.discard(peer)
            self.say('OPEN_PROBES', len(self.open_probes))
