"""The core that decides and acts, in memory: what is kept, who people are, the cloud. Cut off at any write, it goes on.

Real are the listener that takes clicks, `policy`, `Consent`, `Authority`, `Acting` and the seals. Made up is what they
stand on, at its own interface: DBOS, the tables, Slack's word about people, OMS.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, cast

from pydantic import SecretStr

from bot.audit import Audit, Event
from bot.conversation import outcomes
from bot.conversation.acting import Acting, Deed
from bot.conversation.authority import Authority
from bot.conversation.consent import Consent
from bot.conversation.decided import Verdicts, verdict_id
from bot.conversation.durable import Durable
from bot.conversation.freezes import Freezes
from bot.conversation.intake import Start
from bot.conversation.operations import Operations
from bot.conversation.policy import Person
from bot.conversation.ports import Cloud, Reminder, Teller
from bot.conversation.sealing import sealed_fields
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Card, Operation
from bot.conversation.verdicts import Click, ClickKind, Verdict
from bot.gallery.examples import MIGRATING
from bot.huawei.iam.token import PasswordCredential
from bot.huawei.oms.client import Accepted
from bot.identity.directory import Directory, Identity
from bot.identity.keyring import KeyRing, new_key
from bot.identity.seals import Seals
from bot.settings.sections import Project, Timing
from bot.slack import people
from bot.slack.listeners.acknowledge import Door
from bot.slack.listeners.deciding import Deciding
from bot.slack.payloads import Heard
from bot.slack.readers import Readers
from bot.slack.telling import Telling
from bot.verbs.registry import REGISTRY

ALICE: Final = "U0ALICE"
ASKED_AT: Final = 1_000.0
WITHIN: Final = 600.0
ACTS_AS: Final = {
    ALICE: "alice",
    "U0ALICE2": "alice",  # a second account of hers
    "U0BOB": "bob",
    "U0BOB2": "bob",
    "U0CAROL": "carol",
    "U0GUS": "gus",  # a guest
    "U0MALLORY": "mallory",  # of another workspace
}  # and eve is not linked
EVERYBODY: Final = (*ACTS_AS, "U0EVE")
_SEALS: Final = Seals(KeyRing.parse(SecretStr(new_key())))
_READY: Final = {"pause": 2, "resume": 3}


class Cut(BaseException):  # like the end of the process, it is no error of anybody's
    """The process dies here."""


@dataclass
class Begun:
    """A workflow: which, with what, and the results of the steps it has taken."""

    name: str
    given: dict[str, Any]
    steps: list[tuple[str, Any]] = field(default_factory=list)
    at: int = 0  # which step comes next in this run of it
    over: bool = False


class Records:
    """What outlives the process: workflows and their steps, the tables. After `left` more writes, it is cut off."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.begun: dict[str, Begun] = {}
        self.agreed_: list[str] = []
        self.events: dict[str, tuple[Event, dict[str, Any]]] = {}
        self.left: float = math.inf
        self.current: Begun | None = None

    def write(self) -> None:
        """Be about to write something, here or at OMS."""
        if self.left <= 0:
            raise Cut
        self.left -= 1

    # --- as DBOS ------------------------------------------------------------------------------------------------

    def start(self, workflow: str, workflow_id: str, given: Mapping[str, Any]) -> None:
        """Start a workflow, once."""
        if workflow_id not in self.begun:
            self.write()
            self.begun[workflow_id] = Begun(workflow, _stored(given))

    async def step(self, name: str, function: Callable[[], Awaitable[Any]]) -> Any:
        """Take a step, or return what came of it before."""
        begun = self.current
        assert begun
        begun.at += 1
        if begun.at <= len(begun.steps):
            known, result = begun.steps[begun.at - 1]
            assert known == name, "steps in another order"
            return result
        result = _stored(await function())
        self.write()
        begun.steps.append((name, result))
        return result

    async def of(self, operation_id: str) -> Verdict | None:
        """Return how an operation was decided."""
        decided = self.begun.get(verdict_id(operation_id))
        return Verdict(**decided.given) if decided else None

    # --- as the tables ------------------------------------------------------------------------------------------

    async def get(self, operation_id: str) -> Operation | None:
        """Return the operation."""
        return self.operation if operation_id == self.operation.id else None

    async def recorded(self, _operation_id: str) -> Operation:
        """Return it."""
        return self.operation

    async def agreed(self, _operation_id: str) -> list[str]:
        """Return who has agreed."""
        return list(self.agreed_)

    async def approve(self, _operation_id: str, user_id: str, _at: float) -> list[str]:
        """Note that somebody agrees."""
        if user_id not in self.agreed_:
            self.write()
            self.agreed_.append(user_id)
        return list(self.agreed_)

    async def lately_about_the_same(self, _operation: Operation, *, since: float) -> list[Operation]:  # noqa: ARG002  # there is none
        """Return other operations."""
        return []

    # --- as the audit -------------------------------------------------------------------------------------------

    def entry(self, event: Event, operation: str, /, *, once: str = "", **details: Any) -> Callable[[], bool]:
        """Return what appends an event, once."""
        key = f"{operation}:{event}:{once}"

        def write() -> bool:
            return self.events.setdefault(key, made := (event, _stored(details))) is made

        return write

    async def append_all(self, *entries: Callable[[], bool], on_disk: bool = False) -> list[bool]:  # noqa: ARG002  # memory has none
        """Append several events together."""
        self.write()
        return [entry() for entry in entries]

    async def append(self, event: Event, operation: str, /, *, once: str = "", **details: Any) -> bool:
        """Append an event."""
        return (await self.append_all(self.entry(event, operation, once=once, **details)))[0]

    async def details(self, event: Event, _operation: str) -> list[dict[str, Any]]:
        """Return what was recorded with an event."""
        return [details for kind, details in self.events.values() if kind is event]

    async def has(self, event: Event, operation: str, /, **details: Any) -> bool:
        """Tell whether an event was recorded with these details."""
        return any(details.items() <= found.items() for found in await self.details(event, operation))


