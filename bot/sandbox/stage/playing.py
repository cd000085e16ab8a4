"""What situations are made of: what people do, and what there is to read afterwards."""

import asyncio
from collections.abc import Callable

from bot.sandbox.slack.objects import Message
from bot.sandbox.stage.scene import INCIDENT, STAR_COMMAND
from bot.sandbox.stage.stage import CONFIRM, Stage
from bot.sandbox.stage.tour import Deed, Step

PATIENCE = 3600.0  # how long an accident waits for the click that it happens to


def confirm(who: str) -> Deed:
    """Let somebody press what the card asks for."""

    async def deed(stage: Stage) -> None:
        await stage.click(who, CONFIRM, await stage.wait_for(stage.card))

    return deed


async def confirm_twice(stage: Stage) -> None:
    """Let alice press it twice at once."""
    card = await stage.wait_for(stage.card)
    await asyncio.gather(stage.click("alice", CONFIRM, card), stage.click("alice", CONFIRM, card.snapshot()))


def clicked(who: str, times: int = 1) -> Callable[[Stage], bool]:
    """Ask whether somebody has clicked so often."""
    return lambda stage: stage.clicks(who) >= times


def asked(stage: Stage) -> bool:
    """Ask whether there is a card."""
    return stage.card() is not None


def words(stage: Stage, *promised: str, to: str | None = None) -> str | None:
    """Return what the bot said in the card's thread, or to one person only, if all of `promised` is in it."""
    card = stage.card()
    said: list[Message] = stage.workspace.ephemerals(to, INCIDENT) if to else []
    if not to and card:
        said = stage.workspace.thread(INCIDENT, card)[1:]
    return next((m.text for m in reversed(said) if all(words in m.text for words in promised)), None)


def said(stage: Stage, *promised: str) -> str | None:
    """Return what the bot said last anywhere in the channel, threads included, if all of `promised` is in it."""
    bots = [m for m in stage.workspace.messages(INCIDENT) if m.bot_id]
    return next((m.text for m in reversed(bots) if all(words in m.text for words in promised)), None)


def pressed(label: str, action_id: str = "", *, who: str = "alice") -> Deed:
    """Let somebody press the newest button that says so, wherever it stands; only one with that id, if one is given."""

    async def deed(stage: Stage) -> None:
        message, action = await stage.wait_for(lambda: _button(stage, who, label, action_id))
        await stage.click(who, action, message)

    return deed


def _button(stage: Stage, who: str, label: str, action_id: str) -> tuple[Message, str] | None:
    seen = [*stage.workspace.messages(INCIDENT), *stage.workspace.ephemerals(who, INCIDENT)]
    for message in sorted(seen, key=lambda one: one.ts, reverse=True):
        for _, element in message.elements():
            named = element.get("type") == "button" and element["text"]["text"] == label
            if named and action_id in ("", element["action_id"]):
                return message, str(element["action_id"])
    return None


ASK = Step(f"alice types `/oms {STAR_COMMAND}`, and the bot answers with a card", asked)
