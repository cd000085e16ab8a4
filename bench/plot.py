"""bench/results.png: one panel for each target that has something to be compared with."""

from __future__ import annotations

from pathlib import Path

from bench.figures import Figures
from bench.report import number

_PANELS = (
    ("Acks a second, 200 connections", "ack.200 connections per second"),
    ("Ack at 200 a second, p50, ms", "ack.200/s p50 ms"),
    ("Ack in a burst of 500, p99, ms", "ack.burst 500 p99 ms"),
    ("Click → stop call, p50, ms", "click to stop p50 ms"),
    ("OMS calls a second, 100 concurrent", "OMS calls/s at 100"),
    ("Start-up to first ack, ms", "start-up to first ack ms"),
)
_OURS, _THEIRS = "#1a7f64", "#b8bfc6"


def draw(figures: Figures, path: Path) -> None:
    """Draw horizontal bars, ours in colour, with the range of the rounds as a line."""
    import matplotlib as mpl  # noqa: PLC0415  # of the benchmarks only; takes long to import

    mpl.use("agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415  # as above

    panels = [(title, metric) for title, metric in _PANELS if figures.contenders(metric)]
    if not panels:
        return
    rows = (len(panels) + 1) // 2
    figure, axes = plt.subplots(rows, 2, figsize=(13, 2.9 * rows), squeeze=False, layout="constrained")
    for axis, (title, metric) in zip(axes.flat, panels, strict=False):
        names = figures.contenders(metric)[::-1]
        medians = [figures.median(metric, name) or 0 for name in names]
        colours = [_OURS if name.startswith(("oms-bot", "our ")) else _THEIRS for name in names]
        axis.barh(names, medians, color=colours)
        longest = max(medians)
        for row, name in enumerate(names):
            values = figures.values(metric, name)
            axis.plot([min(values), max(values)], [row, row], color="#333333", linewidth=1.2)
            axis.text(
                max(*values, medians[row]) + longest * 0.015,
                row,
                number(medians[row]),
                va="center",
                fontsize=9,
            )
        axis.set_title(title, loc="left", fontsize=11)
        axis.set_xlim(0, max(max(figures.values(metric, name)) for name in names) * 1.14)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in list(axes.flat)[len(panels) :]:
        axis.set_visible(False)
    figure.savefig(path, dpi=110)
    plt.close(figure)
