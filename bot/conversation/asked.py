"""What became of a request to ask, as values that the workflows store. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from bot.conversation.answers import Answer
from bot.conversation.values import Operation


@dataclass(frozen=True, kw_only=True)
class Answered:
    """There is nothing to ask; this is to be said instead."""

    kind: Literal["answered"] = "answered"
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A card waits for its answer until `expires_at` (Unix seconds), which is `within` seconds after it was asked for.

    `ts` is where it stands; None if that is not known, and a click will say. `replaces` are the requester's older cards
    about the same: each its operation's id, and where it stands. `newer` is one that was posted before this was: its
    operation's id, and when that was asked for (Unix seconds).
    """

    kind: Literal["waiting"] = "waiting"
    ts: str | None
    expires_at: float
    within: float
    replaces: tuple[tuple[str, str | None], ...] = ()
    newer: tuple[str, float] | None = None

    @classmethod
    def at(cls, ts: str | None, operation: Operation) -> Waiting:
        """Return that the card of *operation* stands at *ts*."""
        return cls(ts=ts, expires_at=operation.expires_at, within=operation.confirm_within)


@dataclass(frozen=True, kw_only=True)
class Owed:
    """Slack takes the card later only."""

    kind: Literal["owed"] = "owed"


@dataclass(frozen=True, kw_only=True)
class NotAsked:
    """There is no card, and the requester was told why."""

    kind: Literal["not_asked"] = "not_asked"


Asked = Annotated[Answered | Waiting | Owed | NotAsked, Field(discriminator="kind")]
# Built when it is first used; see `bot.warming`.
_ASKED: TypeAdapter[Asked] = TypeAdapter(Asked, config=ConfigDict(defer_build=True))


def dump(asked: Asked) -> dict[str, Any]:
    """Return *asked* as JSON values, for the workflow's record."""
    record: dict[str, Any] = _ASKED.dump_python(asked, mode="json")
    return record


def load(record: Mapping[str, Any]) -> Asked:
    """Return what `dump` made *record* of."""
    return _ASKED.validate_python(record)
