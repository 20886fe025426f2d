"""Runs a row: ours, theirs, ours, theirs …, and makes its lines."""

import subprocess
import sys
import time

import machine
import table
from figures import OURS
from processes import Failed

GIVE_UP_AFTER = 2


def measure(row, runs):
    """{name: {"runs": [figures], "errors": [reason]}}, ours first."""
    everybody = {OURS: row.ours, **row.theirs}
    results = {name: {"runs": [], "errors": []} for name in everybody}
    runs = row.runs or runs * row.times
    for turn in range(runs):
        for name, once in everybody.items():
            done = results[name]
            if not done["runs"] and len(done["errors"]) >= GIVE_UP_AFTER:
                continue
            if name != OURS and row.their_runs and turn >= row.their_runs:
                continue
            before = machine.load().split()[0]
            began = time.monotonic()
            try:
                figures = once()
                done["runs"].append(figures)
                told = ", ".join(f"{key} {table.number(value)}" for key, value in figures.items())
            except (Failed, OSError, subprocess.SubprocessError) as error:
                done["errors"].append(str(error))
                told = f"failed: {error}"
            took = time.monotonic() - began
            print(f"  {row.name} {turn + 1}/{runs} {name}: {told} [load before {before}, took {took:.0f} s]",
                  file=sys.stderr, flush=True)  # fmt: skip
    return results


def lines(row, results):
    """(the row's lines of the table, whether each target was reached)."""
    ours = results[OURS]
    if row.is_optional and not ours["runs"]:
        return [table.line((row.figures[0].title, "", f"skipped: {ours['errors'][0]}"))], True
    printed, passed = [], True
    for figure in row.figures:
        own, goal = figure.values(ours), figure.goal()
        mark = figure.mark(results)
        passed = passed and mark != "FAIL"
        target = "" if goal is None else goal.text(figure.unit)
        first = [figure.title, target, table.summary(own, figure.unit), mark]
        for name in results:
            if name == OURS:
                continue
            other = figure.values(results[name])
            if other or figure is row.figures[0]:
                printed.append(table.line((
                    *first, f"{name} {table.summary(other, figure.unit)}", table.ratio(own, other, figure.wants_more())
                )))  # fmt: skip
                first = ["", "", "", ""]
        if first[0]:
            printed.append(table.line(first))
    return printed + list(_remarks(results)), passed


def _remarks(results):
    for name, done in results.items():
        if done["errors"]:
            yield f"  ! {name}: {len(done['errors'])} runs failed, the first: {done['errors'][0]}"
        flaps = sum(run.get("flaps", 0) for run in done["runs"])
        if flaps:
            yield f"  ! {name}: {flaps} agreements did not last a second and are not counted as such"
