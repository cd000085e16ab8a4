"""One pause, and six ways in which pausing goes wrong."""

import asyncio
import contextlib

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.huawei.oms_tasks import FINISHED, PAUSED
from bot.sandbox.stage.playing import ASK, PATIENCE, clicked, confirm, confirm_twice, words
from bot.sandbox.stage.scene import TASK
from bot.sandbox.stage.stage import Stage, Trouble
from bot.sandbox.stage.tour import Situation, Step

# --- how they end -----------------------------------------------------------------------------------------


def _crashed(stage: Stage) -> bool:
    return bool(stage.pauses()) and (stage.bot_state != "running" or bool(words(stage, "Paused")))


def _paused_with_one_call(stage: Stage) -> str | None:
    if len(stage.pauses()) != 1 or stage.task_status() != PAUSED:
        return None
    return words(stage, "OMS confirmed it")


def _owned_up_then_paused(stage: Stage) -> str | None:
    return _paused_with_one_call(stage) if words(stage, "Not sure yet") else None


def _refused_to_bob(stage: Stage) -> str | None:
    return words(stage, "Only <@", to="bob") if not stage.pauses() else None


def _told_of_permission(stage: Stage) -> str | None:
    permitted = [call for call in stage.pauses() if call.status == 200]
    return words(stage, "Not paused", "oms:task:update") if not permitted else None


def _told_of_finish(stage: Stage) -> str | None:
    return words(stage, "Nothing was changed", "finished") if not stage.pauses() else None


# --- accidents --------------------------------------------------------------------------------------------


def _oms_dies(stage: Stage) -> None:
    """Let OMS take the pause, lose its answer, and be gone until the bot has owned up to it."""
    stage.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", times=1, seconds=0.4))
    stage.cloud.faults.add(Fault(kind="cut", operation="stop_task", when="after", times=1))

    async def accident() -> None:
        await stage.wait_for(stage.pauses, PATIENCE)
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
        await stage.wait_for(stage.pauses, PATIENCE)
        await stage.kill()
        await asyncio.sleep(1.5)
        await stage.restart()

    stage.later(accident)


def _task_finishes(stage: Stage) -> None:
    """Let the task finish a little after its card was shown."""

    async def accident() -> None:
        await stage.wait_for(stage.card, PATIENCE)
        await asyncio.sleep(1.5)
        task = next(one for one in stage.cloud.tasks.values() if one.name == TASK)
        stage.cloud.finish_task(task.id)
        stage.changed()

    stage.later(accident)


# --- the situations ----------------------------------------------------------------------------------------

_PAUSE_AS_ALICE = Step("As *alice*, click *Pause* on the card", clicked("alice"), confirm("alice"))
_FREEZE = Step(f"The bar of {TASK} freezes, its curve drops", lambda stage: stage.task_status() == PAUSED)

MISFORTUNES = (
    Situation(
        "happy",
        "The happy path",
        f"On the OMS side: {TASK} goes from migrating to pausing to paused, and a waiting task takes its slot.",
        (ASK, _PAUSE_AS_ALICE, _FREEZE),
        _paused_with_one_call,
    ),
    Situation(
        "stranger",
        "The wrong person clicks",
        "Only bob sees the refusal. The card stays as it is, and nothing reaches OMS.",
        (ASK, Step("Become *bob* (under “You are”) and click *Pause*", clicked("bob"), confirm("bob"))),
        _refused_to_bob,
    ),
    Situation(
        "double",
        "A double click",
        "Two clicks reach the bot. OMS gets one call, and the thread has one ending.",
        (
            ASK,
            Step("As *alice*, double-click *Pause*", clicked("alice", 2), confirm_twice),
            _FREEZE,
        ),
        _paused_with_one_call,
    ),
    Situation(
        "permission",
        "The permission is missing",
        "alice may look but not pause: Huawei Cloud itself says no, and the thread says what to ask for.",
        (ASK, _PAUSE_AS_ALICE),
        _told_of_permission,
        lambda stage: stage.switch(Trouble.NO_PERMISSION, on=True),
    ),
    Situation(
        "outage",
        "OMS dies in the middle",
        "OMS takes the pause, but its answer is lost, and then OMS is gone. The bot does not guess and does not call "
        "again: it says what it knows, and looks until it knows more.",
        (
            ASK,
            _PAUSE_AS_ALICE,
            Step("The bot says that it can't tell", lambda stage: words(stage, "Not sure yet")),
            Step("Once OMS is back, it knows", lambda stage: words(stage, "Paused")),
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
            ASK,
            _PAUSE_AS_ALICE,
            Step("The bot dies (see its light on the OMS side) …", _crashed),
            Step("… comes back, and ends what it began", lambda stage: words(stage, "Paused")),
        ),
        _paused_with_one_call,
        _bot_dies,
    ),
    Situation(
        "finished",
        "Task finishes before the click",
        "What the card showed is no longer true at the click. The bot reads again, and makes no call.",
        (
            ASK,
            Step(f"Wait until the bar of {TASK} is full", lambda stage: stage.task_status() == FINISHED),
            _PAUSE_AS_ALICE,
        ),
        _told_of_finish,
        _task_finishes,
    ),
)  # fmt: skip
