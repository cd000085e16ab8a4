"""Numbers with their units, in each language."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.counted import Counted
from bot.text.figures import counted, duration, in_brackets, joined, listed, percent, size, size_of, speed
from bot.text.languages import Language

EN, ZH = Language.EN, Language.ZH


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.00 kB"),
        (420_000_000, "420 MB"),
        (999_499_999, "999 MB"),
        (999_500_000, "1.00 GB"),
        (9_994_000, "9.99 MB"),
        (9_995_000, "10.0 MB"),
        (99_400_000, "99.4 MB"),
        (99_500_000, "100 MB"),
        (1_040_000_000_000, "1.04 TB"),
        (2**63, "9223 PB"),
    ],
)
def test_a_size_has_three_digits_and_its_unit(count: int, shown: str, language: Language) -> None:
    """Decimal units, as Huawei's console counts; the same in both languages."""
    assert size(language, count) == shown
    assert speed(language, count) == f"{shown}/s"


def test_a_shared_unit_is_said_once() -> None:
    """And twice where the units differ."""
    assert size_of(EN, 1_040_000_000_000, 2_000_000_000_000) == "1.04 of 2.00 TB"
    assert size_of(EN, 980_000_000, 2_000_000_000_000) == "980 MB of 2.00 TB"
    assert size_of(ZH, 1_040_000_000_000, 2_000_000_000_000) == "1.04 / 2.00 TB"


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (0, "0 %"),
        (0.522, "52.2 %"),
        (0.9999, "99.9 %"),
        (1 - 1e-12, "99.9 %"),
        (1, "100 %"),
        (1.5, "100 %"),
        (-1, "0 %"),
        (float("nan"), "0 %"),
    ],
)
def test_only_what_is_complete_is_100_percent(fraction: float, shown: str) -> None:
    """A task at 99.99 % may still fail."""
    assert percent(EN, fraction) == shown
    assert percent(ZH, fraction) == shown.replace(" ", "")


@pytest.mark.parametrize(
    ("seconds", "shown", "chinese"),
    [
        (-3, "0 s", "0 秒"),
        (0.4, "0 s", "0 秒"),
        (5, "5 s", "5 秒"),
        (89.4, "89 s", "89 秒"),
        (90, "2 min", "2 分钟"),
        (600, "10 min", "10 分钟"),
        (2_280, "38 min", "38 分钟"),
        (5_400, "1 h 30 min", "1 小时 30 分钟"),
        (7_200, "2 h", "2 小时"),
        (86_400, "24 h", "24 小时"),
        (200_000, "2 days", "2 天"),
        (1e12, "11574074 days", "11574074 天"),
    ],
)
def test_a_duration_is_told_in_its_largest_units(seconds: float, shown: str, chinese: str) -> None:
    """Nobody counts in hundreds of seconds."""
    assert duration(EN, seconds) == shown
    assert duration(ZH, seconds) == chinese


UNITS = {
    "B": 1,
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "PB": 1e15,
    "s": 1,
    "min": 60,
    "h": 3600,
    "days": 86400,
    "%": 1,
}


def value(shown: str) -> float:
    """Read a formatted number back."""
    words = shown.split()
    return sum(float(number) * UNITS[unit] for number, unit in zip(words[::2], words[1::2], strict=True))


@given(st.integers(0, 2**63), st.integers(0, 2**63))
@example(999_499, 999_500)
def test_more_bytes_never_look_like_fewer(one: int, other: int) -> None:
    """Rounding keeps the order, and three digits are near enough."""
    low, high = sorted((one, other))
    assert value(size(EN, low)) <= value(size(EN, high)) * (1 + 1e-9)
    assert abs(value(size(EN, low)) - low) <= low * 0.0051


@given(st.floats(), st.floats())
def test_percent_never_crashes_and_keeps_the_order(one: float, other: float) -> None:
    """For any number that JSON or a division can yield."""
    assert 0 <= value(percent(EN, one)) <= 100
    if one <= other:
        assert value(percent(EN, one)) <= value(percent(EN, other))


@given(st.floats(-1e9, 1e15), st.floats(-1e9, 1e15))
def test_a_longer_time_never_looks_shorter(one: float, other: float) -> None:
    """Rounding keeps the order, and is near enough."""
    low, high = sorted((one, other))
    assert value(duration(EN, low)) <= value(duration(EN, high))
    assert abs(value(duration(EN, low)) - max(0.0, low)) <= max(1.0, low * 0.35)


def test_a_count_takes_its_plural() -> None:
    """One task, two tasks; Chinese has one form for both."""
    tasks = Counted(one="{number} task of {whom}", other="{number} tasks of {whom}")
    assert counted(EN, tasks, 1, whom="alice") == "1 task of alice"
    assert counted(EN, tasks, 0, whom="alice") == "0 tasks of alice"
    assert counted(EN, tasks, 1200, whom="alice") == "1200 tasks of alice"
    assert counted(ZH, tasks, 1, whom="alice") == "1 tasks of alice"


def test_sentences_and_lists_are_joined_as_the_language_joins_them() -> None:
    """With spaces and commas, or with neither; what is empty leaves no trace."""
    assert joined(EN, "One.", "", "Two.") == "One. Two."
    assert joined(ZH, "一。", "", "二。") == "一。二。"
    assert listed(EN, ["a", "b"]) == "a, b"
    assert listed(ZH, ["a", "b"]) == "a、b"
    assert in_brackets(EN, ["", "a", "b"]) == " (a, b)"
    assert in_brackets(ZH, ["a", "b"]) == "（a，b）"
    assert in_brackets(EN, ["", ""]) == ""


def test_nothing_of_babel_is_loaded_before_the_first_number() -> None:
    """A process that has said nothing yet keeps the megabytes that a language's data take."""
    code = "import sys, bot.text.say, bot.text.say_endings; print('babel' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout.strip() == "False"