@dataclass
class Around:
    """What changes without the bot: the time, who people are, what is configured, and the task."""

    verb: str
    now: float = ASKED_AT
    gone: set[str] = field(default_factory=set)
    oncall: set[str] = field(default_factory=set)  # the members of user group S0ONCALL
    status: int = 0
    calls: list[float] = field(default_factory=list)

    def welcome(self, user_id: str) -> bool:
        """Tell whether somebody is a full member who is still there."""
        return user_id not in {"U0GUS", "U0MALLORY"} | self.gone

    async def person(self, _team_id: str, user_id: str, _click_id: str = "") -> Person:
        """Say who somebody is."""
        return Person(
            user_id,
            "T9" if user_id == "U0MALLORY" else "T1",
            deleted=user_id in self.gone,
            is_guest=user_id == "U0GUS",
        )

    async def home(self, _team_id: str) -> frozenset[str]:
        """Say where the bot is at home."""
        return frozenset({"T1"})

    async def members(self, _team_id: str, groups: Iterable[str]) -> dict[str, list[str]]:
        """Say who is in a user group."""
        return {group: sorted(self.oncall) for group in groups}

    def expect(self, *_: str) -> None:
        """Slack would be asked ahead."""

    async def find(self, _team_id: str, user_id: str, _also: Collection[str] = ()) -> Identity | None:
        """Return whom somebody acts as."""
        name = ACTS_AS.get(user_id)
        return (
            Identity(f"IAM user {name}", PasswordCredential("acme", name, SecretStr("pw"))) if name else None
        )


class Oms:
    """OMS: one task. `on_call` is told of each changing call before it is made."""

    def __init__(self, around: Around, records: Records, on_call: Callable[[], None]) -> None:
        self._around = around
        self._records = records
        self._on_call = on_call

    def seen_by(self, _identity: Identity, _project: Project) -> Oms:
        """Whoever looks sees the same."""
        return self

    async def read(self, target: str) -> Snapshot:
        """Return the task as it is."""
        return replace(MIGRATING, task_id=target, status=self._around.status, read_at=self._around.now)

    def keys_for(self, _task: Snapshot) -> None:
        """Name no keys, as the card does."""

    async def pause(self, _target: str) -> Accepted:
        """Pause it."""
        return self._change(3)

    async def resume(self, _target: str) -> Accepted:
        """Go on with it."""
        return self._change(2)

    def _change(self, status: int) -> Accepted:
        self._records.write()
        self._on_call()
        self._around.calls.append(self._around.now)
        self._around.status = status
        return Accepted(request_id="r-1")


