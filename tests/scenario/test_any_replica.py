"""Replicas behind a balancer that sends each request wherever it likes: to people, and to a limit, they are one bot."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.scenario.conftest import PATIENCE, MakeWorld, World
from tests.scenario.process import Process
from tests.scenario.replicas import replicas
from tests.scenario.test_proposals import PROPOSERS, proposal, send


@contextlib.asynccontextmanager
async def two(
    make_world: MakeWorld, folder: Path, url: str, more: str = ""
) -> AsyncIterator[tuple[World, Process, Process]]:
    """Return a world with two replicas."""
    async with make_world(start=False, more=more) as world:
        world.database_url = url
        async with replicas(world, folder, url, url) as (here, there):
            yield world, here, there


async def test_each_step_of_a_conversation_may_reach_another_replica(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """Asked at one, listed at the other, taken at the first, confirmed at the other: one card, one call, one ending."""
    async with two(make_world, tmp_path, postgres) as (world, here, there):
        await world.type(world.alice, "pause prod-sg")
        listed = await world.whispered(world.alice, "1 task is migrating in prod-sg")
        world.slack.connect_http(there.url)
        await world.slack.click(world.alice, listed, "oms_run")
        [card] = await world.slack.wait_for(world.cards, PATIENCE)
        world.slack.connect_http(here.url)
        assert (await world.slack.click(world.bob, card, "oms_confirm")).ok
        await world.whispered(world.bob, "Only <@U0ALICE> can confirm this")
        world.slack.connect_http(there.url)
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        assert (world.stops(), len(world.cards())) == (1, 1)
        assert world.recorded("ended") == 1


async def test_what_comes_again_and_what_comes_too_often_is_known_to_both(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """A replayed delivery, a double tap, a mention told twice, proposals above their limit."""
    one_a_minute = PROPOSERS.replace("per_minute = 4", "per_minute = 1")
    async with two(make_world, tmp_path, postgres, one_a_minute) as (world, here, there):
        command = world.slack.slash_payload(world.alice, world.room, "/oms", "whoami")
        at = int(time.time())
        for replica in (here, there):
            world.slack.connect_http(replica.url)
            [delivery] = await world.slack.send(command, timestamp=at)
            assert delivery.ok
            await world.until(lambda: bool(world.rows("SELECT * FROM recent")))
        assert "replay_ignored" in there.log.read_text()

        await world.type(world.alice, "pause prod-sg")
        listed = await world.whispered(world.alice, "1 task is migrating in prod-sg")
        asked = "SELECT count(*) FROM workflow_status WHERE name LIKE '%ask'"
        [[before]] = world.rows(asked)
        for replica in (there, here):
            world.slack.connect_http(replica.url)
            assert (await world.slack.click(world.alice, listed, "oms_run")).ok
        assert world.rows(asked) == [(before + 1,)]

        answers = []
        for number, replica in enumerate((here, there)):
            world.extra["url"] = replica.url
            answers.append((await send(world, proposal(task=f"media-{number}"))).status_code)
        assert answers == [202, 429]
