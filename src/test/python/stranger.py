"""A node of the bully assignment that behaves as any of the published ones does, alone and combined, by its options.

    stranger.py DAYS ID GCD_HOST GCD_PORT [options]     (stranger.py --help)

It knows nothing of Roundtable but the first bytes of its pickles, and those only to count what comes from its peers. Prints one
line for each thing that happens, the first word says which:

    LISTENING port | JOINED members | FAULT what the GCD said | ELECTION why | LEADER (days, id)
    GOT word of-whom ours|theirs       a request that came: ELECTION, COORDINATOR or PROBE; of-whom may be None
    BAD ours|theirs what               a message that it could not read, as GOT says of whom
    OPEN_PROBES n                      so many PROBEs of Roundtable's peers are open and unanswered
    TOO_MANY sender                    a third message of an election within a second of one peer of Roundtable
    LINES n                            so many lines would a chatty node have written by now; once a second with --spins
    DIED of-what                       the last line, with --dies-of-reset and --dies-of-burst
"""

import argparse
import collections
import errno
import random
import selectors
import socket
import time

import stranger_bugs
from stranger_speech import OFFER, YEARS, Malformed, Speech

BUFFER = 1024
PROBE_MIN = 0.5
PROBE_MAX = 3.0
JOIN_RETRY = 0.3
ROUND = 0.02
# What comes while the machine left this node no time, or while it was stopped, comes at once, whoever sent it.
STARVED = 0.05
CATCH_UP = 0.5
# Three messages within this are too many: a second as the sender measures it, less what the way may change.
ELECTION_WINDOW = 0.9
ELECTIONS_MAX = 2

ASKED, ASKING, TELLING, PROBING, MUTE, SPINNING = 'ASKED', 'ASKING', 'TELLING', 'PROBING', 'MUTE', 'SPINNING'


class Exchange:
    """One socket: what it is about, what it has to say yet, with whom, and until when."""

    def __init__(self, about, deadline, member=None, data=None):
        self.about = about
        self.deadline = deadline
        self.member = member
        self.data = data
        self.is_ours = False


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


class Stranger:
    """Joins, elects and probes: one select loop, every socket for one exchange. Bugs override its methods."""

    def __init__(self, options):
        self.options = options
        self.identity = (options.days, options.id)
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=100)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ)
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

    def on_event(self, key, mask):
        self.ledger.line()
        try:
            if key.fileobj is self.listener:
                self.accept()
            elif mask & selectors.EVENT_WRITE:
                self.send(key.fileobj, key.data)
            else:
                self.receive(key.fileobj, key.data)
        except OSError as e:
            if self.options.dies_of_reset and e.errno in (errno.ECONNRESET, errno.EPIPE):
                raise Died('reset: %r' % e) from e
            if key.fileobj is not self.listener:
                self.over(key.fileobj)
                self.no_answer(key.data)

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

    # ---- sockets

    def connect(self, member, about, message):
        peer = socket.socket()
        peer.setblocking(False)
        try:
            peer.connect_ex(self.members[member])
        except OSError:
            peer.close()
            return
        limit = None if about == PROBING and self.options.spins else time.monotonic() + self.options.ok_timeout
        data = self.speech.pickled(message, (member, self.members[member]))
        self.selector.register(peer, selectors.EVENT_WRITE, Exchange(about, limit, member, data))

    def accept(self):
        try:
            peer, _ = self.listener.accept()
        except BlockingIOError:
            return
        peer.setblocking(False)
        self.selector.register(peer, selectors.EVENT_READ, Exchange(ASKED, None))

    def send(self, peer, exchange):
        peer.sendall(exchange.data)
        is_apart = exchange.about == ASKING and self.options.ok_apart
        if exchange.about in (ASKED, TELLING) or is_apart:
            self.over(peer)
        else:
            self.selector.modify(peer, selectors.EVENT_READ, exchange)

    def receive(self, peer, exchange):
        if exchange.about == SPINNING:
            peer.recv(BUFFER)
            return
        data = peer.recv(BUFFER)
        if not data:
            self.on_end(peer, exchange)
            return
        try:
            heard = self.speech.read(data)
        except Malformed as e:
            self.say('BAD', 'ours' if data.startswith(OFFER) else 'theirs', e)
            self.over(peer)
            self.no_answer(exchange)
            return
        if heard.kind == 'OK':
            self.over(peer)
            self.on_ok(exchange)
        elif exchange.about == ASKED:
            self.say('GOT', heard.kind, heard.sender, 'ours' if heard.is_ours else 'theirs')
            self.ledger.request(peer, heard)
            self.on_request(peer, exchange, heard)
        else:
            self.say('BAD', 'ours' if heard.is_ours else 'theirs', 'no answer:', heard.kind)
            self.over(peer)
            self.no_answer(exchange)

    def on_end(self, peer, exchange):
        if exchange.about == MUTE:
            self.ledger.probe_ended(peer)
            if self.options.spins:
                exchange.about = SPINNING  # nobody takes it out of select: it is ready to be read for ever
                return
        self.over(peer)
        self.no_answer(exchange)

    def over(self, peer):
        self.ledger.probe_ended(peer)
        self.selector.unregister(peer)
        peer.close()

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


