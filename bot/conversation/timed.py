"""For how long, or until when, as it is typed behind a task: ``for 2h``, ``until 06:00``. Pure: the clock is given.

peel     what was typed → the terms in their one form, and what follows them
time_of  those terms → the moment that they mean for somebody, somewhere
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

SHORTEST: Final = 60.0
LONGEST: Final = 7 * 24 * 3600.0
_AT_LEAST: Final = 5 * 60.0  # before a time of day that has nearly come, the next day's is meant

_MINUTES: Final = {
    "s": 1 / 60,
    "秒": 1 / 60,
    "m": 1,
    "分": 1,
    "h": 60,
    "小": 60,
    "时": 60,
    "d": 24 * 60,
    "天": 24 * 60,
    "w": 7 * 24 * 60,
    "周": 7 * 24 * 60,
}
_UNIT: Final = r"seconds?|secs?|s|秒|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|分钟?|小时|时|天|周"
_END: Final = r"(?=$|[\s,;:.，。；]|[-–—])"
_FOR: Final = re.compile(
    rf"(?:for\b|持续)\s*(?:(half)\s+)?(an?|\d+(?:[.,]\d+)?)\s*({_UNIT})"
    rf"(?:\s*(?:and\s+)?(\d+)\s*(minutes?|mins?|m|分钟?)?)?{_END}",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(
    rf"(?:(?:until|till?)\b|直到|到|至)\s*(?:(noon|midnight)|(\d{{1,2}})(?:[:.h](\d{{2}}))?\s*(am|pm)?){_END}",
    re.IGNORECASE,
)
_MEANT_AS_TIME: Final = re.compile(
    r"(?:until|till?)\s+(?:\S*\d|tomorrow|tonight|morning|noon|mon|tue|wed|thu|fri|sat|sun)"
    rf"|(?:(?:for\b|持续)\s*[-+−–—]\s*\d+(?:[.,]\d+)?\s*(?:{_UNIT})|for\s*ever|永久){_END}",
    re.IGNORECASE,
)
_SEPARATORS: Final = " ,;:.-–—，。；\"'"


@dataclass(frozen=True)
class Terms:
    """What was understood: `terms` in their one form, or nothing, and the `rest` of what was typed."""

    terms: str
    rest: str


@dataclass(frozen=True)
class Unclear:
    """A time is meant, and it is none, or too short or too long; `typed` is what was typed for it."""

    typed: str


def peel(text: str) -> Terms | Unclear:
    """Take a time off the beginning of *text*."""
    if found := _FOR.match(text):
        minutes = _minutes(found)
        if not SHORTEST <= minutes * 60 <= LONGEST:
            return Unclear(found[0])
        terms = f"for {minutes}min" if minutes % 60 else f"for {minutes // 60}h"
        return Terms(terms, text[found.end() :].strip(_SEPARATORS))
    found = _UNTIL.match(text)
    if found and (of_day := _time_of_day(found, alone=found.end() == len(text))):
        return Terms(f"until {of_day}", text[found.end() :].strip(_SEPARATORS))
    if _MEANT_AS_TIME.match(text):
        return Unclear(text)
    return Terms("", text)


def _minutes(found: re.Match[str]) -> int:
    number = 1.0 if found[2].casefold() in ("a", "an") else float(found[2].replace(",", "."))
    unit = _MINUTES[found[3][0].casefold()]
    return round(number * unit / (2 if found[1] else 1)) + int(found[4] or 0)


def _time_of_day(found: re.Match[str], *, alone: bool) -> str:
    """Return ``06:00``; empty if it is none. An hour without minutes may be a number of something else."""
    if found[1]:
        return "12:00" if found[1].casefold() == "noon" else "00:00"
    hour, minute, half = int(found[2]), int(found[3] or 0), (found[4] or "").casefold()
    if half and not 1 <= hour <= 12:
        return ""
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    if hour > 24 or minute > 59 or (hour == 24 and minute) or not (found[3] or half or alone):
        return ""
    return f"{hour % 24:02}:{minute:02}"


def time_of(terms: str, now: float, zone: tzinfo = UTC) -> float:
    """Return the moment (Unix seconds) that *terms*, as `peel` gives them, mean *now* for somebody in *zone*.

    A time of day is today's, or tomorrow's if today's is over or nearly here. 0: there are no terms.
    """
    kind, _, value = terms.partition(" ")
    match kind:
        case "for":
            number, hours = re.sub(r"\D", "", value), value.endswith("h")
            return now + int(number) * (3600 if hours else 60)
        case "until":
            here = datetime.fromtimestamp(now, zone)
            hour, minute = map(int, value.split(":"))
            then = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
            if then.timestamp() - now < _AT_LEAST:
                then += timedelta(days=1)
            return then.timestamp()
        case _:
            return 0.0


def zone_of(name: str, offset: int = 0) -> tzinfo:
    """Return the time zone called *name*; where this machine knows none, one that is *offset* seconds east of UTC."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return timezone(timedelta(seconds=offset)) if abs(offset) < 24 * 3600 else UTC
