"""A node of the bully assignment that behaves as any of the published ones does, alone and combined, by its options.

    stranger.py DAYS ID GCD_HOST GCD_PORT [options]     (stranger.py --help)

Its sockets are in stranger_sockets.py, its words in stranger_speech.py, what it does wrong in stranger_bugs.py, and its options in
stranger_options.py. It knows nothing of Roundtable but the first bytes of its pickles, and those only to count what comes from its
peers (stranger_ledger.py). Prints one line for each thing that happens, the first word says which:

    LISTENING port | JOINED members | FAULT what the GCD said | ELECTION why | LEADER (days, id)
    GOT word of-whom ours|theirs       a request that came: ELECTION, COORDINATOR or PROBE; of-whom may be None
    BAD ours|theirs what               a message that it could not read, as GOT says of whom
    OPEN_PROBES n                      so many PROBEs of Roundtable's peers are open and unanswered
    TOO_MANY sender                    a third message of an election within a second of one peer of Roundtable
    LINES n                            so many lines would a chatty node have written by now; once a second with --spins
    DIED of-what                       the last line, with --dies-of-reset and --dies-of-burst
"""

import random
import selectors
import socket
import time

import stranger_bugs
from stranger_ledger import ROUND, Died, Ledger
from stranger_options import parsed
from stranger_sockets import ASKING, BUFFER, MUTE, PROBING, TELLING, Sockets
from stranger_speech import Malformed, Speech

PROBE_MIN = 0.5
PROBE_MAX = 3.0
JOIN_RETRY = 0.3