class Process:
    """What a process holds in memory, made anew after each crash."""

    def __init__(
        self,
        records: Records,
        around: Around,
        projects: Mapping[str, Project],
        on_call: Callable[[], None],
    ) -> None:
        self._records, self._around = records, around
        operations, audit = cast("Operations", records), cast("Audit", records)
        verdicts, nobody = cast("Verdicts", records), _Silent()
        authority = Authority(
            projects=projects,
            people=around,
            directory=cast("Directory", around),
            freezes=cast("Freezes", _Unfrozen()),
            seals=_SEALS,
        )
        self.acting = Acting(
            timing=Timing(),
            authority=authority,
            operations=operations,
            seals=_SEALS,
            verbs=REGISTRY.verbs,
            cloud=cast("Cloud", Oms(around, records, on_call)),
            audit=audit,
            prove_ownership=nobody.nothing,
            clock=lambda: around.now,
        )
        self.consent = Consent(
            authority=authority,
            teller=cast("Teller", nobody),
            reminder=cast("Reminder", nobody),
            operations=operations,
            audit=audit,
            verdicts=verdicts,
            durable=cast("Durable", records),
            settle=self._start_settle,
            seals=_SEALS,
        )
        self.deciding = Deciding(
            cast("Door", self),
            projects=projects,
            verbs=REGISTRY.verbs,
            operations=operations,
            people=cast("people.People", around),
            readers=cast("Readers", nobody),
            telling=cast("Telling", nobody),
            verdicts=verdicts,
            seals=_SEALS,
            clock=lambda: around.now,
        )

    async def _start_settle(self, verdict: Verdict) -> None:
        self._records.start("settle", verdict_id(verdict.operation_id), asdict(verdict))

    async def run(self, begun: Begun) -> None:
        """Run a workflow from its beginning; steps that were taken are not taken again."""
        self._records.current, begun.at = begun, 0
        match begun.name:
            case "agree":
                await self.consent.agree(Click(**begun.given))
            case "decide":
                await self.consent.decide(Click(**begun.given))
            case "settle":
                await self._settle(Verdict(**begun.given))
        begun.over = True

    async def _settle(self, verdict: Verdict) -> None:
        """Act, if that was decided, and record the ending, as the workflow of that name does."""
        operation = self._records.operation

        async def act() -> dict[str, Any] | None:
            ended = await self.acting.act(Deed(operation, operation.task_id), verdict)
            return outcomes.dump(ended) if ended else None

        ended = await self._records.step("act", act) if verdict.kind == "confirm" else None
        kind = ended["kind"] if ended else verdict.kind
        await self._records.append(Event.ENDED, operation.id, how=kind)

    # --- as the door ----------------------------------------------------------------------------------------------

    def deadline(self) -> float:
        """Return until when a delivery is to be acknowledged: there is time."""
        return asyncio.get_running_loop().time() + 60

    def remember(self, *_: str) -> None:
        """Note where to whisper to."""

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Leave out what is only said."""
        work.close()

    async def record(self, start: Start, _deadline: float) -> bool:
        """Record what a delivery starts."""
        self._records.start(start.workflow, start.id, start.input)
        return True


class _Silent:
    """Says nothing, whatever it is told to say."""

    async def nothing(self, *_: Any, **__: Any) -> None:
        """Do nothing."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        return self.nothing


class _Unfrozen:
    """No project is frozen."""

    async def of(self, _project_id: str) -> None:
        """Return no freeze."""


def _stored(value: Any) -> Any:
    """Return *value* as it comes back from a database."""
    return json.loads(json.dumps(value))


def project(approvals: int, approvers: Collection[str], break_glass: float) -> Project:
    """Return the one project there is."""
    return Project(
        id="2c0689c860ad4728a497c91ec0844383",
        region="ap-southeast-3",
        alias="sg",
        approvals=approvals,
        approvers=frozenset(approvers),
        break_glass=break_glass,
    )


def asked(verb: str, where: Project) -> Operation:
    """Return what alice asked for, with a card that shows these rules."""
    identity = Identity("IAM user alice", PasswordCredential("acme", "alice", SecretStr("pw")))
    card = asdict(
        Card(
            operation_id="0123456789abcdef01234567",
            task=replace(MIGRATING, status=_READY[verb]),
            project=where.alias,
            region=where.region,
            user_id=ALICE,
            principal=identity.principal,
            reason="",
            expires_at=ASKED_AT + WITHIN,
            acts_as=identity.mark,
            approvals=where.approvals,
            approvers=tuple(sorted(where.approvers)),
            # Never shown on the card of what would have more copied.
            break_glass=where.break_glass if verb == "pause" else 0,
            project_id=where.id,
            verb=verb,
        )
    )
    card = _stored(card)
    card["seal"] = _SEALS.seal("card", sealed_fields(card, "T1", "C1"))
    return Operation(
        id=card["operation_id"],
        team_id="T1",
        user_id=ALICE,
        channel_id="C1",
        project=where.alias,
        task_id=MIGRATING.task_id,
        card=card,
        asked_at=ASKED_AT,
        expires_at=ASKED_AT + WITHIN,
        message_ts="17.1",
        verb=verb,
    )


def click(user_id: str, kind: ClickKind, click_id: str, at: float, channel: str = "C1") -> Click:
    """Return somebody's click on the card, as Slack delivers it."""
    return Click(
        operation_id="0123456789abcdef01234567",
        workspace="T1",
        team_id="T1",
        user_id=user_id,
        channel_id=channel,
        message_ts="17.1",
        click_id=click_id,
        at=at,
        named=("T9",) if user_id == "U0MALLORY" else ("T1",),
        kind=kind,
        reason="urgent" if kind == "break_glass" else "",
    )


def heard(made: Click) -> Heard:
    """Return how it was heard."""
    return Heard(delivery=made.click_id, workspace="T1", user_id=made.user_id, channel_id=made.channel_id)
