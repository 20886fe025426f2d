"""Row 6: what 50 peers send when their leader crashes, and what the plain protocol sends."""

import os
import signal
import time
from datetime import date

from processes import Failed, Workshop, wait_for
from roundtable import EventLog, ensure_runs, listening_at, vote

ELECTION = ("ELECTION", "OK", "COORDINATOR")
AGREE_SECONDS = 30
QUIET_SECONDS = 3
# 50 peers of the plain protocol that start at once send some 20,000 messages, and go on when all have agreed long ago;
# now and then without end. Such a start is not what is measured here: `starts_max` allows others, and `starts` tells.
SETTLE_SECONDS = 30
HIGHEST = (365, 9_999_999)


class Table:
    """`up`: many peers in one process, with one log for all."""

    def __init__(self, launcher, workshop, peers, *options):
        path = workshop.path("table.jsonl")
        self.peers = peers
        self.log = EventLog(path)
        self._workshop = workshop
        self.started_at = time.time()
        self.process = launcher.start(
            workshop, "up", "--peers", str(peers), "--port", "0", "--quiet", "--log", path, *options
        )
        self._read = 0
        self._own = {}

    def events_of_peers(self):
        """Each peer's events about leaders, by its identity."""
        ensure_runs(self.process, self._workshop)
        events = self.log.update()
        for event in events[self._read :]:
            if event["self"] != "gcd" and event["event"] in (
                "listening", "leader_changed", "leader_lost", "feigning"
            ):  # fmt: skip
                self._own.setdefault(tuple(event["self"]), []).append(event)
        self._read = len(events)
        return self._own

    def agreed_at(self, leader=None):
        """When the last peer began to follow this leader, or else the highest of the table; None while one does not."""
        own = self.events_of_peers()
        if len(own) < self.peers:
            return None
        votes = [vote(events) for events in own.values()]
        if any(held is None or held[0] != (leader or max(own)) for held in votes):
            return None
        return max(since for _, since in votes)

    def agree(self, what="all peers agree", leader=None):
        return wait_for(what, lambda: self.agreed_at(leader), AGREE_SECONDS, 0.02)

    def settle(self, leader=None):
        """Agreed, and done talking: the plain protocol goes on for seconds after the last one knows."""
        wait_for("all is quiet", self._is_quiet, SETTLE_SECONDS, 0.5)
        self.agree("all agree when quiet", leader)

    def _is_quiet(self):
        for event in reversed(self.log.update()):
            if event["event"] == "sent" and event["kind"] in ("ELECTION", "COORDINATOR"):
                return time.time() - event["at_micros"] / 1e6 > QUIET_SECONDS
        return True

    def gcd(self):
        return listening_at(self.log, self.process, self._workshop)


def election_messages(events, start, end):
    """Those sent from start to end, in seconds; an OK to a PROBE is none of an election."""
    count = dict.fromkeys(ELECTION, 0)
    probes = set()
    for event in events:
        conversation = (str(event["self"]), str(event.get("message")).split("#")[0])
        if event["event"] == "received" and event["kind"] == "PROBE":
            probes.add(conversation)
        elif event["event"] == "sent" and event["kind"] in ELECTION and start <= event["at_micros"] / 1e6 <= end:
            if event["kind"] != "OK" or conversation not in probes:
                count[event["kind"]] += 1
    return count


def crash(launcher, *options, peers=50, starts_max=1):
    """A run: {messages, seconds, each word's count} from the leader's crash until agreement, and with_tail: in all.

    The leader has a process of its own and is killed. (`fail` could tell it to close its sockets, but a group that
    speaks only the plain protocol does not understand it.)
    """

    def once():
        for starts in range(1, starts_max + 1):
            with Workshop() as workshop:
                table = Table(launcher, workshop, peers - 1, *options)
                try:
                    leader = _seat_highest(launcher, workshop, table, options)
                except Failed:
                    if starts == starts_max:
                        raise
                    continue
                return {**_after_killing(leader, table), "starts": starts}
        raise AssertionError("starts_max is at least 1")

    return once


def _seat_highest(launcher, workshop, table, options):
    table.agree()
    table.settle()
    leader = launcher.start(
        workshop, "peer", table.gcd(), "--birthday", f"{date.today():%m-%d}", "--id", str(HIGHEST[1]),
        "--quiet", *options,
    )  # fmt: skip
    table.agree("all follow the newcomer", HIGHEST)
    table.settle(HIGHEST)
    return leader


def _after_killing(leader, table):
    start = time.time()
    os.kill(leader.pid, signal.SIGKILL)
    table.agree("the survivors agree")
    time.sleep(1.2)  # Another election may follow; then the agreement was none, and it is counted too.
    end = table.agree("the survivors agree still")
    events = table.log.update()
    count = election_messages(events, start, end)
    later = election_messages(events, start, end + 1)
    return {"messages": sum(count.values()), "seconds": end - start, **count, "with_tail": sum(later.values())}
