"""What is printed: one line a figure."""

import statistics

HEADINGS = ("what", "target", "Roundtable: median (min–max)", "", "beside it, in turns: median (min–max)", "ratio")
# Beyond these widths a cell pushes the rest of its line aside; nothing is cut.
WIDTHS = (50, 15, 32, 6, 46, 7)


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


def ratio(ours, theirs, more_is_better=False):
    """How many times better ours is."""
    better, worse = (ours, theirs) if more_is_better else (theirs, ours)
    if not better or not worse or not statistics.median(worse):
        return ""
    return f"{statistics.median(better) / statistics.median(worse):.1f} x"
