"""What the bot does besides pausing one task: everything at once, resume, slower instead, for a while, take over."""

import asyncio

from bot.sandbox.huawei.oms_tasks import MIGRATING, PAUSED
from bot.sandbox.slack.objects import Message
from bot.sandbox.stage.playing import ASK, PATIENCE, asked, clicked, confirm, pressed, said, words
from bot.sandbox.stage.rows import rows
from bot.sandbox.stage.scene import ALIAS, TASK
from bot.sandbox.stage.stage import CONFIRM, Stage
from bot.sandbox.stage.tour import Situation, Step

_STILL = "reports-2"  # is paused when the curtain rises
_ALL = f"pause {ALIAS} all the link is full"
_RESUME = f"resume {ALIAS} {_STILL} the peak is over"
_FOR_A_WHILE = f"pause {ALIAS} {TASK} for 10m traffic spike"
_NEXT = "archive-2019"  # waits for a slot, and is the next to have one
_SLOWER = f"throttle {ALIAS} {TASK} 50"
_WHILE = 600.0  # seconds
_MOVING = ("media-42", "invoices-3", "logs-7", "thumbs-5", "maps-1", "photos-2024")


def _asks(command: str) -> Step:
    return Step(f"alice types `/oms {command}`, and the bot answers with a card", asked)


def _words_of(stage: Stage) -> dict[str, str]:
    return {row.name: row.word for row in rows(stage.cloud)}


def _stand_still(stage: Stage) -> bool:
    now = _words_of(stage)
    return all(now[name] == "paused" for name in _MOVING)


def _everything_paused(stage: Stage) -> str | None:
    return words(stage, "Paused 6 migrations") if len(stage.pauses()) == 6 and _stand_still(stage) else None


def _more_slots(stage: Stage) -> None:
    """Let there be a slot for what is resumed, since those who wait take theirs first."""
    stage.cloud.max_running = 9


def _resumed(stage: Stage) -> str | None:
    starts = stage.cloud.calls_of("start_task")
    return words(stage, "Resumed") if len(starts) == 1 and stage.task_status(_STILL) == MIGRATING else None


def _was_paused(stage: Stage) -> bool:
    return stage.task_status() == PAUSED or _started(stage)


def _slow(stage: Stage) -> bool:
    row = next(one for one in rows(stage.cloud) if one.name == TASK)
    return 0 < row.speed < 60e6


def _slowed(stage: Stage) -> str | None:
    return words(stage, "Slowed") if len(stage.acts()) == 1 and _slow(stage) else None


def _started(stage: Stage) -> bool:
    return bool(stage.cloud.calls_of("start_task"))


def _time_flies(stage: Stage) -> None:
    """Let the time for which it was paused be over in some seconds."""
    _more_slots(stage)

    async def accident() -> None:
        await stage.wait_for(lambda: words(stage, "Paused", TASK), PATIENCE)
        await asyncio.sleep(2)  # long enough to read what it said
        stage.memory.let_time_pass(_WHILE)
        await stage.wait_for(lambda: said(stage, "Resumes by itself"), PATIENCE)
        await asyncio.sleep(4)
        stage.memory.let_time_pass(_WHILE)

    stage.later(accident)


def _paused_and_resumed(stage: Stage) -> str | None:
    once = len(stage.pauses()) == len(stage.cloud.calls_of("start_task")) == 1
    return said(stage, "Resumed", TASK) if once and stage.task_status() == MIGRATING else None


def _paused_and_replaced(stage: Stage) -> str | None:
    replaced = stage.task_status() == PAUSED and stage.task_status(_NEXT) == MIGRATING
    return words(stage, _NEXT, "freed slot") if replaced and len(stage.pauses()) == 1 else None


async def _confirm_own(stage: Stage) -> None:
    await stage.click("bob", CONFIRM, await stage.wait_for(lambda: _bobs_card(stage)))


def _bobs_card(stage: Stage) -> Message | None:
    card, bob = stage.card(), stage.workspace.world.user("bob").id
    return card if card and f"<@{bob}> as " in card.text and card.elements() else None


def _paused_by_bob(stage: Stage) -> str | None:
    people = [call.user for call in stage.pauses()]
    return words(stage, "OMS confirmed it") if people == ["bob"] and stage.task_status() == PAUSED else None


FAMILY = (
    Situation(
        "all",
        "Everything at once",
        "One card says what would stop, in which order, and what would not. One click stops it; what waited takes the "
        "slots.",
        (
            _asks(_ALL),
            Step("As *alice*, click *Pause* on the card", clicked("alice"), confirm("alice")),
            Step("The bars freeze, the group’s too", _stand_still),
        ),
        _everything_paused,
        command=_ALL,
    ),
    Situation(
        "resume",
        "Resume",
        f"{_STILL} has been paused for a while. OMS asks for the keys of both buckets again: the card says which ones "
        "the bot would hand over, and they are in no message.",
        (
            _asks(_RESUME),
            Step("As *alice*, click *Resume* on the card", clicked("alice"), confirm("alice")),
            Step(f"The bar of {_STILL} moves again", lambda stage: stage.task_status(_STILL) == MIGRATING),
        ),
        _resumed,
        _more_slots,
        _RESUME,
    ),
    Situation(
        "throttle",
        "Slower instead",
        f"{TASK} goes on, with what the link has to spare: its bar slows down, its part of the curve shrinks. The card "
        "shows the limit before and after, and `off` puts back what was.",
        (
            _asks(_SLOWER),
            Step("As *alice*, click *Slow down* on the card", clicked("alice"), confirm("alice")),
            Step(f"The bar of {TASK} slows down, and does not stop", _slow),
        ),
        _slowed,
        command=_SLOWER,
    ),
    Situation(
        "timed",
        "Paused for a while",
        "The card says when it goes on, and with which keys. Ten minutes go by in a moment: before they are over, the "
        "thread says so again, with a way to keep it paused; then it goes on by itself, as alice.",
        (
            _asks(_FOR_A_WHILE),
            Step("As *alice*, click *Pause* on the card", clicked("alice"), confirm("alice")),
            Step(f"The bar of {TASK} freezes", _was_paused),
            Step(
                "The thread says when it resumes by itself",
                lambda stage: said(stage, "Resumes by itself") or _started(stage),
            ),
            Step("Nobody clicks, and it migrates again", _started),
        ),
        _paused_and_resumed,
        _time_flies,
        _FOR_A_WHILE,
    ),
    Situation(
        "slot",
        "The freed slot",
        "Two tasks wait for a slot, and the card says so. Once "
        f"{TASK} is paused, {_NEXT} starts in its place, and the thread says so: the traffic falls less than hoped.",
        (
            ASK,
            Step("As *alice*, click *Pause* on the card", clicked("alice"), confirm("alice")),
            Step(f"{_NEXT} takes the slot", lambda stage: stage.task_status(_NEXT) == MIGRATING),
        ),
        _paused_and_replaced,
    ),
    Situation(
        "takeover",
        "Take over",
        "alice has gone for coffee. bob cannot answer for her; he can ask for the same as himself, with one click and "
        "a card of his own. OMS sees bob, not alice.",
        (
            ASK,
            Step("Become *bob* (under “You are”) and click *Pause*", clicked("bob"), confirm("bob")),
            Step(
                "Only bob sees the answer. Click *Take over* there",
                clicked("bob", 2),
                pressed("Take over", who="bob"),
            ),
            Step("Click *Pause* on bob's own card", clicked("bob", 3), _confirm_own),
            Step(f"The bar of {TASK} freezes", lambda stage: stage.task_status() == PAUSED),
        ),
        _paused_by_bob,
    ),
)
