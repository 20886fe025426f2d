"""Row 4: elections that nobody asked for, while the machine is busier than it has cores."""

import sys
import time

import failover
from processes import Failed, Workshop
from rivals import RIVALS
from roundtable import Roundtable

BUSY = 8
# Ends by itself when this program is gone, whatever ended it.
LOOP = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(1_000_000))\n"


def watch(launcher, seconds):
    """A run: how often any peer lost its leader, and began an election, though all five lived."""

    def once():
        with Workshop() as workshop:
            group = Roundtable(launcher, workshop)
            try:
                start = _busy(workshop, group, seconds)
                counts = {
                    kind: sum(event["at_micros"] / 1e6 >= start for log in group.logs for event in log.of(kind))
                    for kind in ("leader_lost", "election_started")
                }
                return {"seconds": seconds, **counts}
            finally:
                group.close()

    return once


def watch_etcd(name, seconds):
    """The same of etcd, by its terms: each election that anybody begins is one more, and deposes the leader."""

    def once():
        with Workshop() as workshop:
            group = RIVALS[name](workshop)
            before = []
            _busy(workshop, group, seconds, lambda: before.append(group.terms()))
            terms = group.terms() - before[0]
            return {"seconds": seconds, "leader_lost": terms, "election_started": terms}

    return once


def _busy(workshop, group, seconds, at_start=lambda: None):
    """Seats the group, makes the machine busy and waits; when it began to be busy."""
    group.start()
    everybody = range(len(group.processes))
    failover.lasting_agreement(group, everybody, failover.FORM_SECONDS)
    time.sleep(failover.SETTLE_SECONDS)
    at_start()
    start = time.time()
    loops = [workshop.start([sys.executable, "-c", LOOP]) for _ in range(BUSY)]
    while time.time() < start + seconds:
        time.sleep(min(5, max(0, start + seconds - time.time())))
        if any(process.poll() is not None for process in [*group.processes, *loops]):
            raise Failed(f"a process ended by itself: {workshop.complaints()}")
    return start
