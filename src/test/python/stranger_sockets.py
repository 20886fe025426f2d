"""The sockets of stranger.py: each for one exchange, none of them blocks, and how each ends."""

import errno
import selectors
import socket
import time

from stranger_ledger import Died
from stranger_speech import OFFER, Malformed

BUFFER = 1024

ASKED, ASKING, TELLING, PROBING, MUTE, SPINNING = 'ASKED', 'ASKING', 'TELLING', 'PROBING', 'MUTE', 'SPINNING'


class Exchange:
    """One socket: what it is about, what it has to say yet, with whom, and until when."""

    def __init__(self, about, deadline, member=None, data=None):
        self.about = about
        self.deadline = deadline
        self.member = member
        self.data = data


class Sockets:
    """One select loop's sockets. What comes of them is told to on_request, on_ok and no_answer."""

    def __init__(self, options):
        self.options = options
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=100)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ)

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
