"""Whatever happens to a card in whatever order, and wherever the process dies: see `decision_machine`."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.decision_machine import Decisions


def test_no_order_of_events_makes_a_second_decision_or_one_by_who_may_not() -> None:
    """A few hundred orders here; ``make chaos`` tries ten thousand."""
    run_state_machine_as_test(
        Decisions, settings=settings(max_examples=200, stateful_step_count=20, deadline=None)
    )
