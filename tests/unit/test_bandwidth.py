"""What people type as a speed limit becomes a policy of OMS's, and back; two policies that say the same are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.huawei.oms.models import BandwidthWindow
from bot.verbs.bandwidth import MB, limits, policy_of, terms_of, understood


def window(start: str, end: str, rate: int) -> BandwidthWindow:
    """Return one window; *rate* in MB/s as OMS counts them."""
    return BandwidthWindow(start=start, end=end, max_bandwidth=rate * MB)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("20", "20"),
        ("020 MB/s", "20"),
        ("20MB/s 9-18", "20 09:00-18:00"),
        ("20 mib/s 18:00 – 22:30, 9:00-12", "20 09:00-12:00 18:00-22:30"),
        ("20 22:00-6:00", "20 22:00-06:00"),
        ("20 0:00-24:00", "20"),
        ("20 18:00-0:00", "20 18:00-24:00"),
        ("off", "off"),
        ("OFF please", "off"),
        ("off 150 08:00-20:00", "off"),  # as a button of ours has it, with what is put back
        ("1", "1"),
        ("200", "200"),
    ],
)
def test_what_a_phone_makes_of_a_limit_is_understood(typed: str, terms: str) -> None:
    """One form comes of it, whatever it was typed as."""
    assert understood(typed) == terms


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", ("missing", "")),
        ("fast", ("rate", "fast")),
        ("0", ("rate", "0")),
        ("201", ("rate", "201")),
        ("1.5", ("rate", "1.5")),
        ("20 soon", ("hours", "soon")),
        ("20 25:00-26:00", ("hours", "25:00-26:00")),
        ("20 9:60-10:00", ("hours", "9:60-10:00")),
        ("20 09:00-09:00", ("hours", "09:00-09:00")),
        ("20 09:00-12:00 11:59-13:00", ("overlap", "")),
        ("20 1-2 3-4 5-6 7-8 9-10 11-12", ("many", "")),
        ("20 1-2 3-4 5-6 7-8 22-0:30", ("many", "")),
        ("20 22:00-06:00 05:00-07:00", ("overlap", "")),
        ("off 9-10", ("off_hours", "9-10")),
        ("off from 9:00 – 10:00", ("off_hours", "9:00-10:00")),
    ],
)
def test_what_oms_would_not_take_is_told_before_it_is_asked(typed: str, wrong: tuple[str, str]) -> None:
    """With what is wrong, and the word that is."""
    assert understood(typed) == wrong


def test_times_over_midnight_are_two_windows() -> None:
    """Whether OMS takes one that ends before it begins is not documented."""
    assert policy_of("20 22:00-06:00") == (window("22:00", "23:59", 20), window("00:00", "06:00", 20))


def test_without_times_it_is_the_whole_day() -> None:
    """24:00 is not hh:mm."""
    assert policy_of("20") == (window("00:00", "23:59", 20),)


def test_no_limit_is_an_empty_policy() -> None:
    """And what is put back stands behind ``off``."""
    assert policy_of("") == policy_of("off") == ()
    assert policy_of("off 50 09:00-18:00") == (window("09:00", "18:00", 50),)


def test_a_policy_from_the_console_is_kept_to_the_byte() -> None:
    """Also where its limits differ, or are no whole MB/s."""
    odd = BandwidthWindow(start="06:00", end="07:30", max_bandwidth=1_500_000)
    policy = (window("00:00", "06:00", 20), odd, window("22:00", "23:59", 20))
    assert terms_of(policy) == "20 00:00-06:00 1500000B 06:00-07:30 20 22:00-24:00"
    assert policy_of(terms_of(policy)) == policy


def test_two_policies_that_say_the_same_are_equal() -> None:
    """OMS may answer in another order, or have joined what touches."""
    apart = (window("12:00", "18:00", 20), window("09:00", "12:00", 20))
    assert limits(apart) == limits((window("09:00", "18:00", 20),))
    assert limits(apart) != limits((window("09:00", "18:00", 21),))
    assert limits((window("00:00", "24:00", 20),)) == limits(policy_of("20"))


@given(st.integers(1, 200), st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 1440)), max_size=7))
def test_whatever_is_understood_is_a_policy_that_oms_takes(rate: int, spans: list[tuple[int, int]]) -> None:
    """Up to five windows without overlap, each of which ends after it begins; understood once more it is the same."""
    typed = " ".join(f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in spans)
    terms = understood(f"{rate} {typed}")
    if isinstance(terms, tuple):
        return
    policy = policy_of(terms)
    assert 1 <= len(policy) <= 5
    assert all(one.start < one.end for one in policy)
    assert understood(terms) == terms
    assert limits(policy_of(terms_of(policy))) == limits(policy)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    """It is understood, or told."""
    understood(typed)
