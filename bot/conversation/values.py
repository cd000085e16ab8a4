"""What a conversation is about, as values: what was asked for, and what the card shows.

The durable workflows store them. So a field is never renamed, reordered or removed, and a new one has a default.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.conversation.snapshots import Freeze, Snapshot, Standing, snapshot_from
from bot.conversation.stored import known
from bot.huawei.fault import Fault

PAUSE: Final = "pause"
"""The verb of whatever was stored when there was no other."""

RESUME: Final = "resume"
"""The verb that takes a pause back."""

ALL: Final = "all"
"""The target that stands for whatever there is, as typed, and for an operation on many targets."""

SHORT_ID_LENGTH: Final = 8
"""Of the 24 hexadecimal digits of an operation's id, a hash: enough to tell apart what people talk about."""


def short_id(operation_id: str) -> str:
    """Return what people see of an operation's id, and what `oms-bot audit show` finds it by. Stored nowhere."""
    return operation_id[:SHORT_ID_LENGTH]


def operation_of(workflow_id: str) -> str:
    """Return the operation that a workflow belongs to; its id stands before all that is added to it."""
    return workflow_id.partition(":")[0]


class CannotTell(Exception):  # noqa: N818  # reads as what happened
    """Who somebody is, or as whom they act, can't be told at the moment; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind)
        self.fault = fault


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody typed, understood: `targets` are ids or names as typed, none if the verb is about the project.

    `terms` is what else the verb is told, in the one form that its `parse` gives it, such as ``for 2h``. `anyway`: also
    if somebody else's card about the same waits for its answer. `over` is the operation of such a card, if it is to be
    taken over.
    """

    verb: str
    project: str
    targets: tuple[str, ...] = ()
    reason: str = ""
    anyway: bool = False
    terms: str = ""
    over: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One delivered wish: who, where, what. `at` is Unix seconds; `thread_ts` names the thread it was asked in.

    `named` are the workspaces that Slack named with the person. `awaited_by` is what waits for the end besides people:
    a run of a workflow's step in Slack, or the proposal that this reviews, behind which such runs may stand.
    """

    id: str
    team_id: str
    user_id: str
    channel_id: str
    project: str
    task: str | None  # the one target, as releases with one verb stored it; see `wish`
    reason: str = ""
    at: float
    thread_ts: str | None = None
    named: tuple[str, ...] = ()
    verb: str = PAUSE
    targets: tuple[str, ...] = ()
    anyway: bool = False
    terms: str = ""
    over: str = ""
    awaited_by: str = ""

    @property
    def wish(self) -> Wish:
        """What is wished for. A pause of no task, as earlier releases stored it, asks for the list."""
        targets = tuple(self.targets) or ((self.task,) if self.task else ())
        return Wish(
            verb="list" if self.verb == PAUSE and not targets else self.verb,
            project=self.project,
            targets=targets,
            reason=self.reason,
            anyway=self.anyway,
            terms=self.terms,
            over=self.over,
        )


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What a question about many is not about, though it is no more over than they are: it can't be acted on now."""

    task: Snapshot
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class KeyNames:
    """What the keys are called that would be handed to OMS: credentials of the settings, or ``agency:NAME``.

    No `source` where it is a list of URLs. The keys themselves are in no value.
    """

    destination: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class LackingKeys:
    """Of which bucket the key is lacking, at which cloud and on which side, and why none of those that there are fits.

    `why`: there is none for it; it is lent by agencies only, and this person acts through none; or it is temporary, and
    OMS takes such keys for tasks only. `region` is where the task is.
    """

    side: Literal["source", "destination"]
    bucket: str
    cloud: str
    why: Literal["none", "no_agency", "tasks_only"]
    region: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a verb has found that can be done: what is asked about.

    Of `many`, `task` is the sum, and they are acted on in this order. `keys` are those that a resume of one would take,
    `many_keys` those of each. `terms` are the wish's, where only what was found could tell them; else empty.
    """

    task: Snapshot
    many: tuple[Snapshot, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    keys: KeyNames | None = None
    terms: str = ""
    many_keys: tuple[KeyNames, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids of what would be acted on."""
        return tuple(task.task_id for task in self.many) or (self.task.task_id,)


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a card says, whatever its state. `principal` is whom the call is made as, e.g. "IAM user alice"."""

    operation_id: str
    task: Snapshot
    project: str
    region: str
    user_id: str
    principal: str
    reason: str
    expires_at: float
    link_id: str | None = None
    approvals: int = 0
    approvers: tuple[str, ...] = ()
    found_in: str = ""
    acts_as: str = ""
    project_id: str = ""
    seal: str = ""
    verb: str = PAUSE
    targets: tuple[str, ...] = ()
    locale: str = ""  # the requester's, in which everybody reads it
    terms: str = ""
    freeze: Freeze | None = None  # that its project was under
    many: tuple[Snapshot, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    keys: KeyNames | None = None
    resumes_at: float = 0  # Unix seconds; 0: not by itself
    follows: str = ""  # the operation that this was planned with
    many_keys: tuple[KeyNames, ...] = ()  # of each of `many`, in that order
    break_glass: float = 0  # minutes after which who asked may go ahead alone; 0: never
    notify: tuple[str, ...] = ()  # who is told that approval is asked for, if not the approvers

    def keys_of(self, target: str) -> KeyNames | None:
        """Return which keys a resume of a target would take, as far as the card names them."""
        of_many = {task.task_id: names for task, names in zip(self.many, self.many_keys, strict=False)}
        return of_many.get(target, self.keys)

    @property
    def wish(self) -> Wish:
        """The wish that this card asks about."""
        return Wish(
            verb=self.verb,
            project=self.project,
            targets=(self.task.task_id,),
            reason=self.reason,
            terms=self.terms,
        )


def card_from(record: Mapping[str, Any]) -> Card:
    """Return the card that ``dataclasses.asdict`` made *record* of, as stored by the workflows."""
    lists = {name: tuple(record.get(name, ())) for name in ("approvers", "targets", "notify")}
    many = tuple(snapshot_from(task) for task in record.get("many", ()))
    left_out = tuple(
        LeftOut(task=snapshot_from(left["task"]), standing=Standing(left["standing"]))
        for left in record.get("left_out", ())
    )
    task = snapshot_from(record["task"])
    freeze = known(Freeze, record["freeze"]) if record.get("freeze") else None
    keys = known(KeyNames, record["keys"]) if record.get("keys") else None
    many_keys = tuple(known(KeyNames, names) for names in record.get("many_keys", ()))
    parts = lists | {
        "many": many,
        "left_out": left_out,
        "freeze": freeze,
        "keys": keys,
        "many_keys": many_keys,
    }
    return known(Card, {**record, "task": task, **parts})


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One request to act, and the card that asks for the answer. Times are Unix seconds.

    `task_id` is its one target, or `ALL`; `targets` are the ids of all, none in a row of a release that had one only.
    What `follows` another was planned with it: it comes by itself, unless somebody keeps things as they are.
    `awaited_by` is as in its request.
    """

    id: str
    team_id: str
    user_id: str
    channel_id: str
    project: str
    task_id: str
    card: dict[str, Any]
    asked_at: float
    expires_at: float
    message_ts: str | None = None
    reposted: bool = False
    ending: str | None = None
    ended_at: float | None = None
    thread_ts: str | None = None
    verb: str = PAUSE
    targets: list[str] | None = None
    follows: str | None = None
    awaited_by: str | None = None

    @property
    def is_many(self) -> bool:
        """Whether it is one decision on many targets, each of which has an ending of its own."""
        return self.task_id == ALL

    @property
    def wish(self) -> Wish:
        """What is asked for."""
        return Wish(
            verb=self.verb,
            project=self.project,
            targets=(self.task_id,),
            reason=self.card.get("reason", ""),
            terms=self.card.get("terms", ""),
        )

    @property
    def confirm_within(self) -> float:
        """For how many seconds an answer is waited for."""
        return self.expires_at - self.asked_at
