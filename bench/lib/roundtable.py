"""Our own processes, started by the launcher as a person would, and watched through their logs."""

import json
import os

from processes import Failed, wait_for

LAUNCHER = os.path.join(os.path.dirname(__file__), "..", "..", "roundtable")
PEERS = 5
START_SECONDS = 60


class EventLog:
    """A file of JSON lines that somebody else still writes."""

    def __init__(self, path):
        self._path = path
        self._file = None
        self._rest = b""
        self.events = []

    def update(self):
        """Reads what was added; a line that is only half there is left for the next time."""
        if self._file is None:
            if not os.path.exists(self._path):
                return self.events
            self._file = open(self._path, "rb")
        lines = (self._rest + self._file.read()).split(b"\n")
        self._rest = lines.pop()
        self.events += [json.loads(line) for line in lines]
        return self.events

    def close(self):
        if self._file is not None:
            self._file.close()

    def of(self, kind):
        return [event for event in self.update() if event["event"] == kind]


class Launcher:
    """How to start ours: which launcher, and in which environment."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        # One build before everything is measured, none while it is.
        self.environment = {**os.environ, "ROUNDTABLE_NO_BUILD": "1"}

    def start(self, workshop, *arguments, environment=None):
        return workshop.start([self.path, *arguments], environment=environment or self.environment)

    def gcd(self, workshop):
        """Starts a GCD on a free port; its host:port."""
        path = workshop.path("gcd.jsonl")
        process = self.start(workshop, "gcd", "--port", "0", "--quiet", "--log", path)
        return listening_at(EventLog(path), process, workshop)


def listening_at(log, process, workshop):
    """Where the GCD listens whose events are in this log."""

    def address():
        ensure_runs(process, workshop)
        return next((event["address"] for event in log.of("listening") if event["self"] == "gcd"), None)

    found = wait_for("GCD listens", address, START_SECONDS)
    return found


def ensure_runs(process, workshop):
    if process.poll() is not None:
        raise Failed(f"a process ended with code {process.returncode}: {workshop.complaints()}")


def vote(events):
    """Whom one peer follows by its own events, and since when: (leader, seconds) or None."""
    held = None
    for event in events:
        if event["event"] == "leader_changed":
            held = tuple(event["leader"]), event["at_micros"] / 1e6
        elif event["event"] in ("leader_lost", "feigning"):
            held = None
    return held


class Roundtable:
    """A group for the fault experiments: a GCD and five peers, a process each."""

    fault_seconds = 60
    wake_seconds = 60
    is_polled = False
    pause = 0.005

    def __init__(self, launcher, workshop, *options):
        self._launcher = launcher
        self._workshop = workshop
        self._options = options
        self.processes = []
        self.logs = []

    def start(self, members=PEERS):
        gcd = self._launcher.gcd(self._workshop)
        for i in range(members):
            path = self._workshop.path(f"peer{i}.jsonl")
            self.logs.append(EventLog(path))
            self.processes.append(
                self._launcher.start(
                    self._workshop, "peer", gcd, "--birthday", f"{i + 1:02}-01", "--id", str(1_000_001 + i),
                    "--quiet", "--log", path, *self._options,
                )
            )  # fmt: skip

    def votes(self, members):
        for i in members:
            self._check(i)
        return [vote(self.logs[i].update()) for i in members]

    def _check(self, i):
        ensure_runs(self.processes[i], self._workshop)

    def index(self, leader):
        """Which of the processes is called that."""
        return next(i for i, log in enumerate(self.logs) if log.events and tuple(log.events[0]["self"]) == leader)

    def close(self):
        for log in self.logs:
            log.close()
