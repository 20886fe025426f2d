"""A small group coordinator daemon of the lab assignment, for the process tests only.

Answers JOIN, or the word of another year of the course, with the members it knows, a dict keyed by identity, and every
other word and fault with a pickled string. The same id joining with new days, or the same listener with a new identity,
replaces the old member. Takes the port, 0 for a free one, then the word, and prints LISTENING port, then one line for
each JOIN.
"""

import pickle
import socket
import sys

BUFFER = 1024
TIMEOUT = 1.5


class Fault(Exception):
    """What the client is told."""


def is_pair(value, first, second):
    return isinstance(value, tuple) and len(value) == 2 and type(value[0]) is first and type(value[1]) is second


def check_identity(identity):
    if not is_pair(identity, int, int):
        raise Fault('Malformed process id, expected (days_to_next_birthday, student_id)')
    days, student_id = identity
    if not 1 <= days <= 365:
        raise Fault('Invalid days to next birthday')
    if not 1_000_000 <= student_id <= 9_999_999:
        raise Fault('Invalid student id')


def check_listener(listener):
    if not is_pair(listener, str, int):
        raise Fault('Malformed listen address, expected (host, port)')
    host, port = listener
    if not 0 < port < 65_536:
        raise Fault('Invalid port number')
    if host not in ('localhost', '127.0.0.1', socket.gethostname()):
        raise Fault('Invalid host')


def parse_join(data, join_word):
    try:
        message = pickle.loads(data)
    except Exception:  # unpickling garbage raises whatever it likes
        raise Fault('Malformed message') from None
    if not isinstance(message, tuple) or len(message) != 2:
        raise Fault('Malformed message')
    word, body = message
    if word != join_word:
        raise Fault('Unexpected message: ' + str(word))
    if not isinstance(body, tuple) or len(body) != 2:
        raise Fault('Malformed message data, expected (process_id, listen_address)')
    check_identity(body[0])
    check_listener(body[1])
    return body


class Gcd:
    def __init__(self, join_word):
        self.join_word = join_word
        self.members = {}

    def answer(self, data):
        try:
            identity, listener = parse_join(data, self.join_word)
        except Fault as fault:
            print('FAULT', fault, flush=True)
            return str(fault)
        for old, address in list(self.members.items()):
            if old[1] == identity[1] or address == listener:
                del self.members[old]
        self.members[identity] = listener
        print('JOIN', identity, flush=True)
        return self.members

    def serve(self, listener):
        while True:
            client, _ = listener.accept()
            with client:
                client.settimeout(TIMEOUT)
                try:
                    client.sendall(pickle.dumps(self.answer(client.recv(BUFFER))))
                except OSError as e:
                    print('LOST', e, flush=True)


if __name__ == '__main__':
    with socket.create_server(('127.0.0.1', int(sys.argv[1]) if len(sys.argv) > 1 else 0), backlog=100) as server:
        print('LISTENING', server.getsockname()[1], flush=True)
        Gcd(sys.argv[2] if len(sys.argv) > 2 else 'JOIN').serve(server)