def parsed(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('days', type=int)
    parser.add_argument('id', type=int)
    parser.add_argument('gcd_host')
    parser.add_argument('gcd_port', type=int)
    flag = lambda name, text: parser.add_argument(name, action='store_true', help=text)
    parser.add_argument('--year', choices=YEARS, default='f19', help='whose words it speaks')
    parser.add_argument('--ok', choices=('text', 'pair', 'members', 'okay', 'list', 'never'), help='the form of OK')
    flag('--ok-twice', 'says OK two times')
    flag('--ok-apart', 'closes its question at once; an OK comes, and goes, on a new connection')
    parser.add_argument('--asks', choices=('dict', 'triple', 'list', 'nested'), help='the form of ELECTION')
    parser.add_argument(
        '--announces',
        choices=('below', 'lowest-first', 'all', 'self', 'pid', 'member'),
        default='below',
        help='whom COORDINATOR names; in f25 always the pid',
    )
    parser.add_argument('--probes', choices=('pair', 'single', 'word'), default='pair', help='the form of PROBE')
    parser.add_argument('--envelope', choices=('none', 'pids', 'listeners'), default='none')
    parser.add_argument('--host', default='127.0.0.1', help='what it says of where it listens')
    parser.add_argument('--pickle', type=int, default=4, help='the protocol of its pickles')
    flag('--mute', 'never answers PROBE and never closes it')
    flag('--spins', 'mute, and its loop spins once the other side has closed such a PROBE')
    flag('--patient', 'a leader that does not answer PROBE but accepts it is alive')
    flag('--hangs', 'joins, accepts connections, and does nothing else')
    flag('--takes-first', 'takes the first member of a COORDINATOR for the leader')
    flag('--announces-when-asked', 'announces itself whenever it is asked while it leads')
    flag('--joins-again', 'joins again at the GCD before each election')
    flag('--dies-of-reset', 'dies when a connection is reset')
    flag('--dies-of-burst', 'dies of two messages of one peer at once, and of one whose sender has closed already')
    parser.add_argument('--ok-timeout', type=float, help='seconds; 1.5, with --ok-apart 5')
    parser.add_argument('--victor-timeout', type=float, help='seconds; 4, with --ok-apart 15')
    parser.add_argument('--bug', choices=sorted(stranger_bugs.BUGS), help='one thing that it does wrong')
    options = parser.parse_args(arguments)
    options.mute |= options.spins
    options.joins_again |= options.year == 'f25'
    options.ok = options.ok or ('text' if options.year == 'f25' else 'pair')
    options.asks = options.asks or ('triple' if options.ok_apart else 'dict')
    options.ok_timeout = options.ok_timeout or (5 if options.ok_apart else 1.5)
    options.victor_timeout = options.victor_timeout or (15 if options.ok_apart else 4)
    return options


def main():
    options = parsed()
    kinds = (stranger_bugs.BUGS[options.bug], Stranger) if options.bug else (Stranger,)
    node = type('Node', kinds, {})(options)
    try:
        node.run()
    except Died as e:
        node.say('DIED', e)
        raise SystemExit(1) from e


if __name__ == '__main__':
    main()
