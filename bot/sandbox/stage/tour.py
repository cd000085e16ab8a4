"""The seven situations worth trying: what each arranges, what there is to do, and how it has to end.

A situation judges itself by what Slack shows and by what reached OMS, never by what the bot says of itself: it has
ended as promised when `Situation.ended` finds the promised words, and the calls that OMS counted agree with them.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.huawei.oms_tasks import FINISHED, PAUSED
from bot.sandbox.slack.objects import Message
from bot.sandbox.stage.scene import INCIDENT, STAR_COMMAND, TASK
from bot.sandbox.stage.stage import CONFIRM, Stage, Trouble

Deed = Callable[[Stage], Awaitable[object]]
_PATIENCE = 3600.0  # how long an accident waits for the click that it happens to


@dataclass(frozen=True)
class Step:
    """Something to do or to watch: when it counts as done, and what does it for those who would rather look on."""

    told: str
    done: Callable[[Stage], object]
    deed: Deed | None = None


@dataclass(frozen=True)
class Situation:
    """One situation. `watch` says where to look; `ended` returns the promised words once they can be read."""

    key: str
    title: str
    watch: str
    steps: tuple[Step, ...]
    ended: Callable[[Stage], str | None]
    arrange: Callable[[Stage], None] = lambda _: None


class Tour:
    """Which situation is on, and how far it has come. There is one tour, however many look at it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.current: Situation | None = None
        self.busy = False
        self.finished: dict[str, str] = {}

    async def start(self, situation: Situation) -> None:
        """Begin anew, arrange the situation, and let alice type her command."""
        self.current, self.busy = situation, True
        self.finished.pop(situation.key, None)
        self.stage.changed()
        try:
            await self.stage.reset()
            situation.arrange(self.stage)
            await self.stage.slash("alice", STAR_COMMAND)
        finally:
            self.busy = False
            self.stage.changed()

    async def forget(self) -> None:
        """Begin anew, as if nothing had been tried."""
        self.finished.clear()
        await self.leave()

    async def leave(self) -> None:
        """End the tour and begin anew."""
        self.current, self.busy = None, True
        self.stage.changed()
        try:
            await self.stage.reset()
        finally:
            self.busy = False
            self.stage.changed()

    def next_step(self) -> Step | None:
        """Return the first step that is not done."""
        return (
            next((step for step in self.current.steps if not step.done(self.stage)), None)
            if self.current
            else None
        )

    def judge(self) -> str | None:
        """Return the words with which the situation ended as promised, once it has; they are kept."""
        if self.current is None or self.busy:
            return None
        if self.current.key not in self.finished and (words := self.current.ended(self.stage)):
            self.finished[self.current.key] = words
        return self.finished.get(self.current.key)


# --- what people do ---------------------------------------------------------------------------------------


def _confirm(who: str) -> Deed:
    async def deed(stage: Stage) -> None:
        await stage.click(who, CONFIRM, await stage.wait_for(stage.card))

    return deed


async def _confirm_twice(stage: Stage) -> None:
    card = await stage.wait_for(stage.card)
    await asyncio.gather(stage.click("alice", CONFIRM, card), stage.click("alice", CONFIRM, card.snapshot()))


def _clicked(who: str, times: int = 1) -> Callable[[Stage], bool]:
    return lambda stage: stage.clicks(who) >= times


def _crashed(stage: Stage) -> bool:
    return bool(stage.pauses()) and (stage.bot_state != "running" or bool(_words(stage, "Paused")))


def _asked(stage: Stage) -> bool:
    return stage.card() is not None


_ASK = Step(f"alice types `/oms {STAR_COMMAND}`, and the bot answers with a card", _asked)


# --- what there is to read --------------------------------------------------------------------------------


def _words(stage: Stage, *promised: str, to: str | None = None) -> str | None:
    """Return what the bot said in the card's thread, or to one person only, if all of `promised` is in it."""
    card = stage.card()
    said: list[Message] = stage.workspace.ephemerals(to, INCIDENT) if to else []
    if not to and card:
        said = stage.workspace.thread(INCIDENT, card)[1:]
    return next((m.text for m in reversed(said) if all(words in m.text for words in promised)), None)


def _paused_with_one_call(stage: Stage) -> str | None:
    if len(stage.pauses()) != 1 or stage.task_status() != PAUSED:
        return None
    return _words(stage, "OMS confirmed it")


def _owned_up_then_paused(stage: Stage) -> str | None:
    return _paused_with_one_call(stage) if _words(stage, "Not sure yet") else None


def _refused_to_bob(stage: Stage) -> str | None:
    return _words(stage, "Only <@", to="bob") if not stage.pauses() else None


def _told_of_permission(stage: Stage) -> str | None:
    permitted = [call for call in stage.pauses() if call.status == 200]
    return _words(stage, "Not paused", "oms:task:update") if not permitted else None


