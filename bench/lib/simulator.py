"""Row 9: how long the simulator takes for 100,000 schedules of five peers."""

import re
import subprocess
import time

from processes import Failed

LIMIT_SECONDS = 600
WHOLE = 100_000


def simulate(launcher, runs):
    """A run: seconds for 100,000 schedules, and schedules a second by our own clock, the JVM's start included."""

    def once():
        command = [launcher.path, "simulate", "--peers", "5", "--runs", str(runs), "--seed", "1"]
        start = time.monotonic()
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LIMIT_SECONDS, env=launcher.environment
        )
        seconds = time.monotonic() - start
        if done.returncode != 0:
            raise Failed(f"simulate ended with code {done.returncode}: {(done.stderr or done.stdout).strip()[-200:]}")
        told = re.match(r"([\d,]+) runs", done.stdout)
        ran = int(told[1].replace(",", "")) if told else 0
        if ran != runs:
            raise Failed(f"simulate ran {ran} schedules, not {runs}")
        return {"seconds": seconds * WHOLE / runs, "per_second": runs / seconds}

    return once
