"""The rows of bench/dss: one Python user of the DSS protocol at our group, and at a manager and disks in Python."""

import os
import socket
import sys
import time

from figures import AtMost, Figure, Row
from processes import Failed, Workshop, wait_for
from roundtable import EventLog, ensure_runs

ROW_NAMES = ["first", "warm"]
HERE = os.path.dirname(os.path.realpath(__file__))
USER = os.path.join(HERE, "..", "..", "src", "test", "python", "dss_user.py")
COURSE = os.path.join(HERE, "..", "rivals", "dss", "course.py")
DISKS = 5
N, UNIT = 4, 16384
SECONDS_MAX = 1.5
START_SECONDS = 60


def rows(launcher, megabytes, with_course):
    """`first` is what a user meets who has just started everything; `warm` is the third file of the same group."""
    return [row("first", 0, launcher, megabytes, with_course), row("warm", 2, launcher, megabytes, with_course)]


def row(name, before, launcher, megabytes, with_course):
    def ours():
        with Workshop() as workshop:
            return exchange(workshop, start_ours(launcher, workshop), megabytes, before)

    def course():
        with Workshop() as workshop:
            return exchange(workshop, start_course(workshop), megabytes, before)

    return Row(
        name,
        [
            Figure(f"{name} file of {megabytes} MiB, n={N}, unit {UNIT}: copy", "copy", "s", AtMost(SECONDS_MAX)),
            Figure("  read", "read", "s", AtMost(SECONDS_MAX)),
        ],
        ours,
        {"course": course} if with_course else {},
    )


def start_ours(launcher, workshop):
    port = free_port()
    log = workshop.path("up.jsonl")
    process = launcher.start(
        workshop, "up", "--dss", "--dss-port", str(port), "--port", "0", "--peers", str(DISKS), "--quiet", "--log", log,
    )  # fmt: skip
    events = EventLog(log)

    def is_there():
        ensure_runs(process, workshop)
        return len(events.of("disk_arrived")) >= DISKS and any("dss_port" in each for each in events.of("listening"))

    wait_for("our group is there", is_there, START_SECONDS)
    return port


def start_course(workshop):
    port = free_port()
    workshop.start([sys.executable, COURSE, "manager", str(port)])
    await_manager(port)
    for disk in range(1, DISKS + 1):
        own = free_port()
        process = workshop.start([sys.executable, COURSE, "disk", f"D{disk}", "127.0.0.1", str(port), str(own)])
        await_disk(process, own, workshop)
    return port


def await_manager(port):
    ask_until_answered(port, b'{"cmd": "ls", "args": {}}')


def await_disk(process, port, workshop):
    ensure_runs(process, workshop)
    ask_until_answered(port, b'{"cmd": "set-mode", "args": {"state": "normal"}}')


def ask_until_answered(port, datagram):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.1)
        for _ in range(10 * START_SECONDS):
            try:
                sock.sendto(datagram, ("127.0.0.1", port))
                sock.recvfrom(12000)
                return
            except OSError:
                time.sleep(0.02)
    raise Failed(f"nobody answers on port {port}")


def exchange(workshop, port, megabytes, before):
    path = workshop.path("file.bin")
    with open(path, "wb") as file:
        file.write(os.urandom(megabytes << 20))
    user = workshop.start(
        [sys.executable, USER, "newer", "U1", "127.0.0.1", str(port), "0", "9", "own"],
        output=-1, orders=-1,
    )  # fmt: skip
    outcome(user)
    tell(user, f"configure dss1 {N} {UNIT}")
    for _ in range(before):
        tell(user, f"copy dss1 {path}")
        tell(user, f"read dss1 file.bin {path}.out")
    copied = tell(user, f"copy dss1 {path}")
    read = tell(user, f"read dss1 file.bin {path}.out")
    with open(path, "rb") as sent, open(f"{path}.out", "rb") as got:
        if sent.read() != got.read():
            raise Failed("what was read is not what was copied")
    return {"copy": copied, "read": read}


def tell(user, line):
    """Seconds until its outcome, which must be a success."""
    began = time.monotonic()
    user.stdin.write((line + "\n").encode())
    user.stdin.flush()
    outcome(user)
    return time.monotonic() - began


def outcome(user):
    while True:
        line = user.stdout.readline().decode()
        if not line:
            raise Failed("the user has ended")
        if not line.startswith("#"):
            break
    if '"status": "SUCCESS"' not in line:
        raise Failed(line.strip())


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