class Stranger(Sockets):
    """Joins, elects and probes in one loop. Bugs override its methods."""

    def __init__(self, options):
        super().__init__(options)
        self.identity = (options.days, options.id)
        self.address = (options.host, self.listener.getsockname()[1])
        self.speech = Speech(options, self.identity, self.address)
        self.ledger = Ledger(options, self.say)
        self.members = {self.identity: self.address}
        self.leader = None
        self.electing = False
        self.has_ok = False
        self.ok_until = self.victor_until = self.probe_at = None

    def say(self, *words):
        print(*words, flush=True)

    def run(self):
        self.say('LISTENING', self.address[1])
        while not self.join():
            time.sleep(JOIN_RETRY)
        self.elect('joined')
        while True:
            entered = time.monotonic()
            events = self.selector.select(ROUND)
            self.ledger.new_round(entered)
            for key, mask in events:
                self.on_event(key, mask)
            if not self.options.hangs:
                self.check_time()

    # ---- the GCD

    def join(self):
        """Asks the GCD; whether it answered with members."""
        try:
            with socket.create_connection((self.options.gcd_host, self.options.gcd_port), timeout=2) as gcd:
                gcd.sendall(self.speech.bare(self.speech.join()))
                answer = self.speech.members(gcd.recv(BUFFER))
        except (OSError, Malformed) as e:
            self.say('FAULT', e)
            return False
        self.merge(answer)
        self.say('JOINED', len(self.members))
        return True

    # ---- elections

    def elect(self, why):
        if self.options.hangs:
            return
        self.say('ELECTION', why)
        if self.options.joins_again and why != 'joined':
            self.join()
        self.electing = True
        self.has_ok = False
        self.probe_at = self.victor_until = None
        higher = [each for each in self.members if each > self.identity]
        self.ok_until = time.monotonic() + (self.options.ok_timeout if higher else 0)
        for each in higher:
            self.connect(each, ASKING, self.speech.election(self.members))

    def is_asking(self):
        """Whether somebody above may still say OK; who takes OK apart cannot know before the time is over."""
        open_ones = [key.data for key in self.selector.get_map().values() if key.data is not None]
        return self.options.ok_apart or any(each.about == ASKING for each in open_ones)

    def win(self):
        self.follow(self.identity)
        victory = self.speech.victory(self.members)
        for each in [each for each in self.members if each != self.identity]:
            self.connect(each, TELLING, victory)

    def follow(self, leader):
        self.electing = False
        self.ok_until = self.victor_until = None
        self.probe_at = None if leader == self.identity else self.next_probe()
        if leader != self.leader:
            self.leader = leader
            self.say('LEADER', leader)

    def next_probe(self):
        return time.monotonic() + random.uniform(PROBE_MIN, PROBE_MAX)

    def merge(self, members):
        """The newest address wins, our own excepted: so do most nodes, by dict.update."""
        self.members.update({each: at for each, at in members.items() if each != self.identity})

    # ---- what comes in

    def on_request(self, peer, exchange, heard):
        if self.options.hangs:
            self.stay_silent(exchange, peer, heard)
        elif heard.kind == 'ELECTION':
            self.merge(heard.members)
            self.answer_election(peer, exchange, heard)
            self.on_asked()
        elif heard.kind == 'COORDINATOR':
            self.over(peer)
            self.merge(heard.members)
            self.on_coordinator(heard.leader)
        elif self.options.mute or self.options.ok == 'never':
            self.stay_silent(exchange, peer, heard)
        else:
            self.answer_ok(peer, exchange)

    def stay_silent(self, exchange, peer, heard):
        exchange.about = MUTE
        if heard.is_ours and heard.kind == 'PROBE':
            self.ledger.probe_stays_open(peer)

    def answer_election(self, peer, exchange, heard):
        if self.options.ok == 'never':
            self.over(peer)
        elif self.options.ok_apart and heard.sender in self.members:
            self.over(peer)
            self.connect(heard.sender, TELLING, self.speech.ok(self.members))
        else:
            self.answer_ok(peer, exchange)

    def answer_ok(self, peer, exchange):
        exchange.data = self.speech.pickled(self.speech.ok(self.members)) * (2 if self.options.ok_twice else 1)
        self.selector.modify(peer, selectors.EVENT_WRITE, exchange)

    def on_asked(self):
        if self.electing:
            return
        if self.options.announces_when_asked and self.leader == self.identity:
            self.win()
        else:
            self.elect('asked')

    def on_coordinator(self, leader):
        if leader not in self.members:
            self.join()
        if leader in self.members:
            self.follow(leader)

    def on_ok(self, exchange):
        if exchange.about == PROBING:
            if self.probe_at is None and self.leader == exchange.member:
                self.probe_at = self.next_probe()
        elif self.electing and not self.has_ok:
            self.has_ok = True
            self.victor_until = time.monotonic() + self.options.victor_timeout

    def no_answer(self, exchange):
        """An exchange of ours came to nothing: refused, ended, or too late."""
        if exchange.about == ASKING and self.electing and not self.has_ok and not self.is_asking():
            self.win()
        is_refused = exchange.about == PROBING and self.leader == exchange.member and not self.electing
        if is_refused and self.probe_at is None:
            self.elect('leader silent')

    # ---- time

    def check_time(self):
        now = time.monotonic()
        for key in list(self.selector.get_map().values()):
            if key.data is not None and key.data.deadline is not None and now > key.data.deadline:
                self.over(key.fileobj)
                self.on_late(key.data)
        if self.ok_until is not None and now > self.ok_until:
            self.ok_until = None
            if self.electing and not self.has_ok:
                self.win()
        if self.victor_until is not None and now > self.victor_until:
            self.elect('no victor')
        if self.probe_at is not None and now > self.probe_at:
            self.probe_at = self.next_probe() if self.options.spins else None
            self.connect(self.leader, PROBING, self.speech.probe())

    def on_late(self, exchange):
        if exchange.about == PROBING and self.options.patient:
            self.on_ok(exchange)
        else:
            self.no_answer(exchange)


def main():
    options = parsed(__doc__)
    kinds = (stranger_bugs.BUGS[options.bug], Stranger) if options.bug else (Stranger,)
    node = type('Node', kinds, {})(options)
    try:
        node.run()
    except Died as e:
        node.say('DIED', e)
        raise SystemExit(1) from e


if __name__ == '__main__':
    main()
