"""Row 7: many peers in one process, from the start of that process until they agree."""

import os
import time

import machine
from messages import ELECTION, Table
from processes import Workshop, wait_for
from rivals import OUT, JGroups

HOLD_SECONDS = 1
RIVAL_SECONDS = 300


def start(launcher, peers):
    """A run: seconds, messages per peer, peak memory, threads."""

    def once():
        with Workshop() as workshop:
            table = Table(launcher, workshop, peers)
            table.agree()
            time.sleep(HOLD_SECONDS)
            end = table.agree()
            figures = _footprint(table.process.pid)
            messages = count_all(table.log.update(), end)
            table.log.close()
            return {"seconds": end - table.started_at, "messages": messages, "per_peer": messages / peers, **figures}

    return once


def count_all(events, end):
    """Sent until then: joins, the GCD's answers (it does not report them, so as received), elections."""
    return sum(
        event["at_micros"] / 1e6 <= end
        and (
            (event["event"] == "sent" and event["kind"] in ("JOIN", *ELECTION))
            or (event["event"] == "received" and event["kind"] == "MEMBERS")
        )
        for event in events
    )


def jgroups(peers):
    def once():
        with Workshop() as workshop:
            command = JGroups.command(
                "JGroupsTable", str(peers), f"{OUT}/cfg/udp-tight.xml", os.path.basename(workshop.folder), heap="8g"
            )
            started_at = time.time()
            said = workshop.path("said.txt")
            with open(said, "wb") as output:
                process = workshop.start(command, output=output)

            def agreed():
                with open(said, encoding="ascii") as lines:
                    return next((int(w[0]) / 1e6 for w in map(str.split, lines) if w[1:2] == ["AGREED"]), None)

            end = wait_for("agreement", agreed, RIVAL_SECONDS, 0.05)
            return {"seconds": end - started_at, **_footprint(process.pid)}

    return once


def _footprint(pid):
    return {"memory_mb": machine.memory_mb(pid, peak=True), "threads": machine.threads(pid)}


