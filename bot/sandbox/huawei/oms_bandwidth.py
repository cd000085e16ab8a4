"""Bandwidth policies: at which times of the day a task moves no more than so many bytes a second.

Times are of UTC: which zone OMS means is written nowhere (platforms.md, Bandwidth).
"""

import itertools
import math
import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.huawei.oms_errors import oms_error

LEAST, MOST = 1024**2, 200 * 1024**2  # bytes a second
_MOST_WINDOWS = 5
_DAY, _MINUTE = 86_400, 60  # seconds
_TIME = re.compile(r"(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d)")
_LAST = "23:59"  # the end of the day: 24:00 is not hh:mm


@dataclass(frozen=True)
class Window:
    """A time of the day and the most bytes a second in it; `start` and `end` are as they were sent."""

    start: str
    end: str
    max_bandwidth: int

    @property
    def seconds(self) -> tuple[int, int]:
        """Its beginning and its end, in seconds of the day."""
        return _seconds(self.start), _DAY if self.end == _LAST else _seconds(self.end)

    def as_json(self) -> dict[str, Any]:
        """The window as OMS shows it."""
        return {"start": self.start, "end": self.end, "max_bandwidth": self.max_bandwidth}


Policy = tuple[Window, ...]


def capped(speed: float, policy: Policy, at: float) -> float:
    """How fast something moves at a moment that would move at `speed` if nobody minded."""
    now = at % _DAY
    return min([speed, *(w.max_bandwidth for w in policy if w.seconds[0] <= now < w.seconds[1])])


def next_edge(policy: Policy, at: float) -> float:
    """When the policy next lets something change its speed; at infinity without a policy."""
    midnight, now = at - at % _DAY, at % _DAY
    edges = {edge for window in policy for edge in window.seconds}
    return min((midnight + edge + (_DAY if edge <= now else 0) for edge in edges), default=math.inf)


def policy_of(value: object) -> Policy:
    """The policy that was sent; an empty list is none.

    Raises:
        ApiError: OMS.0083 to OMS.0085, or OMS.0087 for what is no policy at all.
    """
    if not isinstance(value, list):
        raise oms_error("OMS.0087")
    windows = sorted((_window(one) for one in value), key=lambda window: window.seconds)
    if len(windows) > _MOST_WINDOWS:
        raise oms_error("OMS.0083")
    if not all(LEAST <= window.max_bandwidth <= MOST for window in windows):
        raise oms_error("OMS.0084")
    if any(one.seconds[1] > other.seconds[0] for one, other in itertools.pairwise(windows)):
        raise oms_error("OMS.0085")
    return tuple(windows)


def _window(value: object) -> Window:
    match value:
        case {"start": str(start), "end": str(end), "max_bandwidth": int(most), **others} if not others:
            window = Window(start, end, most)
        case _:
            raise oms_error("OMS.0087")
    if not (_TIME.fullmatch(start) and _TIME.fullmatch(end)) or start >= end or isinstance(most, bool):
        raise oms_error("OMS.0087")
    return window


def _seconds(written: str) -> int:
    hours, _, minutes = written.partition(":")
    return (int(hours) * 60 + int(minutes)) * _MINUTE
