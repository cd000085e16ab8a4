"""What is answered when nothing is asked. Values, stored by the workflows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from bot.conversation.drivers import SYNC_TASK
from bot.conversation.outcomes import OfOne, Outcome
from bot.conversation.snapshots import Freeze, Kind, Snapshot
from bot.conversation.values import LackingKeys, Wish
from bot.conversation.watched import Sample


@dataclass(frozen=True, kw_only=True)
class NoCard:
    """There is nothing to ask about `wish`: it ended as `outcome` says, before anybody was asked.

    `principal` is whom OMS was asked as, if that is known.
    """

    kind: Literal["no_card"] = "no_card"
    wish: Wish
    outcome: OfOne
    principal: str = ""


@dataclass(frozen=True, kw_only=True)
class NoSuchTask:
    """No task has exactly this name; `closest` are names that resemble it."""

    kind: Literal["no_such_task"] = "no_such_task"
    project: str
    task: str
    closest: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AmbiguousTask:
    """Several tasks have this name; names need not be unique in OMS. `tasks` are the first of them, as they are now."""

    kind: Literal["ambiguous_task"] = "ambiguous_task"
    project: str
    task: str
    ids: tuple[str, ...]
    tasks: tuple[Snapshot, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Driven:
    """Nothing is asked about `task`: what drives it may undo what is done to it, and is to be asked about instead."""

    kind: Literal["driven"] = "driven"
    wish: Wish
    task: Snapshot

    @property
    def instead(self) -> Wish | None:
        """The same wish about the driver; None if OMS does not say which it is."""
        if not self.task.driver_id or self.task.group == SYNC_TASK:
            return None
        return replace(self.wish, targets=(f"{Kind.GROUP}:{self.task.driver_id}",), anyway=False)


@dataclass(frozen=True, kw_only=True)
class TaskList:
    """Some of what a project has in a `state`, the fastest first: from number `first` on, of `total`, which do `speed`.

    `total` and `speed` (bytes a second) are None where a release stored all tasks. `groups` of the total are task
    groups. `freeze` is the one that the project is under. `offers` is for each task the verb that could be asked for,
    or empty; None where a release stored what can be paused, and nothing else.
    """

    kind: Literal["task_list"] = "task_list"
    project: str
    tasks: tuple[Snapshot, ...]
    first: int = 1
    total: int | None = None
    speed: int | None = None
    freeze: Freeze | None = None
    state: str = "migrating"
    offers: tuple[str, ...] | None = None
    groups: int = 0


@dataclass(frozen=True, kw_only=True)
class Last:
    """What was done last through the bot, by whom, when (Unix seconds)."""

    verb: str
    user_id: str
    at: float


@dataclass(frozen=True, kw_only=True)
class TaskReport:
    """All about one target that helps to decide. `offers` are the verbs that could be asked for now.

    `region` is the project's, `freeze` the one that it is under. `samples` are the speed of the last minutes, if it is
    being watched. `also` are the verbs that only answer and would tell more. `throttles`: it can be limited, by a
    command that must say to what.
    """

    kind: Literal["task_report"] = "task_report"
    project: str
    task: Snapshot
    region: str = ""
    offers: tuple[str, ...] = ()
    freeze: Freeze | None = None
    last: Last | None = None
    also: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    throttles: bool = False


@dataclass(frozen=True, kw_only=True)
class AskedBefore:
    """Somebody else has asked for the same, `seconds` ago, and their card waits: there, at `ts` if that is known.

    `approved_by_others`: it is not theirs to confirm.
    """

    kind: Literal["asked_before"] = "asked_before"
    wish: Wish
    user_id: str
    seconds: float
    channel_id: str
    ts: str | None
    approved_by_others: bool = False


@dataclass(frozen=True, kw_only=True)
class DecidedBefore:
    """The card that was to be taken over was decided first: so, by that person."""

    kind: Literal["decided_before"] = "decided_before"
    how: Literal["confirm", "cancel", "expire", "replace", "keep"]
    by: str


@dataclass(frozen=True, kw_only=True)
class Watched:
    """The task can be watched: a message in the channel shows it as it goes on, so nothing else need be said."""

    kind: Literal["watched"] = "watched"
    task: Snapshot


@dataclass(frozen=True, kw_only=True)
class NotWatched:
    """The task is not watched: it has ended, the same is watched in the channel already, or enough others are."""

    kind: Literal["not_watched"] = "not_watched"
    why: Literal["ended", "same", "enough"]
    project: str
    task: Snapshot


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A project is frozen; it was so *before*, or was frozen now."""

    kind: Literal["frozen"] = "frozen"
    project: str
    freeze: Freeze
    before: bool = False


