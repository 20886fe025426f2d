"""What stranger.py can be told to do: one option for each way in which a published node differs from another."""

import argparse

import stranger_bugs
from stranger_speech import YEARS


def parsed(description, arguments=None):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
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
