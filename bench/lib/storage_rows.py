"""The rows of bench/storage: what is done, and which figures with which targets come of it."""

import os
import re
import statistics
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass

import machine
from figures import AtMost, Figure, Row, TimesOwn, TimesRival
from processes import Failed
from storage_parties import BENCH, VOLUME, BareMachine, Hdfs, Prober, Volumes, in_background

MACHINE = "machine"
HDFS = "hdfs"
KILL_AFTER_SECONDS = 2
STREAM_SECONDS = 6
MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


@dataclass(frozen=True)
class Sizes:
    """How much is done in a run."""

    file_mb: int
    long_file_mb: int
    small_seconds: float
    probe_seconds: float


FULL = Sizes(1024, 10 * 1024, 3, 15)
QUICK = Sizes(256, 2 * 1024, 1.5, 5)


class Table:
    """All that runs on one folder: parties that stay warm for the rows that allow it, new ones for the others."""

    def __init__(self, folder, launcher, classes, rivals, sizes):
        self._folder = folder
        self._launcher = launcher
        self._classes = classes
        self._rivals = rivals
        self._sizes = sizes
        self._open = {}
        self._stack = ExitStack()

    def close(self):
        self._stack.close()
        self._open.clear()

    # ---- parties

    def _volumes(self, **how):
        return Volumes(self._folder, self._launcher, self._classes, **how)

    def _new(self, name):
        if name == HDFS:
            return Hdfs(self._folder)
        return BareMachine(self._folder, self._classes) if name == MACHINE else self._volumes()

    def _warm(self, name):
        """The one that stays, with a file `big` on it; warmed up by writing and reading before."""
        if name not in self._open:
            stack = ExitStack()
            party = stack.enter_context(self._new(name))
            try:
                for order in ("write", "write", "read", party.check):
                    party.talker.ask(f"{order} big {self._sizes.file_mb}")
            except BaseException:
                stack.close()
                raise
            self._open[name] = party
            self._stack.push(stack)
        return self._open[name]

    def _drop(self, name):
        """After a failure: the next run gets a new one. What is left of this one goes at the end."""
        self._open.pop(name, None)

    def _once(self, name, work):
        """A run with the warm one, on a disk that has nothing left to write."""

        def run():
            party = self._warm(name)
            os.sync()
            try:
                return work(party)
            except BaseException:
                self._drop(name)
                raise

        return run

    def _fresh(self, party_of, work):
        def run():
            os.sync()
            with party_of() as party:
                return work(party)

        return run

    # ---- long files

    def _speed(self, found):
        megabytes = self._sizes.file_mb * MEBIBYTE / 1e6
        return {
            "mb_s": megabytes / found["seconds"],
            "cpu": found["cpu_seconds"] / (self._sizes.file_mb * MEBIBYTE / GIBIBYTE),
        }

    def _write(self, party):
        figures = self._speed(party.order(f"write next {self._sizes.file_mb}"))
        party.order("remove next")
        time.sleep(party.rest_seconds)
        return figures

    def _write_ours(self, party):
        figures = self._write(party)
        source = party.path("source")
        _make_file(source, self._sizes.file_mb)
        os.sync()
        tool = self._speed(party.run("copy", VOLUME, source, "--as", "by-tool"))
        os.remove(source)
        party.order("remove by-tool")
        time.sleep(party.rest_seconds)
        return {**figures, "tool_mb_s": tool["mb_s"], "tool_cpu": tool["cpu"]}

    def _read(self, party):
        return self._speed(party.order(f"read big {self._sizes.file_mb}"))

    def _read_ours(self, party):
        figures = self._read(party)
        tool = self._speed(party.run("read", VOLUME, "big", "-"))
        return {**figures, "tool_mb_s": tool["mb_s"], "tool_cpu": tool["cpu"]}

    def write(self):
        return Row(
            "write",
            [
                Figure("write one file of {size}", "mb_s", "MB/s", TimesRival(2, HDFS)),
                Figure("  CPU seconds a GiB, all processes", "cpu", "s", AtMost(3)),
                Figure("  by `roundtable copy`, its start included", "tool_mb_s", "MB/s", more_is_better=True),
                Figure("    CPU seconds a GiB", "tool_cpu", "s"),
            ],
            self._once("ours", self._write_ours),
            {name: self._once(name, self._write) for name in self._rivals},
        )

    def read(self):
        return Row(
            "read",
            [
                Figure("read it", "mb_s", "MB/s", TimesRival(1.5, HDFS)),
                Figure("  CPU seconds a GiB, all processes", "cpu", "s"),
                Figure("  by `roundtable read … -`, its start included", "tool_mb_s", "MB/s", more_is_better=True),
                Figure("    CPU seconds a GiB", "tool_cpu", "s"),
            ],
            self._once("ours", self._read_ours),
            {name: self._once(name, self._read) for name in self._rivals},
        )

    def _fill(self, party):
        """Writes and reads until both are as fast as they get; the figures of the last."""
        size = self._sizes.file_mb
        party.order(f"write other {size}")
        written = self._speed(party.order(f"write big {size}"))
        party.order("remove other")
        os.sync()
        for _ in range(2):
            party.order(f"read big {size}")
        read = [self._speed(party.order(f"read big {size}"))["mb_s"] for _ in range(3)]
        return {"write_mb_s": written["mb_s"], "healthy_mb_s": statistics.median(read)}

    def _read_degraded(self, party, kill):
        figures = self._fill(party)
        kill(party)
        order = f"read big {self._sizes.file_mb}"
        first = self._speed(party.order(order))["mb_s"]
        party.order(order)
        steady = [self._speed(party.order(order)) for _ in range(3)]
        party.order(f"verify big {self._sizes.file_mb}")
        return {
            **figures,
            "first_mb_s": first,
            "mb_s": statistics.median(each["mb_s"] for each in steady),
            "cpu": statistics.median(each["cpu"] for each in steady),
        }

    def degraded(self):
        rivals = {HDFS: lambda party: party.order("stop big")} if HDFS in self._rivals else {}
        return Row(
            "degraded",
            [
                Figure("read with one disk gone", "mb_s", "MB/s", TimesOwn(0.9, "healthy_mb_s", "healthy")),
                Figure("  CPU seconds a GiB, all processes", "cpu", "s"),
                Figure("  the first read after the kill", "first_mb_s", "MB/s", TimesOwn(0.7, "healthy_mb_s", "healthy")),
                Figure("  healthy read, in the same runs", "healthy_mb_s", "MB/s", more_is_better=True),
            ],
            self._fresh(self._volumes, lambda party: self._read_degraded(party, lambda one: one.kill(one.a_follower()))),
            {
                name: self._fresh(lambda: self._new(HDFS), lambda party: self._read_degraded(party, kill))
                for name, kill in rivals.items()
            },
            their_runs=2,
            is_warm=False,
        )

    # ---- rebuild

    def _rebuild(self, party):
        figures = self._fill(party)
        os.sync()
        share = self._sizes.file_mb / 2 * MEBIBYTE
        _, disk = party.host(0)
        done = party.order(f"fail {disk}")
        # The reads show that what was built up is right: another disk goes.
        party.kill(next(peer for peer, name in map(party.host, range(3)) if name != disk and peer != party.manager()))
        party.order(f"verify big {self._sizes.file_mb}")
        return {**figures, "mb_s": share / 1e6 / done["seconds"], "cpu": done["cpu_seconds"] / (share / GIBIBYTE)}

    def _replace(self, party):
        self._fill(party)
        os.sync()
        victim = party.a_follower()
        began = time.monotonic()
        party.kill(victim)
        # Until the loss is noticed the volume still looks whole.
        while not party.events("disk_replaced"):
            if time.monotonic() - began > 60:
                raise Failed("the lost disk was not replaced within 60 s")
            time.sleep(0.01)
        party.order("whole")
        seconds = time.monotonic() - began
        party.order(f"verify big {self._sizes.file_mb}")
        return seconds

    def rebuild(self):
        def run():
            figures = self._fresh(self._volumes, self._rebuild)()
            four = self._fresh(lambda: self._volumes(peers=4, options=("--repair-after", "1s")), self._replace)
            return {**figures, "replaced_seconds": four()}

        return Row(
            "rebuild",
            [
                Figure("rebuild a wiped disk: its share", "mb_s", "MB/s", TimesOwn(0.5, "write_mb_s", "write")),
                Figure("  CPU seconds a GiB of it, all processes", "cpu", "s"),
                Figure("  own write, in the same runs", "write_mb_s", "MB/s", more_is_better=True),
                Figure("  kill -9, --repair-after 1s: until whole", "replaced_seconds", "s"),
            ],
            run,
            is_warm=False,
        )

    # ---- small files

    def _small(self, party, clients):
        self._number = getattr(self, "_number", 0) + 1
        prefix = f"small{self._number}"
        found = party.order(f"put {prefix} {self._sizes.small_seconds} {clients}")
        read = party.order(f"get {prefix} {self._sizes.small_seconds} {clients}")
        return {
            "written": found["per_second"], "write_p99": found["p99_ms"], "write_cpu": _each_ms(found),
            "read": read["per_second"], "read_p99": read["p99_ms"], "read_cpu": _each_ms(read),
        }  # fmt: skip

    def small(self, clients):
        def once(party):
            if ("small", party, clients) not in self._open:
                self._open["small", party, clients] = party
                self._small(party, clients)
            return self._small(party, clients)

        many = f"{clients} client" + ("s" if clients > 1 else "")
        return Row(
            f"small-{clients}",
            [
                Figure(f"4 KiB files written by {many}, a second", "written", "", TimesRival(10, HDFS)),
                Figure("  p99", "write_p99", "ms"),
                Figure("  CPU milliseconds each, all processes", "write_cpu", "ms"),
                Figure(f"4 KiB files read by {many}, a second", "read", "", TimesRival(3, HDFS)),
                Figure("  p99", "read_p99", "ms"),
                Figure("  CPU milliseconds each, all processes", "read_cpu", "ms"),
            ],
            self._once("ours", once),
            {name: self._once(name, once) for name in self._rivals},
        )

    # ---- start, gap, probe

    def _start(self, party):
        party.order(f"write big {self._sizes.file_mb}")
        figures = {"seconds": party.start_seconds}
        if isinstance(party, Volumes):
            return {**figures, "memory_mb": party.peers_memory_mb(), "gcd_mb": party.gcd_memory_mb()}
        return {**figures, "memory_mb": party.memory_mb()}

    def start(self):
        rivals = {HDFS: self._fresh(lambda: self._new(HDFS), self._start)} if HDFS in self._rivals else {}
        return Row(
            "start",
            [
                Figure("GCD and 3 peers: start to first 4 KiB file", "seconds", "s", AtMost(1.6)),
                Figure("  the 3 peers' memory after {size}", "memory_mb", "MB", AtMost(330)),
                Figure("  the GCD's memory", "gcd_mb", "MB"),
            ],
            self._fresh(self._volumes, self._start),
            rivals,
            is_warm=False,
        )

    def _gap(self, party):
        party.talker.ask("stream warm 2")
        party.talker.tell(f"stream file {STREAM_SECONDS}")
        time.sleep(KILL_AFTER_SECONDS)
        party.kill(party.manager())
        return party.talker.answer("stream")

    def gap(self):
        return Row(
            "gap",
            [
                Figure("manager killed in a stream of 4 KiB writes: gap", "gap_ms", "ms", AtMost(1000)),
                Figure("  writes that failed", "failed", "", AtMost(0)),
                Figure("  writes acknowledged", "files", "", more_is_better=True),
            ],
            self._fresh(self._volumes, self._gap),
            is_warm=False,
        )

    def _probe(self, party):
        size = self._sizes.file_mb
        party.order(f"write big {size}")
        prober = Prober(party, self._classes)
        prober.talker.ask("probe 1")
        elections = len(party.events("election_started"))
        ends = time.monotonic() + self._sizes.probe_seconds

        def load():
            for number in range(1_000_000):
                if time.monotonic() > ends:
                    return
                party.talker.ask(f"write load{number % 2} {size}")

        thread, failures = in_background(load)
        found = prober.talker.ask(f"probe {self._sizes.probe_seconds}")
        thread.join()
        if failures:
            raise failures[0]
        return {**found, "elections": len(party.events("election_started")) - elections}

    def probe(self):
        return Row(
            "probe",
            [
                Figure("PROBE to a leader whose disk is written: p99", "p99_ms", "ms", AtMost(5)),
                Figure("  p99.9", "p999_ms", "ms", AtMost(20)),
                Figure("  median", "p50_ms", "ms"),
                Figure("  the longest", "max_ms", "ms"),
                Figure("  elections meanwhile", "elections", "", AtMost(0)),
            ],
            self._fresh(self._volumes, self._probe),
            is_warm=False,
        )

    # ---- memory

    def _memory(self, party):
        source, log = party.path("source"), party.path("gc.log")
        with open(source, "wb") as file:
            file.truncate(self._sizes.long_file_mb * MEBIBYTE)  # All zeros, and no room.
        # Every collection tells what the heap was before; -Xlog:disable of the launcher comes first.
        process = party.command("copy", VOLUME, source, "--as", "long", options=f"-Xlog:gc:file={log}")
        seen = []
        began = time.monotonic()
        while process.poll() is None:
            try:
                seen.append(machine.memory_mb(process.pid))
            except OSError:
                pass  # It has just ended.
            time.sleep(0.1)
        seconds = time.monotonic() - began
        if process.returncode:
            raise Failed(f"copy ended with code {process.returncode}: {party._shop.complaints()}")
        with open(log, encoding="utf-8") as text:
            heaps = [int(found) for found in re.findall(r" (\d+)M->\d+M\(", text.read())]
        quarter = max(1, len(seen) // 4)
        return {
            "heap_mb": max(heaps, default=0),
            "resident_mb": max(seen),
            "growth_mb": max(seen[-quarter:]) - max(seen[quarter : 2 * quarter]),
            "mb_s": self._sizes.long_file_mb * MEBIBYTE / 1e6 / seconds,
        }

    def memory(self):
        return Row(
            "memory",
            [
                Figure("`roundtable copy` of {long}: the most heap", "heap_mb", "MB", AtMost(128)),
                Figure("  the most resident memory", "resident_mb", "MB"),
                Figure("  grown from the 2nd to the last quarter", "growth_mb", "MB", AtMost(8)),
                Figure("  speed", "mb_s", "MB/s", more_is_better=True),
            ],
            self._fresh(self._volumes, self._memory),
            runs=1,
            is_warm=False,
        )

    def rows(self):
        return [
            self.write(), self.read(), self.small(1), self.small(8), self.degraded(), self.rebuild(), self.start(),
            self.gap(), self.probe(), self.memory(),
        ]  # fmt: skip


ROW_NAMES = ["write", "read", "small-1", "small-8", "degraded", "rebuild", "start", "gap", "probe", "memory", "encode"]


def _each_ms(found):
    return 1000 * found["cpu_seconds"] / found["files"]


def _make_file(path, megabytes):
    block = os.urandom(MEBIBYTE)
    with open(path, "wb") as file:
        for _ in range(megabytes):
            file.write(block)


def encode(classes_of_build):
    """bench/coding, whose own table has medians of its own runs."""
    layouts = {"2+1": 0.6, "4+2": 0.6, "10+4": 0.35}
    told = {}

    def measure():
        done = subprocess.run(
            [os.path.join(BENCH, "coding", "run")], capture_output=True, text=True, timeout=600,
            stdin=subprocess.DEVNULL, env={**os.environ, "CLASSES": classes_of_build()},
        )  # fmt: skip
        found = {}
        for line in done.stdout.splitlines():
            match = re.match(r"encode (\d+\+\d+)\S*\s+([\d.]+)", line)
            if match:
                found[match[1]] = float(match[2])
        told["isal"] = {
            match[1]: float(match[2])
            for match in re.finditer(r"ISA-L ec_encode_data (\S+) .*?median ([\d.]+)", done.stdout)
        }
        missing = [layout for layout in layouts if layout not in found]
        if missing:
            raise Failed(f"bench/coding/run told nothing of {', '.join(missing)}: {done.stdout[-200:]} {done.stderr[-200:]}")
        return found

    def isal():
        if not told.get("isal"):
            raise Failed("no ISA-L (Debian: libisal-dev)")
        return told["isal"]

    return Row(
        "encode",
        [
            Figure(f"encode {layout}, one thread", layout, "GB/s", TimesRival(factor, "ISA-L"))
            for layout, factor in layouts.items()
        ],
        measure,
        {"ISA-L": isal},
        runs=1,
    )
