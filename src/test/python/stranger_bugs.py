"""Single things that a node does wrong, by name: each is a class that is mixed into stranger.Stranger before it."""

import enum
import pickle
import selectors
import socket
import time

BUGS = {}


def bug(name):
    """Marks a class as that bug."""

    def marked(kind):
        BUGS[name] = kind
        return kind

    return marked


class Answers:
    """Answers ELECTION and PROBE with bytes of its own."""

    def answer_ok(self, peer, exchange):
        exchange.data = self.answer()
        self.selector.modify(peer, selectors.EVENT_WRITE, exchange)


class Word(enum.Enum):
    OK = 'OK'


@bug('raw-text')
class RawText(Answers):
    """Sends the word itself, not its pickle."""

    def answer(self):
        return b'OK'


@bug('wrong-word')
class WrongWord(Answers):
    def answer(self):
        return pickle.dumps('YES')


@bug('set')
class Set(Answers):
    """Braces where parentheses were meant."""

    def answer(self):
        return pickle.dumps({'OK'})


@bug('enum')
class OwnClass(Answers):
    """Sends its enum's member, not that one's value."""

    def answer(self):
        return pickle.dumps(Word.OK)


@bug('half-pickle')
class HalfPickle(Answers):
    """As after a send() that was taken for sendall()."""

    def answer(self):
        return pickle.dumps(('OK', self.members))[:12]


@bug('other-year')
class OtherYear(Answers):
    def answer(self):
        return pickle.dumps('GOT_IT' if self.speech.ok_word == 'OK' else 'OK')


@bug('closes')
class Closes:
    """Dies of an exception in each question, which it catches further out."""

    def answer_ok(self, peer, exchange):
        self.over(peer)


@bug('blocks')
class Blocks:
    """Waits for others before it answers: no select while it does."""

    def answer_ok(self, peer, exchange):
        time.sleep(6)
        peer.setblocking(True)
        peer.sendall(self.speech.pickled(self.speech.ok(self.members)))
        self.over(peer)


@bug('never-announces')
class NeverAnnounces:
    def win(self):
        self.electing = False
        self.ok_until = self.victor_until = None


class Asks:
    """Asks with a value of its own."""

    def __init__(self, options):
        super().__init__(options)
        self.speech.election = lambda members: self.question(self.speech.election_word, members)


@bug('list-of-ids')
class ListOfIds(Asks):
    """Names members without their addresses."""

    def question(self, word, members):
        return (word, list(members))


@bug('bare-pid')
class BarePid(Asks):
    def question(self, word, members):
        return (word, self.identity)


@bug('bare-word')
class BareWord(Asks):
    def question(self, word, members):
        return word


@bug('ids-as-text')
class IdsAsText:
    """Takes itself for the highest: '99' > '300'. Never gives way."""

    def elect(self, why):
        if all(str(each) <= str(self.identity) for each in self.members):
            self.win()
        else:
            super().elect(why)

    def on_coordinator(self, leader):
        if str(leader) > str(self.identity):
            super().on_coordinator(leader)


@bug('port-0')
class Port0:
    """Joins before it listens."""

    def join(self):
        self.speech.listener = (self.address[0], 0)
        return super().join()


@bug('hangs-after-join')
class HangsAfterJoin:
    """Waits for something that does not come, the GCD's answer in hand."""

    def join(self):
        gcd = socket.create_connection((self.options.gcd_host, self.options.gcd_port), timeout=2)
        gcd.sendall(self.speech.bare(self.speech.join()))
        self.say('JOINED', 0)
        time.sleep(3600)
        return gcd is None
