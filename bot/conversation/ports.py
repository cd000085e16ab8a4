"""What the conversation needs of those around it: the people, the cloud, the verbs, and somebody who tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bot.conversation.answers import AmbiguousTask, Answer, NoSuchTask
from bot.conversation.asked import NotAsked, Owed, Waiting
from bot.conversation.names import Names
from bot.conversation.outcomes import OfTarget, Outcome, Several
from bot.conversation.policy import Person
from bot.conversation.publication import Publication
from bot.conversation.reasons import Reason
from bot.conversation.reminders import Reminding
from bot.conversation.runs import Completion, Result
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import KeyNames, LackingKeys, Operation, Question, Request, Wish
from bot.conversation.verdicts import Click, TooLate, Verdict
from bot.conversation.watched import Sighting, Watch
from bot.huawei.fault import Fault

if TYPE_CHECKING:
    from bot.huawei.oms.client import Accepted
    from bot.huawei.oms.models import BandwidthWindow
    from bot.identity.directory import Identity
    from bot.settings.sections import Project

Objection = Reason | TooLate | Fault
"""Why a click does not count."""


class People(Protocol):
    """Who people are. Every method raises `CannotTell` if that is not to be learnt now."""

    async def person(self, team_id: str, user_id: str, click_id: str = "") -> Person:
        """Return who somebody is: now, or when they made the click that is being decided on."""

    async def home(self, team_id: str) -> frozenset[str]:
        """Return the workspace that the bot acts in when *team_id* is named, and its organisation."""

    async def members(self, team_id: str, groups: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Return who is in each of these user groups now."""


class Tasks(Protocol):
    """What migrates in one project, as one identity sees it. Each method raises `HuaweiError`.

    A target is a task's id, ``group:<id>`` or ``sync:<id>``.
    """

    async def find(self, typed: str) -> Snapshot | NoSuchTask | AmbiguousTask:
        """Return what *typed* means: an id, or the exact name of one target of that kind."""

    async def read(self, target: str) -> Snapshot:
        """Return the target as it is now."""

    async def listed(self, states: Collection[int] = ()) -> list[Snapshot]:
        """Return what is in one of these *states* (or all there is), the fastest first."""

    async def count_waiting(self) -> int | None:
        """Return how many tasks wait for a slot, or None if that can't be told."""

    async def keep_ready(self) -> float:
        """Renew what requests are signed with, if that is due; return for how many seconds it will do."""

    def keys_for(self, task: Snapshot) -> KeyNames | LackingKeys:
        """Say with which keys this could be resumed, by their names. Nobody is asked."""

    async def pause(self, target: str) -> Accepted:
        """Ask OMS to pause: one request, never repeated. Accepted is not paused."""

    async def resume(self, target: str) -> Accepted:
        """Ask OMS to go on, with the keys that there are for it: one request, never repeated.

        Accepted is not migrating.
        """

    async def throttle(self, target: str, windows: Sequence[BandwidthWindow]) -> Accepted:
        """Replace the bandwidth policy, none being no limit: one request, never repeated."""


class SlotTeller(Protocol):
    """Tells of slots that were taken."""

    async def tell_slot_taken(self, operation: Operation, task: Snapshot) -> None:
        """Say in the operation's thread that another task has started."""


class WatchTeller(Protocol):
    """Shows watches: each is one message, which is written anew as the task goes on."""

    async def post_watch(self, request: Request, watch: Watch, seen: Sighting) -> str | None:
        """Post the message and return where it stands. None if Slack takes none, which the asker was told."""

    async def show_watch(self, watch: Watch, last: Sighting | None, fault: Fault | None) -> bool:
        """Show what was read *last*, and why it can't be read now, if so. False if the message is gone for good."""

    async def close_watch(self, watch: Watch) -> None:
        """Show what came of it, and how it ended."""


class Reminder(Protocol):
    """Tells people, in a pause's thread, what nobody has asked for just now. It may be told twice after a crash."""

    async def announce(self, planned: Operation, at: float) -> str | None:
        """Tell that something comes by itself then, with ways to have it otherwise.

        Return where that stands, if it is known.
        """

    async def remind(self, operation: Operation, reminder: Reminding) -> None:
        """Tell what is still so, long after."""


class Cloud(Protocol):
    """The way to OMS."""

    def seen_by(self, identity: Identity, project: Project) -> Tasks:
        """Return the project's tasks, as they are read and acted on with this identity."""


@dataclass(frozen=True)
class Asker:
    """Somebody who has asked for something, and the projects that they may use where they did."""

    request: Request
    projects: tuple[Project, ...]

    @property
    def project(self) -> Project:
        """The one that they named."""
        [project] = self.projects
        return project


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for in the history: of a task, of somebody, what comes after (when, and which) a page's last."""

    task: str = ""
    user: str = ""
    before: tuple[float, str] | None = None


class Records(Protocol):
    """The bot's own records. Each method raises `CannotTell` if it can't be known now who may."""

    async def freeze(self, asker: Asker) -> Answer:
        """Let nothing be resumed or sped up in the project that *asker* named."""

    async def unfreeze(self, asker: Asker) -> Answer:
        """End that, if *asker* may."""

    async def past(self, asker: Asker, sought: Sought) -> Answer:
        """Return a page of what was done in the projects that *asker* may use."""


@runtime_checkable
class Keeping(Protocol):
    """A verb that answers from the bot's own records, or changes them."""

    @property
    def name(self) -> str:
        """What is typed, counted and audited."""

    async def answer(self, records: Records, asker: Asker) -> Answer:
        """Return what comes of it."""


