"""Waiting by times that were stored, perhaps by another process, whose clock may be minutes off. Pure."""

from __future__ import annotations

from typing import Final

DAY: Final = 24 * 3600.0  # seconds


def time_left(until: float, now: float, *, at_most: float) -> float:
    """Return the seconds from *now* to *until*, a stored time: none if it is past, and never more than *at_most*.

    A wait that is to last ten seconds from a stored moment lasts ten seconds at most, whatever two clocks say.
    """
    return min(max(0.0, until - now), at_most)
