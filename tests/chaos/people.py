"""People who want things done, one thing at a time each. As people do, they try again where they are told to."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.sandbox.huawei.oms_tasks import FINISHED, MIGRATING, PAUSED
from bot.sandbox.slack.objects import ImpossibleError, Message, User
from bot.sandbox.slack.workspace import Delivery
from tests.chaos.scene import BULKS, PROJECTS, Scene
from tests.chaos.thread import FINAL, Threads, is_open, operation_of
from tests.scenario.conftest import said

Kind = Literal[
    "pause", "pause for 2h", "pause group", "pause all", "resume", "throttle", "agree", "decline", "cancel",
    "leave", "status", "list", "history",
]  # fmt: skip
MIX: Final[dict[Kind, int]] = {
    "pause": 32, "pause for 2h": 4, "pause group": 6, "pause all": 5, "resume": 12, "throttle": 12, "agree": 8,
    "decline": 3, "cancel": 6, "leave": 2, "status": 4, "list": 3, "history": 3,
}  # fmt: skip
_TRIES: Final = 5
_LIMIT: Final = 20  # MB/s
_NO_ANSWER: Final = "Still working on it"  # it goes when there is one
_PATIENCE: Final = 120.0  # seconds that somebody waits for a card, or for an ending


@dataclass
class Wanted:
    """Something that somebody wants. `name` is what its cards are found by, since `began` (Unix seconds)."""

    kind: Kind
    number: int
    person: User
    name: str = ""
    project: str = "prod-sg"
    targets: list[str] = field(default_factory=list)
    began: float = 0
    acknowledged: list[float] = field(default_factory=list)
    clicked: set[str] = field(default_factory=set)  # the operations whose decision was acknowledged
    served: bool = False  # somebody saw what they wanted

    @property
    def decides(self) -> str | None:
        """The button that is pressed; None for what only answers, or is left to expire."""
        if self.kind in ("leave", "status", "list", "history"):
            return None
        return {"cancel": "oms_cancel", "decline": "oms_decline"}.get(self.kind, "oms_confirm")


class People:
    """All of them. Each takes the next thing that is wanted until there is none."""

    def __init__(self, here: Scene, threads: Threads, operations: int) -> None:
        self._here = here
        self._threads = threads
        self._numbers: Iterator[int] = iter(range(operations))
        self._bulks: asyncio.Queue[str] = asyncio.Queue()
        for number in range(1, BULKS + 1):
            self._bulks.put_nowait(f"many-{number}")
        self.wanted: list[Wanted] = []
        self._operations = operations
        self._ends = math.inf  # when nobody waits any more, by the clock of `time.monotonic`
        self._after: set[asyncio.Task[None]] = set()

    @property
    def all_begun(self) -> bool:
        """Whether nothing is left that nobody has begun to want."""
        return len(self.wanted) >= self._operations

    async def want(self, until: float) -> None:
        """Let them all want things, until there is nothing more or the time (of the loop) has come."""
        self._ends = time.monotonic() + until - asyncio.get_running_loop().time() + _PATIENCE
        await asyncio.gather(*(self._work(person, until) for person in self._here.people))

    async def _work(self, person: User, until: float) -> None:
        luck, now = self._here.luck, asyncio.get_running_loop().time
        for number in self._numbers:
            if now() >= until:
                return
            [kind] = luck.choices(list(MIX), weights=list(MIX.values()))
            await self.one(Wanted(kind, number, person))

    def wait_on(self) -> None:
        """Let whoever wants something from now on wait for it as long as they like."""
        self._ends = math.inf

    async def one(self, wanted: Wanted) -> None:
        """Let one thing be wanted, until it is seen or given up."""
        self.wanted.append(wanted)
        wanted.began = time.time()
        async with self._arranged(wanted):
            for _ in range(_TRIES):
                if await self._once(wanted):
                    wanted.served = True
                    break
                if time.monotonic() > self._ends:
                    break
        self._later(wanted)

    @contextlib.asynccontextmanager
    async def _arranged(self, wanted: Wanted) -> AsyncIterator[None]:
        """Let there be what it is about."""
        cloud, kind = self._here.cloud, wanted.kind
        if kind == "pause all":
            wanted.project = wanted.name = await self._bulks.get()
            for _ in range(4):
                task = cloud.add_task(PROJECTS[wanted.project], pause_takes=self._pauses_in())
                wanted.targets.append(str(task.id))
            try:
                yield
            finally:
                for target in wanted.targets:
                    if cloud.tasks[int(target)].status == MIGRATING:
                        cloud.set_status(int(target), FINISHED)
                self._bulks.put_nowait(wanted.project)
            return
        if kind == "pause group":
            wanted.name = f"group-{wanted.number}"
            child = {"name": f"child-{wanted.number}", "pause_takes": self._pauses_in()}
            group = cloud.add_group(
                PROJECTS["prod-sg"], group_id=str(uuid.UUID(int=self._here.luck.getrandbits(128))),
                description=wanted.name, children=[child],
            )  # fmt: skip
            wanted.targets = [group.id]
        elif kind not in ("list", "history"):
            wanted.name = f"media-{wanted.number}"
            wanted.project = "careful" if kind in ("agree", "decline") else "prod-sg"
            status = PAUSED if kind == "resume" else MIGRATING
            task = cloud.add_task(
                PROJECTS[wanted.project], name=wanted.name, status=status, pause_takes=self._pauses_in()
            )
            wanted.targets = [str(task.id)]
        yield

    def _pauses_in(self) -> float:
        return self._here.luck.choice([0.1, 0.5, 3.0])

    def _command(self, wanted: Wanted) -> str:
        match wanted.kind:
            case "pause group":
                return f"pause prod-sg group:{wanted.targets[0]}"
            case "pause all":
                return f"pause {wanted.project} all"
            case "pause for 2h":
                return f"pause prod-sg {wanted.name} for 2h"
            case "throttle":
                return f"throttle prod-sg {wanted.name} {_LIMIT}"
            case "list" | "history":
                return f"{wanted.kind} prod-sg"
            case "resume" | "status":
                return f"{wanted.kind} {wanted.project} {wanted.name}"
            case _:
                return f"pause {wanted.project} {wanted.name}"

    async def _once(self, wanted: Wanted) -> bool:
        """Ask, and go the whole way. Return whether what was wanted was seen; if not, they ask again."""
        before = len(self._threads.whispers[wanted.person.id])
        asked_at = time.time()
        if not await self._acknowledged(
            lambda: self._here.slack.slash(wanted.person, self._here.room, "/oms", self._command(wanted))
        ):
            await asyncio.sleep(1)
            return False
        wanted.acknowledged.append(asked_at)
        if wanted.kind in ("status", "list", "history"):
            return await self._until(lambda: self._whispered(wanted, before))
        card = await self._card(wanted, asked_at, before)
        if card is None or wanted.kind == "leave":
            return card is not None
        if not await self._decided(wanted, card):
            return False
        return await self._until(lambda: self._ended(wanted, card)) and self._as_wished(wanted, card)

    async def _card(self, wanted: Wanted, since: float, before: int) -> Message | None:
        """Return the card that this asking led to; None if something else was answered, or nothing."""

        def found() -> Message | None:
            new = [card for card in self.cards(wanted) if float(card.ts) >= since and is_open(card)]
            return new[-1] if new else None

        if not await self._until(lambda: bool(found()) or self._whispered(wanted, before)):
            return None
        if not found():
            await asyncio.sleep(2)  # a note that Slack, or OMS, is slow is no answer
        return found()

    async def _decided(self, wanted: Wanted, card: Message) -> bool:
        action = wanted.decides
        assert action
        agrees = wanted.kind in ("agree", "decline")
        who = (
            self._here.luck.choice([p for p in self._here.people if p is not wanted.person])
            if agrees
            else wanted.person
        )
        for _ in range(_TRIES):
            try:
                pressed = await self._acknowledged(lambda: self._press(who, card, action))
            except ImpossibleError:
                return True  # there is no button any more: what was pressed before did count
            if pressed:
                wanted.clicked.add(operation_of(card))
                if self._here.luck.random() < 0.1:  # a double tap
                    with contextlib.suppress(ImpossibleError):
                        await self._acknowledged(lambda: self._press(who, card, action))
                return True
            await asyncio.sleep(1)
        return False

    async def _press(self, who: User, card: Message, action: str) -> Delivery:
        delivery = await self._here.slack.click(who, card, action)
        if action != "oms_decline" or not delivery.ok:
            return delivery
        # It opens a modal for the reason; one that could not be opened is pressed again.
        modal = self._here.slack.modal(who)
        if modal is None:
            with contextlib.suppress(TimeoutError):
                modal = await self._here.slack.wait_for(lambda: self._here.slack.modal(who), 3)
        if modal is None:
            raise TimeoutError
        [action_id] = [element["action_id"] for _, element in _inputs(modal.definition)]
        self._here.somewhere()
        return await self._here.slack.submit(who, modal, {action_id: "not now"})

    async def _acknowledged(self, deliver: Callable[[], Awaitable[Delivery]]) -> bool:
        self._here.somewhere()
        with contextlib.suppress(TimeoutError):
            return (await deliver()).ok
        return False

    async def _until(self, seen: Callable[[], object]) -> bool:
        until = min(time.monotonic() + _PATIENCE, self._ends)
        while not seen():
            if time.monotonic() > until:
                return False
            await asyncio.sleep(0.2)
        return True

    def cards(self, wanted: Wanted) -> list[Message]:
        """Return all cards about it: those with its name, and for a project, which many ask about, its requester."""
        requester = f"<@{wanted.person.id}> as " if wanted.kind == "pause all" else ""
        return [
            card
            for card in self._threads.cards[wanted.name]
            if float(card.ts) >= wanted.began and requester in said(card)
        ]

    def _whispered(self, wanted: Wanted, before: int) -> bool:
        new = self._threads.whispers[wanted.person.id][before:]
        return any(not one.deleted and not one.text.startswith(_NO_ANSWER) for one in new)

    def _ended(self, wanted: Wanted, card: Message) -> bool:
        same = [one for one in self.cards(wanted) if operation_of(one) == operation_of(card)]
        return any(meaning in FINAL for meaning, _ in self._threads.endings(same))

    def _as_wished(self, wanted: Wanted, card: Message) -> bool:
        same = [one for one in self.cards(wanted) if operation_of(one) == operation_of(card)]
        last = [meaning for meaning, _ in self._threads.endings(same) if meaning in FINAL][-1]
        return last in (("not",) if wanted.kind in ("cancel", "decline") else ("done", "already"))

    def _later(self, wanted: Wanted) -> None:
        """Let what still migrates finish when nobody can be in the middle of it: OMS's board is the faster for it."""

        async def finish() -> None:
            await asyncio.sleep(60)
            for target in wanted.targets:
                if target.isdecimal() and self._here.cloud.tasks[int(target)].status == MIGRATING:
                    self._here.cloud.set_status(int(target), FINISHED)

        if wanted.kind in ("resume", "throttle", "cancel", "decline", "leave", "status"):
            task = asyncio.create_task(finish())
            self._after.add(task)
            task.add_done_callback(self._after.discard)


def _inputs(view: dict[str, object]) -> list[tuple[str, dict[str, str]]]:
    blocks: list[dict[str, dict[str, str]]] = view.get("blocks", [])  # type: ignore[assignment]  # JSON
    return [("", block["element"]) for block in blocks if "element" in block]