@runtime_checkable
class Reading(Protocol):
    """A verb that only answers."""

    @property
    def name(self) -> str:
        """What is typed, stored, counted and audited."""

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Read what is needed to answer, or to ask. Raises `HuaweiError`."""


@runtime_checkable
class Verb(Reading, Names, Protocol):
    """A verb that acts: asked about, confirmed, called once, verified."""

    async def act(self, tasks: Tasks, target: str, wish: Wish) -> Accepted:
        """Ask OMS once, for one of the targets. Raises `HuaweiError`."""

    def judge(self, seen: Snapshot, wish: Wish) -> Standing:
        """Say what a reading of a target means for what is wished."""

    def loosens(self, seen: Snapshot, wish: Wish) -> bool:
        """Tell whether more would be copied, or faster, than as the target is now: what a frozen project refuses."""


@runtime_checkable
class Replacing(Verb, Protocol):
    """A verb that replaces something, and can put back what it has replaced. The card shows what that is."""

    def replaces_the_same(self, shown: Snapshot, seen: Snapshot) -> bool:
        """Tell whether what would be replaced is still what was *shown*."""

    def reverts(self, wish: Wish) -> bool:
        """Tell whether what was before is to be put back."""

    def was_set_by(self, seen: Snapshot, wish: Wish) -> bool:
        """Tell whether what is *seen* is what *wish* wanted."""

    def revert(self, wish: Wish, task: Snapshot, before: Snapshot | None) -> Question | Answer:
        """Ask about putting back what was *before*, if that is known."""


class Teller(Protocol):
    """Shows people what happens. Each method is safe to repeat."""

    async def post_card(
        self, request: Request, operation: Operation, *, patient: bool = False
    ) -> Waiting | Owed | NotAsked:
        """Ask. The card is owed if it can be posted later only; *patient*, wait for that while it is of use."""

    async def show_details(self, operation_id: str) -> None:
        """Say a moment after the card was posted what it has no room for. A courtesy, tried once."""

    async def whisper(self, request: Request, answer: Answer) -> None:
        """Tell the requester alone."""

    async def announce(self, request: Request, answer: Answer) -> None:
        """Tell everybody where it was asked for; the requester alone if that can't be done."""

    def working(self, request: Request) -> AbstractAsyncContextManager[None]:
        """While this lasts: once it takes long, say so; what was said is taken back at its end."""

    async def show_acting(self, operation: Operation, verdict: Verdict) -> None:
        """Show who confirmed. A courtesy, tried once."""

    async def show_agreed(
        self, operation: Operation, ts: str, agreed: Sequence[str], *, needed: int, alone: bool
    ) -> None:
        """Show who has agreed, how many are *needed*, and whether whoever asked may go ahead *alone*."""

    async def close_stale(self, operation: Operation, click: Click, won: Verdict) -> None:
        """Take the buttons off a card that was clicked after *won* decided."""

    async def refuse(self, operation: Operation | None, click: Click, objection: Objection) -> None:
        """Tell somebody alone why their click does not count, and record it."""

    async def record_ending(self, operation: Operation, outcome: Outcome, *, once: str = "") -> None:
        """Record how an operation ended, before it is told; *once* sets a later, better ending apart."""

    async def write_ending(
        self, operation: Operation, verdict: Verdict, outcome: Outcome, *, patient: bool = False
    ) -> bool:
        """Tell how it ended. False if that is still owed, and can be tried with *patient*."""


class Publisher(Protocol):
    """Sends endings to where they go besides Slack."""

    @property
    def receivers(self) -> Collection[str]:
        """The names of the receivers."""

    async def publish(
        self,
        publication: Publication,
        operation: Operation,
        *,
        attempt: int,
    ) -> float | None:
        """Send an ending to a receiver once. Return when to try again (Unix seconds), if it did not take it."""


class Completer(Protocol):
    """Tells runs of a workflow's step in Slack how they ended, in words for people and in names for conditions."""

    @property
    def not_posted(self) -> str:
        """What the ending of an operation is called whose card Slack did not take."""

    def ended(self, operation: Operation, outcome: Outcome, *, at: float) -> Result:
        """Return what is told of an operation's end, which was decided on at that time."""

    async def answered(self, request: Request, answer: Answer) -> Result:
        """Return what is told where nothing was asked."""

    def not_asked(self, request: Request | None) -> Result:
        """Return what is told if Slack took no card, or no proposal."""

    def not_reviewed(self, seconds: float) -> Result:
        """Return what is told if nobody reviewed a proposal for so long."""

    def own_fault(self) -> Result:
        """Return what is told after a fault of this program."""

    async def complete(self, completion: Completion, attempt: int) -> float | None:
        """Tell a run its result once. Return when to try again (Unix seconds), if Slack did not take it."""


class TellerOfMany(Protocol):
    """Shows what becomes of one decision on many targets, beside a `Teller`. Each method is safe to repeat."""

    async def show_progress(self, operation: Operation, verdict: Verdict, so_far: Several) -> None:
        """Show how far a decision on many targets is. A courtesy, tried once."""

    async def record_ending_of(
        self, operation: Operation, target: str, outcome: Outcome, *, once: str = ""
    ) -> None:
        """Record how one of many targets ended; *once* sets a later, better ending apart."""

    async def write_ending_of(self, operation: Operation, verdict: Verdict, ending: OfTarget) -> None:
        """Tell how one of many targets ended after all."""
