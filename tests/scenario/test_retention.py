"""`[retention]`: what has been finished for its days goes; what is open, due or watched stays, as does the audit."""

from __future__ import annotations

import asyncio
import math
import time
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot.audit import verify
from bot.conversation.retention import _LOCK, Removed
from bot.sandbox.slack.objects import Message
from bot.store import database
from bot.store.tables import approvals, audit, card_requests, due, freezes, operations, proposals
from tests.scenario.conftest import TASK, MakeWorld, World, said

DAY = 24 * 3600.0


async def read(world: World, query: sa.Select[Any]) -> list[Any]:
    """Return the first column of what a query finds."""

    def ask(connection: sa.Connection) -> list[Any]:
        return list(connection.execute(query).scalars())

    return await database.transact(world.bot.engine, ask)


async def change(
    world: World, statement: sa.Insert | sa.Update | sa.Delete, rows: list[dict[str, Any]] | None = None
) -> None:
    """Change rows."""
    await database.transact(world.bot.engine, lambda connection: connection.execute(statement, rows))


async def workflows(world: World) -> list[str]:
    """Return the ids of all workflows, and of all that is stored of any."""
    schema = None if world.bot.engine.dialect.name == "sqlite" else "dbos"
    tables = ("workflow_status", "workflow_input", "workflow_output", "operation_outputs")
    kept = [sa.table(name, sa.column("workflow_uuid"), schema=schema) for name in tables]
    return sorted({id_ for table in kept for id_ in await read(world, sa.select(table.c.workflow_uuid))})


async def sweep(world: World, days: float) -> Removed:
    """Sweep as if so many days had passed."""
    return await world.bot.retention.sweep(time.time() + days * DAY)


def of(card: Message) -> str:
    """Return the operation that a card is about."""
    return next(str(element["value"]) for _, element in card.elements() if element.get("action_id"))


async def over(*ids: str) -> None:
    """Wait until DBOS has recorded that these are over."""
    for id_ in ids:
        async with asyncio.timeout(20):
            while (await DBOS.get_workflow_status_async(id_)).status != "SUCCESS":  # type: ignore[union-attr]  # it is there
                await asyncio.sleep(0.02)


async def announced(world: World, text: str, words: str) -> None:
    """Alice types *text*, and the channel is told."""
    await world.type(world.alice, text)
    await world.slack.wait_for(lambda: words in said(world.slack.messages(world.room)[-1]), 20)


async def test_what_is_finished_goes_after_its_days_and_what_is_not_stays(world: World) -> None:
    """Withdrawn, and frozen and unfrozen: gone. Paused, of which people are reminded yet, and waiting: there."""
    withdrawn = await world.card()
    gone = of(withdrawn)
    await world.slack.click(world.alice, withdrawn, "oms_cancel")
    await world.told(withdrawn, "withdrew the request")
    await announced(world, "freeze prod-sg", "Frozen: prod-sg")
    await announced(world, "unfreeze prod-sg", "No longer frozen: prod-sg")
    paused = await world.card()
    reminded = of(paused)
    await world.confirm(paused)
    await world.told(paused, "OMS confirmed it at")
    world.cloud.set_status(int(TASK), 2)
    card = await world.card()
    waiting = of(card)
    await over(gone, f"{gone}:decision", reminded, f"{reminded}:decision")
    before = await read(world, sa.select(audit.c.seq))

    assert (await sweep(world, 89)).operations == 0
    assert (await sweep(world, 91)).operations == 1
    assert await read(world, sa.select(operations.c.id).order_by(operations.c.asked_at)) == [
        reminded,
        waiting,
    ]
    assert await workflows(world) == sorted([reminded, f"{reminded}:decision", waiting])
    assert await read(world, sa.select(freezes.c.id)) == []
    assert await read(world, sa.select(card_requests.c.operation_id)) == []
    assert await read(world, sa.select(audit.c.seq)) == before
    assert await asyncio.to_thread(verify, world.bot.audit) == []
    assert await sweep(world, 91) == Removed()

    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")


async def test_what_is_watched_or_followed_stays(make_world: MakeWorld) -> None:
    """It was told as not over, so the bot looks on; and a pause stays until the resume that follows it has ended."""
    async with make_world(verify_for=0.2) as world:
        world.cloud.tasks[int(TASK)].pause_takes = math.inf
        card = await world.card()
        watched = of(card)
        await world.confirm(card)
        await world.told(card, "OMS accepted the pause")
        followed = "followed"
        rows: list[dict[str, Any]] = [
            {"id": followed, "ended_at": 1.0, "follows": None},
            {"id": "follows", "ended_at": None, "follows": followed},
            {"id": "alone", "ended_at": 1.0, "follows": None},
        ]
        await change(world, operations.insert(), [{**_ROW, **row} for row in rows])
        assert (await sweep(world, 91)).operations == 1
        assert {*await read(world, sa.select(operations.c.id))} == {watched, followed, "follows"}
        world.cloud.set_status(int(TASK), 3)
        await world.told(card, "OMS confirmed it at")
        await over(f"{watched}:decision")
        await change(world, operations.update().values(ended_at=1.0))
        await change(world, due.delete())
        assert (await sweep(world, 91)).operations == 3
        assert await workflows(world) == []


async def test_it_is_done_in_batches_and_by_one_at_a_time(
    make_world: MakeWorld, migrated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another replica is at it: nothing is done here. Then all goes, though it is more than a batch."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("DATABASE_URL", migrated_postgres)
        async with world.running():
            await change(
                world, operations.insert(), [{**_ROW, "id": str(n), "ended_at": 1.0} for n in range(250)]
            )
            await change(
                world,
                approvals.insert(),
                [{"operation_id": str(n), "user_id": "U", "at": 1.0} for n in range(250)],
            )
            await change(
                world,
                proposals.insert(),
                [
                    {"id": str(n), "reason": "", "times": 1, "first_at": 1.0, "last_at": 1.0}
                    for n in range(250)
                ],
            )
            with world.bot.engine.connect() as other:
                other.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                assert await sweep(world, 91) == Removed()
            assert await sweep(world, 91) == Removed(operations=250, others=250)
            assert await read(world, sa.select(approvals.c.at)) == []


async def test_for_no_days_is_for_good(make_world: MakeWorld) -> None:
    """`days = 0` switches it off."""
    async with make_world(more="[retention]\ndays = 0") as world:
        assert world.bot.retention._task is None


_ROW = {
    "team_id": "T",
    "user_id": "U",
    "channel_id": "C",
    "project": "prod-sg",
    "task_id": TASK,
    "card": {},
    "asked_at": 1.0,
    "expires_at": 1.0,
    "ending": None,
}
