"""Each row of `slack`, in one world: each is about a target of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.sandbox.slack.objects import Message
from bot.slack import people
from tests.faults import world as faulty
from tests.faults.row import PAUSE
from tests.faults.slack import OF_SLACK, OfSlack
from tests.scenario.conftest import PATIENCE, World, said

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def _over(world: World) -> Iterator[None]:
    """Let a row's faults end with it."""
    yield
    world.slack.faults.clear()
    world.slack.invite(world.room)


def _befall(world: World, row: OfSlack, name: str) -> None:
    """From now on, what is about the row's target; an answer to a person is about none."""

    def is_about(args: Mapping[str, Any]) -> bool:
        return row.when == "click" or (name in str(args) and ("thread_ts" in args) == (row.when == "ending"))

    if row.how:
        world.slack.faults.add(row.method, **{"when": is_about} | dict(row.how))


async def _card(world: World, name: str) -> Message:
    found = await world.slack.wait_for(lambda: [one for one in world.cards() if name in said(one)], PATIENCE)
    return found[0]


def _read(world: World, name: str) -> str:
    """Return all that anybody reads about a target, wherever."""
    return "\n".join(said(one) for one in world.slack.world.log if name in said(one) and not one.deleted)


@pytest.mark.parametrize("row", OF_SLACK, ids=[f"{row.when}-{row.name}" for row in OF_SLACK])
async def test_what_slack_refuses_or_loses_is_told_another_way_or_later(
    world: World, row: OfSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the row's words; OMS is asked to change as much as it says, and it ends so, and is on record."""
    name = f"{row.when}-{row.name}"
    target = faulty.add_target(world, name, PAUSE)
    if row.when == "card":
        _befall(world, row, name)
    await world.type(world.alice, f"pause prod-sg {target}")
    if row.when != "card":
        card = await _card(world, name)
        if row.happens:
            world.cloud.tasks[int(target)].pause_takes = 0.5
        monkeypatch.setattr(people, "_PATIENCE", 0.5)  # nobody waits ten seconds for who clicked
        _befall(world, row, name)
        await world.confirm(card)
        if row.happens:
            await world.until(lambda: bool(faulty.calls_about(world, PAUSE, target)))
            row.happens(world, card)
    await world.slack.wait_for(lambda: all(words in _read(world, name) for words in row.words), PATIENCE)
    events = await faulty.recorded(world, target, row.audit)
    assert tuple(faulty.calls_about(world, PAUSE, target)) == row.statuses
    assert [one["ending"] for one in events.get("ended", [])] == row.ending.split()
    assert len([one for one in world.cards() if name in said(one)]) <= 1
