"""Clocks that are wrong: replicas' that are minutes apart, and one that jumps.

What one replica began, another goes on with in its time. The other clock is in what is stored: each time in it is moved
by two minutes, as a replica ahead would have written it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

import pytest

from bot.sandbox.huawei.cloud import Fault
from tests.scenario.conftest import TASK, MakeWorld, World

AHEAD = 120.0


def _change(world: World, table: str, column: str, where: str, change: Callable[[str], str]) -> None:
    rows = world.rows(f"SELECT {column} FROM {table} WHERE {where}")
    assert rows
    for (value,) in rows:
        changed = f"UPDATE {table} SET {column} = :new WHERE {column} = :old"
        world.rows(changed, new=change(value), old=value)


def _moved(found: re.Match[str]) -> str:
    return f"{found[1]}{float(found[2]) + AHEAD}"


async def test_an_answer_comes_at_once_whatever_the_clock_of_who_was_asked(
    make_world: MakeWorld,
) -> None:
    """It waits for the acknowledgement only, a tenth of a second; not for the other's clock to be reached."""
    async with make_world(start=False) as world:
        world.cloud.set_status(int(TASK), 3)
        async with world.running():
            world.cloud.faults.add(Fault(kind="latency", operation="show_task", seconds=30, times=1))
            await world.type(world.alice, f"pause prod-sg {TASK} paused before?")
        world.cloud.faults.clear()
        _change(
            world,
            "workflow_input",
            "inputs",
            "inputs LIKE '%paused before?%'",
            lambda text: re.sub(r'("at": ?)([\d.]+)', _moved, text),
        )
        async with world.running():
            await world.whispered(world.alice, "paused before", 10)


async def test_a_card_expires_in_its_time_whatever_the_clock_of_who_posted_it(
    make_world: MakeWorld,
) -> None:
    """Its machine stored when the card expires; it was to be answered within two seconds, and waits no longer."""
    async with make_world(start=False, confirm_within=2) as world:
        async with world.running():
            card = await world.card()
            await world.slack.wait_for(lambda: _asked(world) or None, 5)
        _change(
            world,
            "operation_outputs",
            "output",
            "function_name = 'ask'",
            lambda text: re.sub(r"(\"expires_at\": ?)([\d.]{9,})", _moved, text),
        )
        began = time.monotonic()
        async with world.running():
            await world.told(card, "Nobody answered within", 30)
        assert time.monotonic() - began < AHEAD / 2


def _asked(world: World) -> bool:
    return bool(world.rows("SELECT 1 FROM operation_outputs WHERE function_name = 'ask'"))


class Jumping:
    """A machine's clock that is set anew, by so many seconds `off`."""

    def __init__(self) -> None:
        self.off = 0.0

    def __call__(self) -> float:
        """What it shows."""
        return time.time() + self.off


@pytest.mark.parametrize("off", [3600.0, -3600.0])
async def test_a_clock_that_jumps_after_the_click_changes_no_ending(
    make_world: MakeWorld, off: float
) -> None:
    """Forth, it is told sooner that it takes long; then, or back, what was seen."""
    async with make_world(start=False) as world:
        world.clock = clock = Jumping()
        world.cloud.tasks[int(TASK)].pause_takes = 1
        async with world.running():
            card = await world.card()
            await world.confirm(card)
            await world.until(lambda: world.stops() == 1)
            clock.off = off
            await world.told(card, "OMS confirmed it at")
            assert world.stops() == 1


async def test_while_the_clock_is_an_hour_off_nothing_is_let_in_and_the_card_waits(
    make_world: MakeWorld,
) -> None:
    """Slack's signatures are too old or too new by it. Set right again, the click counts."""
    async with make_world(start=False) as world:
        world.clock = clock = Jumping()
        async with world.running():
            card = await world.card()
            await world.until(lambda: _asked(world))
            await asyncio.sleep(1)  # it waits by now: how long, it read from the clock once
            clock.off = 3600
            refused = await world.slack.click(world.alice, card, "oms_confirm")
            assert refused.status == 401
            clock.off = 0
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            assert world.stops() == 1
