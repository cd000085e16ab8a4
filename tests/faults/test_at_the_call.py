"""Each row of `at_the_call`, with each deed that it is about; all in one world, each with a target of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults import world as faulty
from tests.faults.at_the_call import AT_THE_CALL
from tests.faults.conftest import MANY
from tests.faults.row import ALL, PAUSE, AtTheCall
from tests.scenario.conftest import PATIENCE, World, said

pytestmark = pytest.mark.asyncio(loop_scope="module")
CASES = [(row, deed) for row in AT_THE_CALL for deed in row.of if deed != ALL]


def strike(world: World, row: AtTheCall, target: str) -> None:
    """Let a row's faults befall the calls about a target: a reading of it ends with its id."""
    for fault in row.does:
        world.cloud.faults.add(replace(fault, path=f"*/{target}/*"))


@pytest.mark.parametrize(("row", "deed"), CASES, ids=[f"{row.name}-{deed}" for row, deed in CASES])
async def test_what_becomes_of_the_call_is_told_truly(world: World, row: AtTheCall, deed: str) -> None:
    """In the row's words; OMS is asked as often as it says, and it ends so, and is on record."""
    name = f"{deed}-{row.name}"
    target = faulty.add_target(world, name, deed)
    strike(world, row, target)
    card = await faulty.asked(world, deed, target)
    assert faulty.calls_about(world, deed, target) == []
    await world.confirm(card)
    told = await faulty.first_told(world, card)
    words, ending = row.filled(deed)
    assert [one for one in words if one not in told] == [], told
    assert tuple(faulty.calls_about(world, deed, target)) == row.statuses
    events = await faulty.recorded(world, target, row.audit)
    assert events["ended"][0]["ending"] == ending


async def test_of_many_each_ends_as_it_would_alone(world: World) -> None:
    """One decision on as many as there are rows that say so: each has its ending, its calls, and its cause in words."""
    rows = {row.name: row for row in AT_THE_CALL if ALL in row.of}
    targets = {name: faulty.add_target(world, f"all-{name}", PAUSE, MANY) for name in rows}
    for name, target in targets.items():
        strike(world, rows[name], target)
    await world.type(world.alice, "pause many all")
    [card] = await world.slack.wait_for(
        lambda: [one for one in world.cards() if f"Pause {len(rows)} migrations?" in said(one)], PATIENCE
    )
    await world.confirm(card)
    told = said(await world.told(card, f"of {len(rows)} migrations"))
    events = await faulty.recorded(world, "all", "called ended")
    endings = {one["target"]: one["ending"] for one in events["ended"] if "target" in one}
    for name, target in targets.items():
        words, ending = rows[name].filled(PAUSE)
        assert tuple(faulty.calls_about(world, PAUSE, target)) == rows[name].statuses, name
        assert endings[target] == ending, name
        assert f"all-{name}" in told
        assert ending == "paused" or words[0].replace("prod-sg", "many") in told, name
