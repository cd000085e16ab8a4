"""The main job, played: alice pauses a migration, and OMS and the thread together decide whether it worked."""

import asyncio
import contextlib
from dataclasses import dataclass

from rich.text import Text

from bot.sandbox.huawei.oms_tasks import PAUSED, PAUSING
from bot.sandbox.slack.objects import ImpossibleError, Message
from bot.sandbox.stage.scene import INCIDENT, STAR_COMMAND, TASK
from bot.sandbox.stage.stage import CONFIRM, Stage
from bot.sandbox.terminal.message import message_view
from bot.sandbox.terminal.room import Room, button_of
from bot.sandbox.terminal.screen import Screen
from bot.sandbox.terminal.text import mrkdwn_text

PROOF = "OMS confirmed it"  # what an ending in the thread says if, and only if, the bot saw the task paused
_CARD_WITHIN, _ENDING_WITHIN = 20.0, 45.0
_KEYSTROKE = 0.045


@dataclass(frozen=True)
class Verdict:
    """Whether the task was paused and the thread said so; and one sentence about it."""

    paused: bool
    sentence: str


class Pace:
    """How long the play rests so that a person can follow; `hurry` ends every rest, also the present one."""

    def __init__(self, *, human: bool) -> None:
        self._hurried = asyncio.Event()
        if not human:
            self._hurried.set()

    def hurry(self) -> None:
        """Rest no more."""
        self._hurried.set()

    async def rest(self, seconds: float) -> None:
        """Let a person look."""
        if not self._hurried.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), seconds)


async def perform(stage: Stage, screen: Screen, pace: Pace) -> Verdict:
    """Play the main job, and say how it ended; what is not seen in time is a failure too, not an error."""
    room = screen.room
    try:
        await _ask(stage, screen, pace)
        card = await stage.wait_for(lambda: _card_with_buttons(stage), _CARD_WITHIN)
    except TimeoutError:
        return Verdict(False, f"No card was posted within {_CARD_WITHIN:.0f} s.")
    try:
        await _confirm(card, screen, pace)
        await _watch(stage, screen)
    except ImpossibleError as refused:
        return Verdict(False, f"The card could not be clicked: {refused}.")
    except TimeoutError:
        return Verdict(False, f"The thread had no ending within {_ENDING_WITHIN:.0f} s. {_seen(stage, room)}")
    verdict = judge(stage, room)
    screen.tick()  # whatever the verdict speaks of has been shown
    if verdict.paused:
        screen.caption("The bar stands still, and the thread says when it stopped.")
        await pace.rest(3)
    return verdict


def judge(stage: Stage, room: Room) -> Verdict:
    """Compare what the sandbox's OMS shows with what the bot told."""
    if stage.task_status() != PAUSED or PROOF not in stage.thread():
        return Verdict(False, f"{TASK} is not shown to be paused. {_seen(stage, room)}")
    calls = stage.pauses()
    made = "one call was made" if len(calls) == 1 else f"{len(calls)} calls were made"
    people = " and ".join(sorted({call.user or "nobody" for call in calls}))
    return Verdict(True, f"{TASK} is paused: {PROOF}, the thread says so, and {made}, as {people}.")


async def _ask(stage: Stage, screen: Screen, pace: Pace) -> None:
    for message in stage.workspace.messages(INCIDENT):
        screen.tell(message_view(message, screen.room))
        await pace.rest(1.0)
    screen.caption("Alice is on call. She asks in the channel where everybody is looking.")
    await pace.rest(1.2)
    command = f"/oms {STAR_COMMAND}"
    for end in range(1, len(command) + 1):
        screen.draft(command[:end])
        await pace.rest(_KEYSTROKE)
    await pace.rest(0.4)
    screen.draft("")
    screen.echo(command)
    await stage.slash(screen.room.me, STAR_COMMAND)


def _card_with_buttons(stage: Stage) -> Message | None:
    card = stage.card()
    return card if card and card.elements() else None


async def _confirm(card: Message, screen: Screen, pace: Pace) -> None:
    room = screen.room
    screen.caption(
        "The bot read the task as alice. Nothing was touched yet; this is what a pause would mean."
    )
    await pace.rest(3.5)
    block_id, element = next(one for one in card.elements() if one[1]["action_id"] == CONFIRM)
    room.pressed = button_of(card, block_id, element)
    screen.caption("Alice clicks [ Pause ].")
    await pace.rest(0.8)
    room.pressed = None
    await room.stage.click(room.me, CONFIRM, card)


async def _watch(stage: Stage, screen: Screen) -> None:
    await stage.wait_for(lambda: stage.thread() or stage.task_status() == PAUSING, _ENDING_WITHIN)
    if not stage.thread():
        screen.caption(
            "OMS accepted it and shows status 7, pausing. The bot reads the task until it shows 3."
        )
        await stage.wait_for(stage.thread, _ENDING_WITHIN)


def _seen(stage: Stage, room: Room) -> str:
    lines = stage.thread().splitlines()
    told = mrkdwn_text(lines[-1], room.reader()).plain if lines else ""
    thread = f"the thread ends with: {told}" if told else "the thread is empty."
    return f"OMS has it in status {stage.task_status()}; {thread}"


def verdict_line(verdict: Verdict) -> Text:
    """Show a verdict; the sign and the words carry it, the colour only helps."""
    sign, style = ("✓", "bold green") if verdict.paused else ("✗", "bold red")
    return Text(f"{sign} ", style).append(verdict.sentence, "bold")