def _told_of_finish(stage: Stage) -> str | None:
    return _words(stage, "Nothing was changed", "finished") if not stage.pauses() else None


# --- accidents --------------------------------------------------------------------------------------------


def _oms_dies(stage: Stage) -> None:
    """Let OMS take the pause, lose its answer, and be gone until the bot has owned up to it."""
    stage.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", times=1, seconds=0.4))
    stage.cloud.faults.add(Fault(kind="cut", operation="stop_task", when="after", times=1))

    async def accident() -> None:
        await stage.wait_for(stage.pauses, _PATIENCE)
        stage.switch(Trouble.OMS_DOWN, on=True)
        with contextlib.suppress(TimeoutError):
            await stage.wait_for(stage.thread, 30)
        await asyncio.sleep(1)  # long enough to read what it said
        stage.switch(Trouble.OMS_DOWN, on=False)

    stage.later(accident)


def _bot_dies(stage: Stage) -> None:
    """Kill the bot while it waits for OMS's answer to the pause, the worst moment there is, and start it again."""
    stage.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", times=1, seconds=5))

    async def accident() -> None:
        await stage.wait_for(stage.pauses, _PATIENCE)
        await stage.kill()
        await asyncio.sleep(1.5)
        await stage.restart()

    stage.later(accident)


def _task_finishes(stage: Stage) -> None:
    """Let the task finish a little after its card was shown."""

    async def accident() -> None:
        await stage.wait_for(stage.card, _PATIENCE)
        await asyncio.sleep(1.5)
        task = next(one for one in stage.cloud.tasks.values() if one.name == TASK)
        stage.cloud.finish_task(task.id)
        stage.changed()

    stage.later(accident)


# --- the seven --------------------------------------------------------------------------------------------

_PAUSE_AS_ALICE = Step("As *alice*, click *Pause* on the card", _clicked("alice"), _confirm("alice"))
_FREEZE = Step(f"The bar of {TASK} freezes, its curve drops", lambda stage: stage.task_status() == PAUSED)

SITUATIONS = (
    Situation(
        "happy",
        "The happy path",
        f"On the OMS side: {TASK} goes from migrating to pausing to paused, and a waiting task takes its slot.",
        (_ASK, _PAUSE_AS_ALICE, _FREEZE),
        _paused_with_one_call,
    ),
    Situation(
        "stranger",
        "The wrong person clicks",
        "Only bob sees the refusal. The card stays as it is, and nothing reaches OMS.",
        (_ASK, Step("Become *bob* (under “You are”) and click *Pause*", _clicked("bob"), _confirm("bob"))),
        _refused_to_bob,
    ),
    Situation(
        "double",
        "A double click",
        "Two clicks reach the bot. OMS gets one call, and the thread has one ending.",
        (
            _ASK,
            Step("As *alice*, double-click *Pause*", _clicked("alice", 2), _confirm_twice),
            _FREEZE,
        ),
        _paused_with_one_call,
    ),
    Situation(
        "permission",
        "The permission is missing",
        "alice may look but not pause: Huawei Cloud itself says no, and the thread says what to ask for.",
        (_ASK, _PAUSE_AS_ALICE),
        _told_of_permission,
        lambda stage: stage.switch(Trouble.NO_PERMISSION, on=True),
    ),
    Situation(
        "outage",
        "OMS dies in the middle",
        "OMS takes the pause, but its answer is lost, and then OMS is gone. The bot does not guess and does not call "
        "again: it says what it knows, and looks until it knows more.",
        (
            _ASK,
            _PAUSE_AS_ALICE,
            Step("The bot says that it can't tell", lambda stage: _words(stage, "Not sure yet")),
            Step("Once OMS is back, it knows", lambda stage: _words(stage, "Paused")),
        ),
        _owned_up_then_paused,
        _oms_dies,
    ),
    Situation(
        "crash",
        "The bot is killed in the middle",
        "The bot is killed while it waits for OMS's answer, and started again. It goes on where it was, without a "
        "second call.",
        (
            _ASK,
            _PAUSE_AS_ALICE,
            Step("The bot dies (see its light on the OMS side) …", _crashed),
            Step("… comes back, and ends what it began", lambda stage: _words(stage, "Paused")),
        ),
        _paused_with_one_call,
        _bot_dies,
    ),
    Situation(
        "finished",
        "Task finishes before the click",
        "What the card showed is no longer true at the click. The bot reads again, and makes no call.",
        (
            _ASK,
            Step(f"Wait until the bar of {TASK} is full", lambda stage: stage.task_status() == FINISHED),
            _PAUSE_AS_ALICE,
        ),
        _told_of_finish,
        _task_finishes,
    ),
)  # fmt: skip
