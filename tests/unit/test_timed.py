"""For how long, or until when: what people type for it, and which moment that is for them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.timed import Terms, Unclear, peel, time_of, zone_of

SINGAPORE = ZoneInfo("Asia/Singapore")


@pytest.mark.parametrize(
    ("typed", "terms", "rest"),
    [
        ("for 2h", "for 2h", ""),
        ("for 2 hours night peak", "for 2h", "night peak"),
        ("For 90 min, night peak", "for 90min", "night peak"),
        ("for 90min - night peak", "for 90min", "night peak"),
        ("for 1h30 night peak", "for 90min", "night peak"),
        ("for 1 h 30 min", "for 90min", ""),
        ("for 1.5 h", "for 90min", ""),
        ("for 1,5h", "for 90min", ""),
        ("for an hour", "for 1h", ""),
        ("for half an hour: peak", "for 30min", "peak"),
        ("for 2 days", "for 48h", ""),
        ("持续2小时 高峰", "for 2h", "高峰"),
        ("until 06:00", "until 06:00", ""),
        ("until 6:00 night peak", "until 06:00", "night peak"),
        ("till 6.30", "until 06:30", ""),
        ("til 6h30", "until 06:30", ""),
        ("until 6", "until 06:00", ""),
        ("until 6pm night peak", "until 18:00", "night peak"),
        ("until 12am", "until 00:00", ""),
        ("until 24:00", "until 00:00", ""),
        ("until noon, peak", "until 12:00", "peak"),
        ("直到06:00", "until 06:00", ""),
        ("", "", ""),
        ("night peak until 06:00", "", "night peak until 06:00"),
        ("for maintenance", "", "for maintenance"),
        ("for 2 teams", "", "for 2 teams"),
        ("for the weekend", "", "for the weekend"),
        ("for -1 % of the objects", "", "for -1 % of the objects"),
        ("for everybody's sake", "", "for everybody's sake"),
        ("fortnight", "", "fortnight"),
        ("until the peak is over", "", "until the peak is over"),
    ],
)
def test_a_time_is_understood_directly_behind_the_task(typed: str, terms: str, rest: str) -> None:
    """However it is spelt; anything else is a reason."""
    assert peel(typed) == Terms(terms, rest)


@pytest.mark.parametrize(
    "typed",
    [
        "for 30 s",
        "for 8 days",
        "for 2 weeks",
        "until 25:00",
        "until 5 tasks are done",
        "until tomorrow",
        "until 13pm",
        "for -1h",
        "for − 2 hours night peak",
        "for —90min",
        "for ever",
        "forever, please",
        "持续-1小时",
    ],
)
def test_what_is_meant_as_a_time_and_is_none_is_not_taken_for_a_reason(typed: str) -> None:
    """Else it would stay paused, and nobody would have said so."""
    assert isinstance(peel(typed), Unclear)


@given(st.integers(10, 7 * 24 * 60))
def test_terms_have_one_form(minutes: int) -> None:
    """What they become is what they come from."""
    found = peel(f"for {minutes} min")
    assert isinstance(found, Terms)
    assert peel(found.terms) == found
    assert time_of(found.terms, 1000.0) == 1000.0 + minutes * 60


@pytest.mark.parametrize(
    ("now", "terms", "then"),
    [
        ("2026-11-27T01:00", "until 06:00", "2026-11-27T06:00"),
        ("2026-11-27T06:01", "until 06:00", "2026-11-28T06:00"),
        ("2026-11-27T05:57", "until 06:00", "2026-11-28T06:00"),
        ("2026-11-27T23:30", "until 00:00", "2026-11-28T00:00"),
        ("2026-11-27T23:30", "for 90min", "2026-11-28T01:00"),
    ],
)
def test_a_time_of_day_is_the_persons_own(now: str, terms: str, then: str) -> None:
    """Tomorrow's, if today's is over or nearly here."""
    at = datetime.fromisoformat(now).replace(tzinfo=SINGAPORE).timestamp()
    assert datetime.fromtimestamp(time_of(terms, at, SINGAPORE), SINGAPORE).isoformat()[:16] == then


def test_a_night_in_which_the_clocks_change_ends_at_the_time_that_was_said() -> None:
    """Berlin puts them back at 03:00 on 2026-10-25."""
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 10, 24, 22, tzinfo=berlin).timestamp()
    assert time_of("until 06:00", evening, berlin) - evening == 9 * 3600


def test_a_zone_that_this_machine_does_not_know_is_taken_by_its_offset() -> None:
    """As Slack says it beside the name."""
    assert zone_of("Asia/Singapore") == SINGAPORE
    assert datetime.fromtimestamp(0, zone_of("Mars/Olympus", 28800)).hour == 8
    assert datetime.fromtimestamp(0, zone_of("", 0)).hour == 0
    assert zone_of("../../etc/passwd", 10**9) is UTC
