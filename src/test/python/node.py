"""A small node of the lab assignment, written the way a student solves it; for the process tests only.

One select loop. Every socket is used for one exchange and closed. A message is one pickle in one send; a receiver
does one recv(1024) and unpickles that. Prints LEADER (days, id) whenever it hears of a leader.
"""

import argparse
import pickle
import random
import selectors
import socket
import time
from enum import Enum

BUFFER = 1024
OK_TIMEOUT = 1.0
VICTOR_TIMEOUT = 2.0
PROBE_MIN = 0.5
PROBE_MAX = 3.0


class State(Enum):
    """What one socket is about."""

    SEND_ELECTION = 'SEND_ELECTION'
    WAIT_OK = 'WAIT_OK'
    SEND_COORDINATOR = 'SEND_COORDINATOR'
    SEND_PROBE = 'SEND_PROBE'
    WAIT_PROBE_OK = 'WAIT_PROBE_OK'
    WAIT_MESSAGE = 'WAIT_MESSAGE'
    SEND_OK = 'SEND_OK'

    def is_sending(self):
        return self.value.startswith('SEND')

    def is_about_election(self):
        return self in (State.SEND_ELECTION, State.WAIT_OK)

    def is_about_probe(self):
        return self in (State.SEND_PROBE, State.WAIT_PROBE_OK)


class Exchange:
    """One socket: its state, what it has to say, and until when."""

    def __init__(self, state, message=None):
        self.state = state
        self.message = message
        self.deadline = time.monotonic() + OK_TIMEOUT


