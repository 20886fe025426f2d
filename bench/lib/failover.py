"""One experiment for everybody: stop the leader of a group and watch until the others agree on the next one.

A group has `start()`, `votes(members)` with (leader, since) or None for each of these members, `index(leader)`,
`processes`, `close()`, the limits `fault_seconds` and `wake_seconds`, and `is_polled`: whether its members have to be
asked (then `since` is the time of the answer) or tell the time themselves; `pause` between two looks, in seconds.
"""

import os
import random
import signal
import time

import machine
from processes import Failed, wait_for

FORM_SECONDS = 90
SETTLE_SECONDS = 3.0
HOLD_SECONDS = 1.0


def agreement(group, members, old=None):
    """(leader, since when the last of them follows it), or None while they do not all name the same one."""
    votes = group.votes(members)
    if any(vote is None for vote in votes):
        return None
    leaders = {leader for leader, _ in votes}
    if len(leaders) != 1 or old in leaders:
        return None
    return leaders.pop(), max(since for _, since in votes)


def lasting_agreement(group, members, seconds, old=None):
    """An agreement counts when it still holds a second later; `rounds` tells how many did not."""
    deadline = time.monotonic() + seconds
    rounds = 0
    while True:
        left = deadline - time.monotonic()
        if left < 0:
            raise Failed(f"no agreement lasted within {seconds:g} s; {rounds} did not")
        found = wait_for("agreement", lambda: agreement(group, members, old), left, group.pause)
        time.sleep(HOLD_SECONDS)
        again = agreement(group, members, old)
        if again and again[0] == found[0] and (group.is_polled or again[1] == found[1]):
            return found[0], found[1], rounds
        rounds += 1


def run(group, fault):
    """fault: kill, hang, or wake (hang, and then measure from its awakening).

    Returns the figures of one run: seconds, flaps (agreements that did not last), memory_mb and threads of a member.
    """
    try:
        group.start()
        everybody = range(len(group.processes))
        leader, _, _ = lasting_agreement(group, everybody, FORM_SECONDS)
        # Not always at the same moment of whatever the group does periodically.
        time.sleep(SETTLE_SECONDS + random.random())
        settled = agreement(group, everybody)
        if not settled or settled[0] != leader:
            raise Failed("the group did not stay with its leader before anything happened to it")
        victim = group.index(leader)
        survivors = [i for i in everybody if i != victim]
        figures = footprint(group)

        seconds, flaps = strike(
            group, victim, signal.SIGKILL if fault == "kill" else signal.SIGSTOP, survivors, leader, group.fault_seconds
        )
        if fault == "wake":
            time.sleep(SETTLE_SECONDS - HOLD_SECONDS)
            seconds, flaps = strike(group, victim, signal.SIGCONT, everybody, None, group.wake_seconds)
        return {"seconds": seconds, "flaps": flaps, **figures}
    finally:
        group.close()


def strike(group, victim, number, members, old, seconds):
    """Sends the signal; how long until these members agree, and how many agreements before did not last."""
    at = time.time()
    os.kill(group.processes[victim].pid, number)
    _, since, flaps = lasting_agreement(group, members, seconds, old)
    return max(0.0, since - at), flaps


def footprint(group):
    pids = [process.pid for process in group.processes]
    return {
        "memory_mb": sorted(machine.memory_mb(pid) for pid in pids)[len(pids) // 2],
        "threads": sorted(machine.threads(pid) for pid in pids)[len(pids) // 2],
    }