@dataclass(frozen=True, kw_only=True)
class Unfrozen:
    """Somebody has lifted a project's freeze."""

    kind: Literal["unfrozen"] = "unfrozen"
    project: str
    by: str
    freeze: Freeze


@dataclass(frozen=True, kw_only=True)
class NotFrozen:
    """There is no freeze to lift."""

    kind: Literal["not_frozen"] = "not_frozen"
    project: str


@dataclass(frozen=True, kw_only=True)
class StaysFrozen:
    """Only a project's approvers may lift its freeze."""

    kind: Literal["stays_frozen"] = "stays_frozen"
    project: str
    freeze: Freeze
    approvers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NoKeys:
    """OMS wants keys for what is wished, now or later, and one is lacking."""

    kind: Literal["no_keys"] = "no_keys"
    wish: Wish
    task: Snapshot
    lacking: LackingKeys


@dataclass(frozen=True, kw_only=True)
class Past:
    """Something that somebody asked for: an operation on a `task`, or a freeze. `at` is when (Unix seconds).

    `terms` are its wish's, and `shown` is the task as its card showed it. `ending` is what the operation's is called,
    `outcome` the whole of it, as far as there is one on record.
    """

    id: str
    at: float
    user_id: str
    project: str
    verb: str
    task: str = ""
    reason: str = ""
    ending: str = ""
    outcome: Outcome | None = None
    agreed: tuple[str, ...] = ()
    terms: str = ""
    shown: Snapshot | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """A page of what was asked for, the newest first. `older` is the wish for the next page, if there is one."""

    kind: Literal["history"] = "history"
    wish: Wish
    page: tuple[Past, ...]
    older: Wish | None = None


@dataclass(frozen=True, kw_only=True)
class OwnFault:
    """The bot failed. `called`: OMS may have been asked before it did."""

    kind: Literal["own_fault"] = "own_fault"
    called: bool = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of Slack's, as releases stored it that rendered an answer before they stored it."""

    kind: Literal["said"] = "said"
    text: str
    blocks: tuple[dict[str, Any], ...] = ()


Answer = Annotated[
    NoCard
    | NoSuchTask
    | AmbiguousTask
    | Driven
    | TaskList
    | TaskReport
    | AskedBefore
    | DecidedBefore
    | Frozen
    | Unfrozen
    | NotFrozen
    | StaysFrozen
    | History
    | Watched
    | NotWatched
    | NoKeys
    | OwnFault
    | Said,
    Field(discriminator="kind"),
]
# Built when it is used, by the terminal: what people are answered in Slack is stored as a part of `Asked`.
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer, config=ConfigDict(defer_build=True))


def dump(answer: Answer) -> dict[str, Any]:
    """Return *answer* as JSON values, for the workflow's record."""
    record: dict[str, Any] = _ANSWER.dump_python(answer, mode="json")
    return record


def load(record: Mapping[str, Any]) -> Answer:
    """Return the answer that `dump` made *record* of, in this release or an earlier one."""
    return _ANSWER.validate_python({"kind": "said", **record})


def concerns_all(answer: Answer) -> bool:
    """Tell whether an answer is for everybody in the channel: something has changed, for others too."""
    match answer:
        case Frozen(before=False) | Unfrozen():
            return True
        case _:
            return False
