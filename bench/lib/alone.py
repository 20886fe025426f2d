"""Row 8: one peer process, how long until it has joined and what it takes ten seconds later."""

import os
import time

import failover
import machine
from processes import Workshop, wait_for
from rivals import RIVALS
from roundtable import EventLog, ensure_runs

JOIN_SECONDS = 30
REST_SECONDS = 10


def peer(launcher):
    """The launcher's own work is part of it, its look for newer sources too."""

    def once():
        with Workshop() as workshop:
            gcd = launcher.gcd(workshop)
            log = EventLog(workshop.path("peer.jsonl"))
            started_at = time.time()
            process = launcher.start(
                workshop, "peer", gcd, "--birthday", "03-14", "--id", "1234567",
                "--quiet", "--log", workshop.path("peer.jsonl"), environment=os.environ,
            )  # fmt: skip

            def joined():
                ensure_runs(process, workshop)
                return log.of("joined")

            joined_at = wait_for("joined", joined, JOIN_SECONDS)[0]["at_micros"] / 1e6
            time.sleep(max(0, started_at + REST_SECONDS - time.time()))
            figures = {"memory_mb": machine.memory_mb(process.pid), "threads": machine.threads(process.pid)}
            log.close()
            return {"seconds": joined_at - started_at, **figures}

    return once


def member(name):
    """A rival's group of one, until it leads itself."""

    def once():
        with Workshop() as workshop:
            group = RIVALS[name](workshop)
            started_at = time.time()
            group.start(1)
            found = wait_for("leads itself", lambda: failover.agreement(group, range(1)), JOIN_SECONDS)
            time.sleep(max(0, started_at + REST_SECONDS - time.time()))
            pid = group.processes[0].pid
            return {
                "seconds": found[1] - started_at,
                "memory_mb": machine.memory_mb(pid),
                "threads": machine.threads(pid),
            }

    return once
