"""A world in which faults are tried, each with a target of its own."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.slack.objects import Message
from tests.faults import row
from tests.faults.row import DEEDS, RESUME
from tests.scenario.conftest import PATIENCE, PROJECT, TB, World, is_card, said
from tests.scenario.keys import DESTINATION, SOURCE


def add_target(world: World, name: str, deed: str, project: str = PROJECT) -> str:
    """Add what the deed can be done to; return its id."""
    status = 3 if deed == RESUME else 2
    match deed:
        case row.GROUP:
            child = {"name": f"{name}-1", "total_size": TB, "pause_takes": 0.05}
            return world.cloud.add_group(PROJECT, description=name, children=[child]).id
        case row.SYNC:
            return world.cloud.add_sync_task(PROJECT, description=name).id
        case _:
            buckets = {"src_bucket": SOURCE, "dst_bucket": DESTINATION}
            task = world.cloud.add_task(project, name=name, status=status, pause_takes=0.05, **buckets)  # type: ignore[arg-type]
            return str(task.id)


async def asked(world: World, deed: str, target: str) -> Message:
    """Alice asks for a deed; its card is returned."""
    before = {card.ts for card in world.cards()}
    await world.type(world.alice, DEEDS[deed].typed.format(target))
    new = await world.slack.wait_for(
        lambda: [card for card in world.cards() if card.ts not in before], PATIENCE
    )
    return new[0]


async def first_told(world: World, card: Message) -> str:
    """Return all that was said in the card's thread when its ending was told."""
    found = await world.slack.wait_for(
        lambda: [m for m in world.slack.thread(world.room, card)[1:] if not is_card(m) and told(m)], PATIENCE
    )
    return said(found[0])


def told(message: Message) -> bool:
    """Whether a message in a thread tells an ending: what has no title only explains the card."""
    return bool(message.text)


def calls_about(world: World, deed: str, target: str) -> list[int]:
    """Return what OMS decided of each call that would change a target."""
    call = DEEDS[deed].call
    return [one.status for one in world.cloud.calls_of(call) if f"/{target}/" in one.path]


async def recorded(world: World, target: str, events: str) -> dict[str, list[dict[str, Any]]]:
    """Return what is on record of the newest operation on a target, by event, as soon as these *events* are."""
    await world.until(lambda: set(events.split()) <= set(_recorded(world, target)))
    return _recorded(world, target)


def _recorded(world: World, target: str) -> dict[str, list[dict[str, Any]]]:
    records = list(world.bot.audit.records())
    mine = [one.operation for one in records if one.event == "asked" and target in one.details][-1]
    found: dict[str, list[dict[str, Any]]] = {}
    for one in records:
        if one.operation == mine:
            found.setdefault(one.event, []).append(json.loads(one.details))
    return found
