"""Bandwidth policies as they are typed and stored: ``20``, ``20 09:00-18:00 22:00-06:00``. Pure.

A number is in MB/s, of 1,048,576 bytes as OMS counts them. It holds for the times of the day behind it; without
any, for the whole day. What OMS has that is no whole number of those is in bytes, ``1500000B``. An empty text
is no limit.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from bot.huawei.oms.models import BandwidthWindow

MB: Final = 1024 * 1024
LEAST, MOST = 1, 200  # MB/s. Source: OMS API v2, UpdateBandwidthPolicy, max_bandwidth
MOST_WINDOWS: Final = 5  # Source: the same page
OFF: Final = "off"
_DAY: Final = 24 * 60  # minutes
_LAST: Final = "23:59"  # as OMS is told the end of a day: 24:00 is not hh:mm

_HYPHENS = re.compile(r"\s*[-‐‑‒–—−]+\s*")
_RATE = re.compile(r"(\d{1,9})(?:m(?:i?b)?(?:/s)?)?", re.IGNORECASE)
_UNIT = re.compile(r"m(?:i?b)?/s|mi?b", re.IGNORECASE)  # as a word of its own
_BYTES = re.compile(r"(\d{1,18})B")
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")

Wrong = Literal["missing", "rate", "hours", "many", "overlap", "off_hours"]
"""What may be wrong with what was typed."""
Policy = tuple[BandwidthWindow, ...]


def understood(typed: str) -> str | tuple[Wrong, str]:
    """Return the one form of what was typed; or what is wrong with it, and with which word."""
    words = _HYPHENS.sub("-", typed.replace(",", " ")).split()
    if not words:
        return "missing", ""
    if words[0].casefold() == OFF:
        times = next((word for word in words[1:] if any(map(str.isdigit, word))), "")
        return ("off_hours", times) if _span(times) else OFF
    rate = _RATE.fullmatch(words[0])
    if rate is None or not LEAST <= int(rate[1]) <= MOST:
        return "rate", words[0]
    hours = words[2:] if len(words) > 1 and _UNIT.fullmatch(words[1]) else words[1:]
    spans: list[tuple[int, int]] = []
    for word in hours:
        span = _span(word)
        if span is None:
            return "hours", word
        spans.append(span)
    terms = " ".join((str(int(rate[1])), *(_written(span) for span in sorted(spans) if span != (0, _DAY))))
    policy = policy_of(terms)
    if len(policy) > MOST_WINDOWS:
        return "many", ""
    return ("overlap", "") if _overlap(policy) else terms


def policy_of(terms: str) -> Policy:
    """Return the policy that *terms* of one's own are; times over midnight become two of its windows.

    With ``off`` before them they are what is put back; ``off`` alone is no limit.
    """
    windows: list[BandwidthWindow] = []
    for rate, hours in _by_rate(terms.removeprefix(OFF).split()):
        for start, end in hours or [(0, _DAY)]:
            windows += _windows(start, end, rate)
    return tuple(windows)


def terms_of(policy: Iterable[BandwidthWindow]) -> str:
    """Return the *policy* as it is written; empty if there is none."""
    parts = []
    for limit, windows in itertools.groupby(policy, lambda window: window.max_bandwidth):
        spans = [(_minute(one.start), _end(one.end)) for one in windows]
        hours = (_written(span) for span in spans if span != (0, _DAY))
        parts.append(" ".join((f"{limit}B" if limit % MB else str(limit // MB), *hours)))
    return " ".join(parts)


def read(bandwidth: Iterable[str]) -> Policy:
    """Return the policy that a `Snapshot` holds."""
    return tuple(map(BandwidthWindow.parse, bandwidth))


def limits(policy: Sequence[BandwidthWindow]) -> list[float]:
    """Return the most bytes a second for each minute of a day; infinite where there is no limit.

    Two policies that say the same in other windows are equal by it.
    """
    found = [float("inf")] * _DAY
    for window in policy:
        for minute in range(_minute(window.start), _end(window.end)):
            found[minute] = min(found[minute], window.max_bandwidth)
    return found


def _by_rate(words: Sequence[str]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return each limit, in bytes a second, with its times of the day."""
    found: list[tuple[int, list[tuple[int, int]]]] = []
    for word in words:
        if bytes_ := _BYTES.fullmatch(word):
            found.append((int(bytes_[1]), []))
        elif word.isdecimal():
            found.append((int(word) * MB, []))
        elif found and (span := _span(word)):
            found[-1][1].append(span)
    return found


def _span(word: str) -> tuple[int, int] | None:
    """Return from which to which minute of the day *word* lasts; the second is smaller over midnight."""
    found = _HOURS.fullmatch(word)
    if found is None:
        return None
    start, end = (
        int(hour) * 60 + int(minute or 0) for hour, minute in ((found[1], found[2]), (found[3], found[4]))
    )
    minutes = (int(found[2] or 0), int(found[4] or 0))
    end = _DAY if end == 0 else end
    return (start, end) if start < _DAY and end <= _DAY and max(minutes) < 60 and start != end else None


def _windows(start: int, end: int, limit: int) -> list[BandwidthWindow]:
    spans = [(start, end)] if start < end else [(start, _DAY), (0, end)]
    return [
        BandwidthWindow(start=_time(first), end=_LAST if last == _DAY else _time(last), max_bandwidth=limit)
        for first, last in spans
    ]


def _overlap(policy: Policy) -> bool:
    spans = sorted((_minute(window.start), _end(window.end)) for window in policy)
    return any(one[1] > other[0] for one, other in itertools.pairwise(spans))


def _written(span: tuple[int, int]) -> str:
    return f"{_time(span[0])}-{_time(span[1])}"


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return min(int(hours) * 60 + int(minutes), _DAY)


def _end(time: str) -> int:
    return _DAY if time == _LAST else _minute(time)
