"""Charts (`data_visualization`) as SVG: lines, areas, bars and pies. Pure; what they show is their label, too."""

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.sandbox.page.blockkit_text import unknown
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json

_EMPTY = Markup()
_WIDE, _HIGH, _LEFT, _TOP, _FOOT = 440, 170, 44, 12, 26  # of the drawing, and what its axes take of it
_COLOURS = ("#1a7db0", "#1d8659", "#a06d00", "#d4144f", "#6b46c1", "#c05621")


def chart(block: Json, _: Reader) -> Markup:
    """Show a chart under its title, with its figures in words for those who cannot see it."""
    given = block["chart"]
    draw = _KINDS.get(str(given.get("type")))
    if draw is None:
        return unknown("chart", given.get("type"))
    return Markup(
        '<figure class="bk-chart"><figcaption>{0}</figcaption><svg viewBox="0 0 {1} {2}" role="img" '
        'aria-label="{0}: {3}">{4}</svg>{5}</figure>'
    ).format(block["title"], _WIDE, _HIGH, _in_words(given), draw(given), _legend(given))


def in_words(block: Json) -> str:
    """Say what a chart shows."""
    return _in_words(block["chart"])


def _in_words(given: Json) -> str:
    if given["type"] == "pie":
        return ", ".join(f"{one['label']} {one['value']}" for one in given["segments"])
    return "; ".join(
        f"{one['name']}: " + ", ".join(f"{point['label']} {point['value']}" for point in one["data"])
        for one in given["series"]
    )


def _legend(given: Json) -> Markup:
    """Name the colours, where there is more than one, and the axes."""
    names = [one["name"] for one in given.get("series", [])] or [one["label"] for one in given["segments"]]
    entry = Markup('<span><i class="swatch" style="background:{}"></i>{}</span>')
    shown = [entry.format(_colour(number), name) for number, name in enumerate(names)]
    axes = given.get("axis_config", {})
    labels = [axes[name] for name in ("x_label", "y_label") if axes.get(name)]
    shown += [Markup("<span>{}</span>").format(" · ".join(labels))] if labels else []
    return Markup('<p class="bk-legend">{}</p>').format(_EMPTY.join(shown))


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


class _Paper:
    """Where values and categories lie in the drawing."""

    def __init__(self, given: Json) -> None:
        self.categories: Sequence[str] = given["axis_config"]["categories"]
        values = [float(point["value"]) for one in given["series"] for point in one["data"]]
        self.low = min(0.0, *values)
        self.high = _round_up(max(0.0, *values) - self.low) + self.low

    def y(self, value: float) -> float:
        """Return how far down a value lies."""
        share = (value - self.low) / (self.high - self.low)
        return round(_HIGH - _FOOT - share * (_HIGH - _TOP - _FOOT), 1)

    def x(self, place: float) -> float:
        """Return how far to the right a category lies; between them, a part of one."""
        slots = max(1, len(self.categories) - 1)
        return round(_LEFT + place * (_WIDE - _LEFT - 14) / slots, 1)

    def axes(self) -> Markup:
        """Draw three lines with their values, and as many categories as have room."""
        line = Markup(
            '<line class="bk-grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
            '<text x="{3}" y="{4}" text-anchor="end">{5}</text>'
        )
        lines = _EMPTY.join(
            line.format(_LEFT, _WIDE - 14, self.y(value), _LEFT - 6, self.y(value) + 4, f"{value:g}")
            for value in (self.low, (self.low + self.high) / 2, self.high)
        )
        every = math.ceil(len(self.categories) / 7)
        label = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>')
        return lines + _EMPTY.join(
            label.format(self.x(number), _HIGH - 8, name)
            for number, name in enumerate(self.categories)
            if number % every == 0
        )


def _round_up(value: float) -> float:
    """Return a round number that is not below, for the end of an axis."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def _points(one: Json, paper: _Paper) -> list[tuple[float, float]]:
    return [
        (paper.x(paper.categories.index(point["label"])), paper.y(float(point["value"])))
        for point in one["data"]
    ]


def _lines(given: Json) -> Markup:
    paper, drawn = _Paper(given), _EMPTY
    filled = given["type"] == "area"
    for number, one in enumerate(given["series"]):
        points, colour = _points(one, paper), _colour(number)
        line = " ".join(f"{x},{y}" for x, y in points)
        if filled:
            ends = f"{points[0][0]},{paper.y(paper.low)} {line} {points[-1][0]},{paper.y(paper.low)}"
            drawn += Markup('<polygon points="{}" fill="{}" opacity=".25"/>').format(ends, colour)
        drawn += Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>').format(
            line, colour
        )
        dot = Markup('<circle cx="{}" cy="{}" r="2.5" fill="{}"/>')
        drawn += _EMPTY.join(dot.format(x, y, colour) for x, y in points)
    return paper.axes() + drawn


def _bars(given: Json) -> Markup:
    paper, drawn = _Paper(given), _EMPTY
    wide = min(26.0, (_WIDE - _LEFT) / len(paper.categories) / len(given["series"]) - 2)
    bar = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>')
    for number, one in enumerate(given["series"]):
        for x, y in _points(one, paper):
            left = max(_LEFT, x + (number - len(given["series"]) / 2) * wide)
            drawn += bar.format(round(left, 1), y, round(wide, 1), paper.y(paper.low) - y, _colour(number))
    return paper.axes() + drawn


def _pie(given: Json) -> Markup:
    whole, begun, drawn = sum(float(one["value"]) for one in given["segments"]), 0.0, _EMPTY
    # A circle's line, as broad as its radius, fills it; of its length of 100 each segment takes its share.
    part = Markup(
        '<circle r="15.9" cx="{}" cy="{}" fill="none" stroke="{}" stroke-width="31.8" pathLength="100" '
        'stroke-dasharray="{} 100" stroke-dashoffset="{}"/>'
    )
    for number, one in enumerate(given["segments"]):
        share = float(one["value"]) / whole * 100
        drawn += part.format(0, 0, _colour(number), round(share, 2), round(-begun, 2))
        begun += share
    return Markup('<g transform="translate({} {}) rotate(-90) scale(2.2)">{}</g>').format(
        _WIDE / 2, _HIGH / 2, drawn
    )


_KINDS: dict[str, Callable[[Json], Markup]] = {"area": _lines, "bar": _bars, "line": _lines, "pie": _pie}
