"""A rolling deploy, seen by the version that is older then: this one, with what a version to come may have stored."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.preparation import StartRefusedError, prepare
from bot.settings import load as settings
from tests.histories.record import APPROVALS
from tests.histories.test_histories import MIGRATING, PAUSED, _left, _one_ending, _upgraded
from tests.scenario.conftest import TASK
from tests.scenario.keys import MEDIA, let_it_be_due, planned
from tests.scenario.test_pause_all import populate


@pytest.mark.parametrize("name", ["waiting", "many", "approving"])
async def test_a_card_of_a_newer_version_is_answered_here(tmp_path: Path, name: str) -> None:
    """Its values have a field that this version does not know."""
    rules = APPROVALS if name == "approving" else ""
    status = PAUSED if name == "many" else MIGRATING
    async with _left(tmp_path, "327f727", name, newer=True, approvals=rules, status=status) as (world, card):
        for one in populate(world, 3) if name == "many" else ():
            world.cloud.set_status(one, PAUSED)
        async with world.running():
            if name != "many":  # that is decided
                await world.slack.click("carol" if rules else "alice", card, "oms_confirm")
            await _one_ending(world, card, "Paused 4 migrations" if name == "many" else "OMS confirmed it at")
            assert world.stops() == (0 if name == "many" else 1)


@pytest.mark.parametrize("name", ["calling", "verifying", "telling", "watching"])
async def test_what_a_newer_version_was_doing_is_finished_here(tmp_path: Path, name: str) -> None:
    """It died, and this one, which is older, takes over."""
    async with _upgraded(tmp_path, "327f727", name, newer=True, status=PAUSED) as (world, card):
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 0


async def test_what_a_newer_version_has_planned_comes(tmp_path: Path) -> None:
    """The resume is asked about and carried out by this one."""
    async with _upgraded(tmp_path, "327f727", "planned", newer=True, status=PAUSED, more=MEDIA) as (
        world,
        card,
    ):
        let_it_be_due(world, "resumes_soon")
        await world.told(card, "Resumes by itself")
        await world.until(lambda: "resumes" in planned(world))
        let_it_be_due(world, "resumes")
        await world.told(card, "as was asked for with the pause")


async def test_the_schema_may_be_a_newer_versions_while_this_one_runs(tmp_path: Path) -> None:
    """Its start has added a column and a table; this one goes on, and is refused only when it starts anew."""
    async with _left(tmp_path, "327f727", "waiting") as (world, card):
        async with world.running():
            with world.bot.engine.begin() as connection:
                for change in (
                    "ALTER TABLE operations ADD COLUMN of_tomorrow VARCHAR(8) NOT NULL DEFAULT 'new'",
                    "CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY)",
                    "UPDATE schema_revision SET version_num = '9999'",
                ):
                    connection.execute(sa.text(change))
            await world.confirm(card)
            await _one_ending(world, card, "OMS confirmed it at")
            world.cloud.set_status(int(TASK), MIGRATING)
            another = await world.card()
            await world.confirm(another)
            await world.told(another, "OMS confirmed it at")
        refused = await asyncio.get_running_loop().run_in_executor(ThreadPoolExecutor(1), _start)
        assert "a newer version of this bot has changed the database" in refused


def _start() -> str:
    with pytest.raises(StartRefusedError) as refused:
        prepare(settings.load())
    return str(refused.value)
