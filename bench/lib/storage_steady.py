"""The storage rows that take turns with parties that stay: long files and small ones."""

import os
import time

from figures import AtMost, Figure, Row, TimesRival
from storage_parties import VOLUME
from storage_place import HDFS, MEBIBYTE

# Until the compilers have seen it all.
WARM_UP_RUNS = 2


class Steady:
    """Speeds of what is warm."""

    def __init__(self, place):
        self._place = place
        self._number = 0
        self._warmed = set()

    def _write(self, party):
        figures = self._place.speed(party.order(f"write next {self._place.sizes.file_mb}"))
        party.order("remove next")
        time.sleep(party.rest_seconds)
        return figures

    def _write_ours(self, party):
        figures = self._write(party)
        source = party.path("source")
        _make_file(source, self._place.sizes.file_mb)
        os.sync()
        tool = self._place.speed(party.run("copy", VOLUME, source, "--as", "by-tool"))
        os.remove(source)
        party.order("remove by-tool")
        time.sleep(party.rest_seconds)
        return {**figures, "tool_mb_s": tool["mb_s"], "tool_cpu": tool["cpu"]}

    def _read(self, party):
        return self._place.speed(party.order(f"read big {self._place.sizes.file_mb}"))

    def _read_ours(self, party):
        figures = self._read(party)
        tool = self._place.speed(party.run("read", VOLUME, "big", "-"))
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
            self._place.once("ours", self._write_ours),
            {name: self._place.once(name, self._write) for name in self._place.rivals},
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
            self._place.once("ours", self._read_ours),
            {name: self._place.once(name, self._read) for name in self._place.rivals},
        )

    def _small(self, party, clients):
        self._number += 1
        prefix = f"small{self._number}"
        found = party.order(f"put {prefix} {self._place.sizes.small_seconds} {clients}")
        read = party.order(f"get {prefix} {self._place.sizes.small_seconds} {clients}")
        return {
            "written": found["per_second"], "write_p99": found["p99_ms"], "write_cpu": _each_ms(found),
            "read": read["per_second"], "read_p99": read["p99_ms"], "read_cpu": _each_ms(read),
        }  # fmt: skip

    def small(self, clients):
        def once(party):
            if (party, clients) not in self._warmed:
                self._warmed.add((party, clients))
                for _ in range(WARM_UP_RUNS):
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
            self._place.once("ours", once),
            {name: self._place.once(name, once) for name in self._place.rivals},
        )


def _each_ms(found):
    return 1000 * found["cpu_seconds"] / found["files"]


def _make_file(path, megabytes):
    block = os.urandom(MEBIBYTE)
    with open(path, "wb") as file:
        for _ in range(megabytes):
            file.write(block)
