"""The rows of bench/storage, in their order."""

import os
import re
import subprocess

from figures import Figure, Row, TimesRival
from processes import Failed
from storage_fresh import Faults, Limits
from storage_parties import BENCH
from storage_steady import Steady

ROW_NAMES = ["write", "read", "small-1", "small-8", "degraded", "rebuild", "start", "gap", "probe", "memory", "encode"]


def rows(place):
    """Those of one folder."""
    steady, faults, limits = Steady(place), Faults(place), Limits(place)
    return [
        steady.write(), steady.read(), steady.small(1), steady.small(8), faults.degraded(), faults.rebuild(),
        limits.start(), faults.gap(), limits.probe(), limits.memory(),
    ]  # fmt: skip


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
            raise Failed(f"bench/coding/run told nothing of {', '.join(missing)}: {(done.stdout + done.stderr)[-300:]}")
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
