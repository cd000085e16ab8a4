"""The state machine of the decisions, many times; see `tests.unit.decision_machine`."""

from __future__ import annotations

import sys
import time
from collections import Counter

import hypothesis
import structlog
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.decision_machine import Decisions


def main(number: int, seed: int) -> None:
    """Run it so many times, and print how they ended."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    ended: Counter[str] = Counter()
    began = time.monotonic()
    Decisions.note = staticmethod(lambda words: ended.update([words]))
    machine = hypothesis.seed(seed)(Decisions)
    run_state_machine_as_test(
        machine, settings=settings(max_examples=number, stateful_step_count=20, deadline=None, database=None)
    )
    print(f"{ended.total()} interleavings in {time.monotonic() - began:.0f} s, no rule broken:")
    for words, times in ended.most_common():
        print(f"  {words:34} {times}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
