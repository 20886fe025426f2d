"""The storage rows that break what they measure, or begin with it: new processes for every run."""

import os
import re
import statistics
import sys
import time

import machine
from figures import AtMost, Figure, Row, TimesOwn
from processes import Failed
from storage_parties import VOLUME, Volumes, in_background
from storage_place import GIBIBYTE, HDFS, MEBIBYTE

KILL_AFTER_SECONDS = 2
STREAM_SECONDS = 6


class Faults:
    """What happens when a disk or the manager is gone."""

    def __init__(self, place):
        self._place = place

    def _read_degraded(self, party, kill):
        figures = self._place.fill(party)
        kill(party)
        order = f"read big {self._place.sizes.file_mb}"
        first = self._place.speed(party.order(order))["mb_s"]
        party.order(order)
        steady = [self._place.speed(party.order(order)) for _ in range(3)]
        party.order(f"verify big {self._place.sizes.file_mb}")
        return {
            **figures,
            "first_mb_s": first,
            "mb_s": statistics.median(each["mb_s"] for each in steady),
            "cpu": statistics.median(each["cpu"] for each in steady),
        }

    def degraded(self):
        def kill(party):
            party.kill(party.a_follower())

        def stop(party):
            party.order("stop big")

        rivals = {}
        if HDFS in self._place.rivals:
            rivals[HDFS] = self._place.fresh_hdfs(lambda party: self._read_degraded(party, stop))
        return Row(
            "degraded",
            [
                Figure("read with one disk gone", "mb_s", "MB/s", TimesOwn(0.9, "healthy_mb_s", "healthy")),
                Figure("  CPU seconds a GiB, all processes", "cpu", "s"),
                Figure("  the first after the kill", "first_mb_s", "MB/s", TimesOwn(0.7, "healthy_mb_s", "healthy")),
                Figure("  healthy read, in the same runs", "healthy_mb_s", "MB/s", more_is_better=True),
            ],
            self._place.fresh(self._place.volumes, lambda party: self._read_degraded(party, kill)),
            rivals,
            their_runs=2,
            is_warm=False,
        )

    def _rebuild(self, party):
        figures = self._place.fill(party)
        os.sync()
        share = self._place.sizes.file_mb / 2 * MEBIBYTE
        _, disk = party.host(0)
        done = party.order(f"fail {disk}")
        # The reads show that what was built up is right: another disk goes.
        party.kill(next(peer for peer, name in map(party.host, range(3)) if name != disk and peer != party.manager()))
        party.order(f"verify big {self._place.sizes.file_mb}")
        return {**figures, "mb_s": share / 1e6 / done["seconds"], "cpu": done["cpu_seconds"] / (share / GIBIBYTE)}

    def _replace(self, party):
        self._place.fill(party)
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
        party.order(f"verify big {self._place.sizes.file_mb}")
        return seconds

    def _four(self):
        return self._place.volumes(peers=4, options=("--repair-after", "1s"))

    def rebuild(self):
        def run():
            figures = self._place.fresh(self._place.volumes, self._rebuild)()
            replace = self._place.fresh(self._four, self._replace)
            return {**figures, "replaced_seconds": replace()}

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

    def _gap(self, party):
        party.talker.ask("stream warm 2")
        party.talker.tell(f"stream file {STREAM_SECONDS}")
        time.sleep(KILL_AFTER_SECONDS)
        party.kill(party.manager())
        found = party.talker.answer("stream")
        why = found.pop("first_failure")
        if why:
            print(f"  gap: a write failed: {why}", file=sys.stderr)
        return found

    def gap(self):
        return Row(
            "gap",
            [
                Figure("manager killed in a stream of 4 KiB writes: gap", "gap_ms", "ms", AtMost(1000)),
                Figure("  writes that failed", "failed", "", AtMost(0)),
                Figure("  writes acknowledged", "files", "", more_is_better=True),
            ],
            self._place.fresh(self._place.volumes, self._gap),
            is_warm=False,
        )


class Limits:
    """Start, memory, and a leader whose disk is busy."""

    def __init__(self, place):
        self._place = place

    def _start(self, party):
        party.order(f"write big {self._place.sizes.file_mb}")
        figures = {"seconds": party.start_seconds}
        if isinstance(party, Volumes):
            return {**figures, "memory_mb": party.peers_memory_mb(), "gcd_mb": party.gcd_memory_mb()}
        return {**figures, "memory_mb": party.memory_mb()}

    def start(self):
        rivals = {HDFS: self._place.fresh_hdfs(self._start)} if HDFS in self._place.rivals else {}
        return Row(
            "start",
            [
                Figure("GCD and 3 peers: start to first 4 KiB file", "seconds", "s", AtMost(1.6)),
                Figure("  the 3 peers' memory after {size}", "memory_mb", "MB", AtMost(330)),
                Figure("  the GCD's memory", "gcd_mb", "MB"),
            ],
            self._place.fresh(self._place.volumes, self._start),
            rivals,
            is_warm=False,
        )

    def _probe(self, party):
        size = self._place.sizes.file_mb
        party.order(f"write big {size}")
        prober = party.beside()
        prober.ask("probe 1")
        elections = len(party.events("election_started"))
        ends = time.monotonic() + self._place.sizes.probe_seconds

        def load():
            for number in range(1_000_000):
                if time.monotonic() > ends:
                    return
                party.talker.ask(f"write load{number % 2} {size}")

        thread, failures = in_background(load)
        found = prober.ask(f"probe {self._place.sizes.probe_seconds}")
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
                Figure("  the machine itself: a sleep ends late, p99", "sleep_p99_ms", "ms"),
                Figure("  the same, p99.9", "sleep_p999_ms", "ms"),
                Figure("  elections meanwhile", "elections", "", AtMost(0)),
            ],
            self._place.fresh(self._place.volumes, self._probe),
            is_warm=False,
        )

    def _memory(self, party):
        source, log = party.path("source"), party.path("gc.log")
        with open(source, "wb") as file:
            file.truncate(self._place.sizes.long_file_mb * MEBIBYTE)  # All zeros, and no room.
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
            raise Failed(f"copy ended with code {process.returncode}: {party.complaints()}")
        with open(log, encoding="utf-8") as text:
            heaps = [int(found) for found in re.findall(r" (\d+)M->\d+M\(", text.read())]
        quarter = max(1, len(seen) // 4)
        return {
            "heap_mb": max(heaps, default=0),
            "resident_mb": max(seen),
            "growth_mb": max(seen[-quarter:]) - max(seen[quarter : 2 * quarter]),
            "mb_s": self._place.sizes.long_file_mb * MEBIBYTE / 1e6 / seconds,
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
            self._place.fresh(self._place.volumes, self._memory),
            runs=1,
            is_warm=False,
        )