class Node:
    """Joins, elects and probes. The options are what real solutions of the assignment differ in."""

    def __init__(self, identity, gcd, ok, answers_probe=True, takes_first_for_leader=False):
        self.identity = identity
        self.gcd = gcd
        self.ok = ok
        self.answers_probe = answers_probe
        self.takes_first_for_leader = takes_first_for_leader
        self.members = {}
        self.leader = None
        self.electing = False
        self.victor_deadline = None
        self.probe_at = None
        self.ignored = []  # sockets that brought a PROBE which is never answered
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=100)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ)

    def run(self):
        self.join()
        self.start_election('joined')
        while True:
            for key, _ in self.selector.select(0.05):
                if key.fileobj is self.listener:
                    self.accept()
                elif key.data.state.is_sending():
                    self.send(key.fileobj, key.data)
                else:
                    self.receive(key.fileobj, key.data)
            self.check_time()

    def say(self, *words):
        print(*words, flush=True)

    # ---- the GCD

    def join(self):
        message = ('JOIN', (self.identity, self.listener.getsockname()))
        with socket.create_connection(self.gcd, timeout=2) as gcd:
            gcd.sendall(pickle.dumps(message))
            answer = pickle.loads(gcd.recv(BUFFER))
        if not isinstance(answer, dict):
            raise SystemExit('the GCD says: ' + str(answer))
        self.members = answer
        self.members[self.identity] = self.listener.getsockname()
        self.say('JOINED', len(self.members))

    # ---- elections

    def start_election(self, reason):
        self.say('ELECTION', reason)
        self.leader = None
        self.electing = True
        self.victor_deadline = None
        self.probe_at = None
        for identity in [each for each in self.members if each > self.identity]:
            self.connect(identity, State.SEND_ELECTION, ('ELECTION', self.members))
        self.win_if_nobody_is_left()

    def win_if_nobody_is_left(self):
        """Called whenever somebody above us turned out not to answer."""
        waiting = [each for each in self.exchanges() if each.state.is_about_election()]
        if self.electing and self.victor_deadline is None and not waiting:
            self.electing = False
            self.set_leader(self.identity)
            below = sorted((each for each in self.members if each <= self.identity), reverse=True)
            victory = {each: self.members[each] for each in below}
            for identity in [each for each in self.members if each != self.identity]:
                self.connect(identity, State.SEND_COORDINATOR, ('COORDINATOR', victory))

    def set_leader(self, leader):
        self.leader = leader
        self.electing = False
        self.victor_deadline = None
        self.probe_at = None if leader == self.identity else self.next_probe()
        self.say('LEADER', leader)

    def next_probe(self):
        return time.monotonic() + random.uniform(PROBE_MIN, PROBE_MAX)

    def exchanges(self):
        return [key.data for key in self.selector.get_map().values() if key.data is not None]

    # ---- sockets

    def connect(self, identity, state, message):
        peer = socket.socket()
        peer.setblocking(False)
        peer.connect_ex(self.members[identity])
        self.selector.register(peer, selectors.EVENT_WRITE, Exchange(state, message))

    def accept(self):
        try:
            peer, _ = self.listener.accept()
        except OSError:
            return
        peer.setblocking(False)
        self.selector.register(peer, selectors.EVENT_READ, Exchange(State.WAIT_MESSAGE))

    def send(self, peer, exchange):
        try:
            peer.sendall(pickle.dumps(exchange.message))
        except OSError:
            self.failed(peer, exchange)
            return
        if exchange.state in (State.SEND_OK, State.SEND_COORDINATOR):
            self.close(peer)
        else:
            is_probe = exchange.state is State.SEND_PROBE
            exchange.state = State.WAIT_PROBE_OK if is_probe else State.WAIT_OK
            self.selector.modify(peer, selectors.EVENT_READ, exchange)

    def receive(self, peer, exchange):
        try:
            message = pickle.loads(peer.recv(BUFFER))
        except Exception as e:  # an empty read, a reset, garbage: unpickling raises whatever it likes
            if not isinstance(e, (EOFError, OSError)):
                self.say('BAD', repr(e))
            self.failed(peer, exchange)
            return
        if exchange.state is State.WAIT_MESSAGE:
            self.on_request(peer, exchange, message)
        elif word(message) in ('OK', 'OKAY'):
            self.on_ok(peer, exchange)
        else:
            self.failed(peer, exchange)

    def on_request(self, peer, exchange, message):
        kind = word(message)
        if kind == 'ELECTION':
            self.merge(message[1])
            self.answer_ok(peer, exchange)
            if not self.electing:
                self.start_election('asked')
        elif kind == 'COORDINATOR':
            self.close(peer)
            self.merge(message[1])
            self.set_leader(next(iter(message[1])) if self.takes_first_for_leader else max(message[1]))
        elif kind == 'PROBE' and self.answers_probe:
            self.answer_ok(peer, exchange)
        elif kind == 'PROBE':
            self.selector.unregister(peer)
            self.ignored.append(peer)
        else:
            self.say('BAD', message)
            self.close(peer)

    def merge(self, members):
        for identity, address in members.items():
            self.members.setdefault(identity, address)

    def answer_ok(self, peer, exchange):
        exchange.state = State.SEND_OK
        exchange.message = self.ok
        self.selector.modify(peer, selectors.EVENT_WRITE, exchange)

    def on_ok(self, peer, exchange):
        self.close(peer)
        if exchange.state is State.WAIT_PROBE_OK:
            self.probe_at = self.next_probe()
        elif self.electing and self.victor_deadline is None:
            self.victor_deadline = time.monotonic() + VICTOR_TIMEOUT

    def failed(self, peer, exchange):
        self.close(peer)
        if exchange.state.is_about_election():
            self.win_if_nobody_is_left()
        elif exchange.state.is_about_probe() and not self.electing and self.leader != self.identity:
            self.start_election('leader silent')

    def close(self, peer):
        self.selector.unregister(peer)
        peer.close()

    # ---- time

    def check_time(self):
        now = time.monotonic()
        for key in list(self.selector.get_map().values()):
            if key.data is not None and now > key.data.deadline and key.fileobj.fileno() != -1:
                self.failed(key.fileobj, key.data)
        if self.victor_deadline is not None and now > self.victor_deadline:
            self.start_election('no victor')
        if self.probe_at is not None and now > self.probe_at:
            self.probe_at = None
            self.connect(self.leader, State.SEND_PROBE, ('PROBE', None))


def word(message):
    """The word of a message in any of its forms: 'OK', ('OK', None), ('OK', members)."""
    if isinstance(message, (tuple, list)) and message:
        return message[0]
    return message


def main(ok, **options):
    parser = argparse.ArgumentParser()
    parser.add_argument('days', type=int)
    parser.add_argument('id', type=int)
    parser.add_argument('gcd_host')
    parser.add_argument('gcd_port', type=int)
    args = parser.parse_args()
    Node((args.days, args.id), (args.gcd_host, args.gcd_port), ok, **options).run()
