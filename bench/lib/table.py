"""What is printed: one line a figure."""

import statistics

HEADINGS = ("what", "target", "Roundtable: median (min–max)", "", "beside it, in turns: median (min–max)", "ratio")
# Beyond these widths a cell pushes the rest of its line aside; nothing is cut.
WIDTHS = (50, 12, 32, 6, 46, 7)


def line(cells):
    return "  ".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS)).rstrip()


def heading():
    return line(HEADINGS) + "\n" + "  ".join("-" * width for width in WIDTHS)


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def summary(values, unit):
    """Median, spread, and of how many runs."""
    if not values:
        return "no run succeeded"
    middle = f"{number(statistics.median(values))} {unit}".rstrip()
    if len(values) == 1:
        return f"{middle}, 1 run"
    return f"{middle} ({number(min(values))}–{number(max(values))}), {len(values)} runs"


def ratio(ours, theirs):
    """How many times ours theirs is; above 1, ours is less."""
    if not ours or not theirs or not statistics.median(ours):
        return ""
    return f"{statistics.median(theirs) / statistics.median(ours):.1f} x"


def mark(values, target, failed):
    """A failed run fails the row: a median of the survivors says nothing about it."""
    if target is None:
        return ""
    return "pass" if values and not failed and statistics.median(values) <= target else "FAIL"
