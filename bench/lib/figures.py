"""A table's rows: who is measured in turns, which figures come of it, and what they have to reach."""

import statistics
from dataclasses import dataclass, field
from typing import Callable

OURS = "Roundtable"


@dataclass(frozen=True)
class AtMost:
    """Ours is at most so much."""

    limit: float
    more_is_better = False

    def text(self, unit):
        return f"≤ {self.limit:,g} {unit}".rstrip()

    def is_met(self, ours, _compared):
        return ours <= self.limit

    def compared(self):
        return None


@dataclass(frozen=True)
class TimesRival:
    """Ours is at least so many times theirs, measured in turns."""

    factor: float
    rival: str
    more_is_better = True

    def text(self, _unit):
        return f"≥ {self.factor:g} x {self.rival}"

    def is_met(self, ours, compared):
        return ours >= self.factor * compared

    def compared(self):
        return self.rival, None


@dataclass(frozen=True)
class TimesOwn:
    """Ours is at least so many times another figure of the same runs."""

    factor: float
    key: str
    name: str
    more_is_better = True

    def text(self, _unit):
        return f"≥ {self.factor:g} x {self.name}"

    def is_met(self, ours, compared):
        return ours >= self.factor * compared

    def compared(self):
        return OURS, self.key


@dataclass(frozen=True)
class Figure:
    """One line of the table: what to take of a run, and what its median has to reach (None: nothing)."""

    title: str
    key: str
    unit: str
    target: float | AtMost | TimesRival | TimesOwn | None = None
    scale: float = 1
    more_is_better: bool = False

    def goal(self):
        return AtMost(self.target) if isinstance(self.target, (int, float)) else self.target

    def wants_more(self):
        return self.more_is_better or (self.goal() is not None and self.goal().more_is_better)

    def values(self, done, key=None):
        key = key or self.key
        return [run[key] * self.scale for run in done["runs"] if key in run]

    def mark(self, results):
        """pass, FAIL, ? if there is nothing to compare with, or nothing without a target."""
        goal, done = self.goal(), results[OURS]
        if goal is None:
            return ""
        own = self.values(done)
        # A failed run fails the row: a median of the survivors says nothing about it.
        if not own or done["errors"]:
            return "FAIL"
        other = None
        if goal.compared():
            name, key = goal.compared()
            others = self.values(results[name], key) if name in results else []
            if not others:
                return "?"
            other = statistics.median(others)
        return "pass" if goal.is_met(statistics.median(own), other) else "FAIL"


@dataclass(frozen=True)
class Row:
    name: str
    figures: list[Figure]
    ours: Callable[[], dict]
    theirs: dict[str, Callable[[], dict]] = field(default_factory=dict)
    runs: int | None = None
    # More runs than the others, where chance decides much.
    times: int = 1
    # How often theirs, where it takes too long for as many runs as ours.
    their_runs: int | None = None
    # Whether it is left out, not failed, when ours does not run at all.
    is_optional: bool = False
    # Whether what was measured before may go on running beside it.
    is_warm: bool = True
