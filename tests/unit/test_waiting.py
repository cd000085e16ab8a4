"""No stored time makes anybody wait for longer than was meant, whosever clock it was taken from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.waiting import time_left

moments = st.floats(0, 4e9)
lengths = st.floats(0, 1e6)


@given(begun=moments, now=moments, length=lengths)
def test_a_wait_is_never_negative_and_never_longer_than_it_was_to_be(
    begun: float, now: float, length: float
) -> None:
    """However far two clocks are apart."""
    assert 0 <= time_left(begun + length, now, at_most=length) <= length


@given(begun=st.integers(0, 2**32), passed=st.integers(0, 10_000), length=st.integers(0, 10_000))
def test_with_one_clock_it_is_what_is_left(begun: int, passed: int, length: int) -> None:
    """What has passed is not waited for again."""
    assert time_left(begun + length, begun + passed, at_most=length) == max(0, length - passed)
