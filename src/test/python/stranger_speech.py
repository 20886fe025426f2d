"""In which words and forms a node of the course speaks: its year, and what differs within a year."""

import pickle

# Peers of Roundtable begin their pickles so (docs/PROTOCOL.md, The offer); nodes of the course never do.
OFFER = b'\x80\x04N0'

YEARS = {
    **dict.fromkeys(('f19', 'f20', 'f21', 'f22'), ('JOIN', 'ELECTION', 'COORDINATOR', 'OK')),
    **dict.fromkeys(('f23', 'f24'), ('BEGIN', 'ELECTION', 'COORDINATOR', 'OK')),
    'f25': ('HOWDY', 'ELECT', 'I_AM_LEADER', 'GOT_IT'),
}


class Malformed(Exception):
    """What came is no message that this node knows."""


class Heard:
    """A message that came: what it is, who sent it if it says so, whom it lists, whom it names for the leader."""

    def __init__(self, kind, sender=None, members=None, leader=None, is_ours=False):
        self.kind = kind
        self.sender = sender
        self.members = members or {}
        self.leader = leader
        self.is_ours = is_ours


def is_pair(value):
    return isinstance(value, (tuple, list)) and len(value) == 2


def as_identity(value):
    if not is_pair(value) or not all(type(part) is int for part in value):
        raise Malformed('no identity: %r' % (value,))
    return tuple(value)


def as_address(value):
    if not is_pair(value) or type(value[0]) is not str or type(value[1]) is not int:
        raise Malformed('no address: %r' % (value,))
    return tuple(value)


def as_members(value):
    if not isinstance(value, dict):
        raise Malformed('no dict of members: %r' % (value,))
    return {as_identity(each): as_address(address) for each, address in value.items()}


class Speech:
    """Builds messages and reads them. `options` are those of stranger.py."""

    def __init__(self, options, identity, listener):
        self.options = options
        self.identity = identity
        self.listener = listener
        self.join_word, self.election_word, self.victory_word, self.ok_word = YEARS[options.year]

    # ---- what it says; each method gives the value that is pickled

    def join(self):
        return (self.join_word, (self.identity, self.listener))

    def election(self, members):
        word, form = self.election_word, self.options.asks
        if form == 'triple':
            return (word, self.identity, members)
        if form == 'list':
            return [word, members]
        if form == 'nested':
            return (word, (self.identity, members))
        return (word, members)

    def victory(self, members):
        word, form = self.victory_word, self.options.announces
        if self.options.year == 'f25' or form == 'pid':
            return (word, self.identity)
        if form == 'member':
            return (word, self.identity, self.listener)
        if form == 'all':
            return (word, dict(sorted(members.items(), reverse=True)))
        if form == 'self':
            return (word, {self.identity: self.listener})
        below = sorted((each for each in members if each <= self.identity), reverse=form != 'lowest-first')
        return (word, {each: members[each] for each in below})

    def probe(self):
        return {'pair': ('PROBE', None), 'single': ('PROBE',), 'word': 'PROBE'}[self.options.probes]

    def ok(self, members):
        word = self.ok_word
        return {
            'text': word,
            'pair': (word, None),
            'members': (word, members),
            'okay': (word + 'AY' if word == 'OK' else word, members),
            'list': [word, None],
        }[self.options.ok]

    def pickled(self, message, receiver=None):
        if self.options.envelope == 'pids':
            message = (message, (self.identity, receiver and receiver[0]))
        elif self.options.envelope == 'listeners':
            message = (message, (self.listener, receiver and receiver[1]))
        return self.bare(message)

    def bare(self, message):
        """Without an envelope: so the GCD is asked, which is the course's own."""
        return pickle.dumps(message, protocol=self.options.pickle)

    # ---- what it hears

    def read(self, data):
        try:
            message = pickle.loads(data)
        except Exception as e:  # unpickling garbage raises whatever it likes
            raise Malformed('no pickle: %r' % e) from None
        if is_pair(message) and isinstance(message[0], (tuple, list)) and is_pair(message[1]):
            message = message[0]
        heard = self.understood(message)
        heard.is_ours = data.startswith(OFFER)
        return heard

    def members(self, data):
        """The GCD's answer."""
        try:
            return as_members(pickle.loads(data))
        except Malformed:
            raise
        except Exception as e:
            raise Malformed('no pickle: %r' % e) from None

    def understood(self, message):
        word, *data = message if isinstance(message, (tuple, list)) and message else [message]
        if word == 'PROBE':
            return Heard('PROBE')
        # Whoever is probed cannot know of which year the asker is.
        if word in ('OK', 'OKAY', 'GOT_IT'):
            return Heard('OK')
        if word == self.election_word and data:
            members = as_members(data[-1])
            first = next(iter(members), None)
            return Heard('ELECTION', as_identity(data[0]) if len(data) > 1 else first, members)
        if word == self.victory_word and data:
            if isinstance(data[0], dict):
                members = as_members(data[0])
                if not members:
                    raise Malformed('nobody leads: %r' % (message,))
                first = next(iter(members))
                return Heard('COORDINATOR', first, members, first if self.options.takes_first else max(members))
            leader = as_identity(data[0])
            members = {leader: as_address(data[1])} if len(data) > 1 and data[1] is not None else {}
            return Heard('COORDINATOR', leader, members, leader)
        raise Malformed('unexpected message: %r' % (message,))
