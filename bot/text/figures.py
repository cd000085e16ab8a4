"""Numbers with their units, in a language: sizes, parts, durations, counts, lists. Pure.

How a number is written and which plural it takes is Babel's to say, by the Unicode CLDR; what it counts stands in the
sentences. Babel is loaded with the first number: its data of a language takes some megabytes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from bot.text.counted import Counted
from bot.text.languages import Language
from bot.text.words import words_of

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

_WHOLE_HOURS: Final = 3  # from where on minutes are no news
_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB")


def size(language: Language, count: float) -> str:
    """Return a number of bytes with its unit: 1040000000000 → ``1.04 TB``."""
    number, unit = _scale(language, count)
    return f"{number} {unit}"


def size_of(language: Language, done: int, total: int) -> str:
    """Return ``1.04 of 2.00 TB``; the unit is said once where both share it."""
    (first, unit), (second, total_unit) = _scale(language, done), _scale(language, total)
    first = first if unit == total_unit else f"{first} {unit}"
    return words_of(language).figures.amount_of.format(done=first, total=f"{second} {total_unit}")


def speed(language: Language, bytes_a_second: int) -> str:
    """Return ``420 MB/s``."""
    return words_of(language).figures.speed.format(size=size(language, bytes_a_second))


def percent(language: Language, fraction: float) -> str:
    """Return 0.522 as ``52.2 %``. Only what is complete is 100 %."""
    value = max(0.0, min(fraction, 1.0)) * 100
    number = _number(language, value, 0) if value in (0, 100) else _number(language, min(value, 99.9), 1)
    return words_of(language).figures.percent.format(number=number)


def duration(language: Language, seconds: float) -> str:
    """Return a time span in its one or two largest units: ``45 s``, ``38 min``, ``1 h 20 min``."""
    figures = words_of(language).figures
    total = max(0, round(seconds))
    if total < 90:
        return counted(language, figures.seconds, total)
    minutes = round(total / 60)
    if minutes < 90:
        return counted(language, figures.minutes, minutes)
    hours, minutes = divmod(minutes, 60)
    if hours >= _WHOLE_HOURS:
        hours, minutes = round(total / 3600), 0
    if hours >= 48:
        return counted(language, figures.days, round(hours / 24))
    whole = counted(language, figures.hours, hours)
    rest = counted(language, figures.minutes, minutes)
    return figures.hours_and_minutes.format(hours=whole, minutes=rest) if minutes else whole


def counted(language: Language, templates: Counted, number: int, **values: str) -> str:
    """Return the template that *number* takes, filled in with it and with *values*."""
    one = _locale(language).plural_form(number) == "one"
    return (templates.one if one else templates.other).format(number=_number(language, number, 0), **values)


def listed(language: Language, names: Iterable[str]) -> str:
    """Return *names* one after the other."""
    return words_of(language).figures.items.join(names)


def in_brackets(language: Language, details: Iterable[str]) -> str:
    """Return what there is of *details* in brackets, with the space before them where the language has one."""
    inside = words_of(language).figures.details.join(filter(None, details))
    return words_of(language).figures.brackets.format(inside=inside) if inside else ""


def joined(language: Language, *sentences: str) -> str:
    """Return the *sentences* that there are as one text."""
    return words_of(language).figures.between.join(filter(None, sentences))


def _scale(language: Language, count: float) -> tuple[str, str]:
    value, exponent = float(count), 0
    while value >= 999.5 and exponent < len(_UNITS) - 1:
        value, exponent = value / 1000, exponent + 1
    digits = 0 if exponent == 0 or value >= 99.5 else 1 if value >= 9.995 else 2
    return _number(language, value, digits), _UNITS[exponent]


def _number(language: Language, value: float, digits: int) -> str:
    """Write a number with so many *digits* behind its point, and nothing between its thousands."""
    written: str = _pattern(digits).apply(round(value, digits), _locale(language))
    return written


@functools.cache
def _pattern(digits: int) -> NumberPattern:
    from babel.numbers import parse_pattern  # noqa: PLC0415  # loaded when it is needed: see above

    return parse_pattern(f"0.{'0' * digits}" if digits else "0")


@functools.cache
def _locale(language: Language) -> Locale:
    from babel import Locale  # noqa: PLC0415  # loaded when it is needed: see above

    return Locale(language.value)
