"""What people are reminded of in a thread, long after: values. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.snapshots import Snapshot


@dataclass(frozen=True, kw_only=True)
class StillPaused:
    """It was paused here, so many `days` ago, and is paused still: what is unfinished is billed.

    Of a `number`, `task` is the sum.
    """

    task: Snapshot
    days: int
    number: int = 1


@dataclass(frozen=True, kw_only=True)
class StillWaiting:
    """These have waited for a slot for so many `days`; after so many more, OMS fails them and forgets their keys."""

    tasks: tuple[Snapshot, ...]
    days: int
    days_left: int


@dataclass(frozen=True, kw_only=True)
class WaitsFrozen:
    """It should resume by itself now, and waits until the project is no longer frozen."""

    task: Snapshot


@dataclass(frozen=True, kw_only=True)
class FailedSince:
    """It was resumed and migrated, and has failed soon after."""

    task: Snapshot


@dataclass(frozen=True, kw_only=True)
class WentAlone:
    """Who asked went ahead for this `reason`, without those who must agree."""

    reason: str


Reminding = WentAlone | FailedSince | StillPaused | StillWaiting | WaitsFrozen
