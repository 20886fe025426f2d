"""Where the storage rows run: the parties on one folder, those that stay warm and new ones."""

import os
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass

from storage_parties import BareMachine, Hdfs, Volumes

MACHINE = "machine"
HDFS = "hdfs"
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


class Place:
    """All that runs on one folder: parties that stay warm for the rows that allow it, new ones for the others."""

    def __init__(self, folder, launcher, classes, rivals, sizes):
        self._folder = folder
        self._launcher = launcher
        self._classes = classes
        self.rivals = rivals
        self.sizes = sizes
        self._open = {}

    def close(self):
        for name in list(self._open):
            self.drop(name)

    # ---- parties

    def volumes(self, **how):
        return Volumes(self._folder, self._launcher, self._classes, **how)

    def new(self, name):
        if name == HDFS:
            return Hdfs(self._folder)
        return BareMachine(self._folder, self._classes) if name == MACHINE else self.volumes()

    def warm(self, name):
        """The one that stays, with a file `big` on it; warmed up by writing and reading before."""
        if name not in self._open:
            stack = ExitStack()
            party = stack.enter_context(self.new(name))
            try:
                for order in ("write", "write", "read", party.check):
                    party.talker.ask(f"{order} big {self.sizes.file_mb}")
            except BaseException:
                stack.close()
                raise
            self._open[name] = party, stack
        return self._open[name][0]

    def drop(self, name):
        """Ends the one that stayed; the next run gets a new one."""
        _, stack = self._open.pop(name)
        stack.close()

    def once(self, name, work):
        """A run with the warm one, on a disk that has nothing left to write."""

        def run():
            party = self.warm(name)
            os.sync()
            try:
                return work(party)
            except BaseException:
                self.drop(name)
                raise

        return run

    def fresh(self, party_of, work):
        """A run with one of its own."""

        def run():
            os.sync()
            with party_of() as party:
                return work(party)

        return run

    def fresh_hdfs(self, work):
        return self.fresh(lambda: self.new(HDFS), work)

    # ---- what rows have in common

    def speed(self, found):
        megabytes = self.sizes.file_mb * MEBIBYTE / 1e6
        return {
            "mb_s": megabytes / found["seconds"],
            "cpu": found["cpu_seconds"] / (self.sizes.file_mb * MEBIBYTE / GIBIBYTE),
        }

    def fill(self, party):
        """Writes and reads until both are as fast as they get; the figures of the last."""
        size = self.sizes.file_mb
        for name in ("other", "big"):
            party.order(f"write {name} {size}")
        party.order("remove other")
        time.sleep(party.rest_seconds)
        os.sync()
        written = self.speed(party.order(f"write big {size}"))
        time.sleep(party.rest_seconds)
        os.sync()
        for _ in range(2):
            party.order(f"read big {size}")
        read = [self.speed(party.order(f"read big {size}"))["mb_s"] for _ in range(3)]
        return {"write_mb_s": written["mb_s"], "healthy_mb_s": statistics.median(read)}
