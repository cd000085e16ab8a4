"""Each row of `readings`, in one world: each has a target, or a person, of its own."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults import world as faulty
from tests.faults.readings import AFTER_THE_CALL, AT_THE_CLICK, BEFORE_THE_CARD, OF_THE_CREDENTIAL, AtAReading
from tests.faults.row import DEEDS, PAUSE
from tests.scenario.conftest import PATIENCE, World, said

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROWS = (*BEFORE_THE_CARD, *AT_THE_CLICK, *AFTER_THE_CALL, *OF_THE_CREDENTIAL)


@pytest.fixture(autouse=True)
def _over(world: World) -> Iterator[None]:
    """Let a row's faults and clock end with it."""
    yield
    world.cloud.faults.clear()
    world.cloud.ahead = 0.0


async def _befall(world: World, row: AtAReading, target: str) -> None:
    for fault in row.does:
        world.cloud.faults.add(fault if fault.operation else replace(fault, path=f"*/{target}"))
    if row.happens and (done := row.happens(world, target)):
        await done


def _target(world: World, row: AtAReading) -> str:
    target = faulty.add_target(world, f"{row.when}-{row.name}", row.deed)
    if row.when == "called":
        world.cloud.tasks[int(target)].pause_takes = 0.3 if row.ending == "paused" else math.inf
    return target


def _typed(row: AtAReading, target: str) -> str:
    command = DEEDS[row.deed].typed.format(target).replace("prod-sg", row.project)
    return row.typed.format(target=target) or command


async def _asked(world: World, row: AtAReading, target: str) -> str:
    """Ask; return all that the asker alone reads."""
    who = world.slack.world.user(row.who)
    before = {one.ts for one in world.slack.ephemerals(who)}
    await _befall(world, row, target)
    await world.type(who, _typed(row, target))
    found = await world.slack.wait_for(
        lambda: [
            one
            for one in world.slack.ephemerals(who)
            if one.ts not in before and "Still working" not in one.text
        ],
        PATIENCE,
    )
    assert [card for card in world.cards() if target in said(card)] == []
    return said(found[-1])


async def _confirmed(world: World, row: AtAReading, target: str) -> str:
    """Ask, confirm, and return what the thread has then; the row befalls it on the way."""
    who = world.slack.world.user(row.who)
    await world.type(who, _typed(row, target))
    [card] = await world.slack.wait_for(
        lambda: [one for one in world.cards() if target in said(one)], PATIENCE
    )
    if row.when == "clicked":
        await _befall(world, row, target)
    await world.slack.click(who, card, "oms_confirm")
    if row.when == "called":
        await world.until(lambda: bool(faulty.calls_about(world, PAUSE, target)))
        await _befall(world, row, target)
    return await faulty.first_told(world, card)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.when}-{row.name}" for row in ROWS])
async def test_what_can_not_be_read_is_told_truly(world: World, row: AtAReading) -> None:
    """In the row's words; OMS is asked to change as much as it says, and it ends so, and is on record."""
    target = _target(world, row)
    told = await (_asked if row.when == "asked" else _confirmed)(world, row, target)
    assert [one for one in row.words if one not in told] == [], told
    assert tuple(faulty.calls_about(world, row.deed, target)) == row.statuses
    events = await faulty.recorded(world, row.about or target, row.audit)
    assert [one["ending"] for one in events.get("ended", [])][:1] == row.ending.split()
    if row.when == "asked":
        assert row.words[0] in json.dumps(events["answered"], ensure_ascii=False)
