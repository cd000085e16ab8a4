"""What endings are called in the audit and the metrics, in the words of their verb. Pure."""

from __future__ import annotations

from typing import Protocol, get_args

from bot.conversation import outcomes


class Names(Protocol):
    """What a verb's endings are called in the audit and the metrics, e.g. "paused", "pausing", "pausable"."""

    @property
    def done(self) -> str:
        """What it is then."""

    @property
    def moving(self) -> str:
        """What it is on the way there."""

    @property
    def able(self) -> str:
        """What it must be before."""


def ending_name(outcome: outcomes.Outcome, names: Names) -> str:
    """Return what an ending is called in the audit and the metrics."""
    if isinstance(outcome, outcomes.Several):
        partly = names.done if outcome.done == len(outcome.endings) else f"partly_{names.done}"
        return partly if outcome.done else f"none_{names.done}"
    return _names(names).get(outcome.kind, outcome.kind)


def ending_names(names: Names) -> list[str]:
    """Return what all endings are called."""
    return [*target_ending_names(names), f"partly_{names.done}", f"none_{names.done}"]


def target_ending_names(names: Names) -> list[str]:
    """Return what the endings on one target are called."""
    kinds: list[str] = [kind.kind for kind in get_args(get_args(outcomes.OfOne)[0])]
    return [_names(names).get(kind, kind) for kind in kinds]


def _names(names: Names) -> dict[str, str]:
    """Return the names that are a verb's own."""
    return {
        outcomes.Done.kind: names.done,
        outcomes.AlreadyDone.kind: f"already_{names.done}",
        outcomes.NotReady.kind: f"not_{names.able}",
        outcomes.StillMoving.kind: f"still_{names.moving}",
    }
