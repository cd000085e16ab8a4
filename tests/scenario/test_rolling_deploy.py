"""Replicas are replaced one after the other: whoever waits for an answer gets it from one that lives, once."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import run_dbos_database_migrations

from bot.sandbox.slack.objects import Message
from bot.store import presence
from tests import databases
from tests.histories.record import PARSED
from tests.histories.test_histories import HERE, _shifted
from tests.scenario.conftest import TASK, MakeWorld, World, buttons
from tests.scenario.process import Process

LAST = "327f727"  # the release before this one


def _left_by(url: str, executor: str, world: World) -> Message:
    """Put in the database what a replica of the last release has recorded of a card that waits; return the card."""
    history = json.loads((HERE / LAST / "waiting.json").read_text())
    engine = databases.engine(url)
    run_dbos_database_migrations(url)
    with engine.begin() as connection:
        for name, rows in _shifted(history["tables"], history["at"], time.time()).items():
            schema = "dbos" if name.startswith(("workflow_", "operation_outputs")) else None
            table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)
            for row in rows:
                owned = {"executor_id": executor} if name == "workflow_status" else {}
                connection.execute(
                    table.insert().values(
                        {column: _typed(table.c[column], value) for column, value in (row | owned).items()}
                    )
                )
    engine.dispose()
    return world.slack.world.post(Message(**history["card"]))


def _typed(column: sa.Column[Any], value: Any) -> Any:
    """Return a value of SQLite's as PostgreSQL has it."""
    match column.type:
        case sa.Boolean():
            return bool(value)
        case sa.JSON():
            return value if column.name in PARSED else json.loads(value)
        case _:
            return json.dumps(value) if column.name in PARSED else value


async def test_no_waiting_card_is_lost(
    make_world: MakeWorld, postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One replica is the last release's, the other this one's; then the older is replaced, then the other is."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("DATABASE_URL", postgres)
        older = presence.take(postgres, "web.2", wait_seconds=0)
        first, second = Process(tmp_path / "1.log"), Process(tmp_path / "2.log")
        try:
            card = _left_by(postgres, "web.2", world)
            monkeypatch.setenv("DYNO", "web.1")
            await first.start()
            world.slack.connect_http(first.url)
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            world.cloud.set_status(int(TASK), 2)
            another = await world.card()
            older.release()
            monkeypatch.setenv("DYNO", "web.2")
            await second.start()
            await first.stop(signal.SIGTERM)
            assert first.exit_code == 0
            world.slack.connect_http(second.url)
            await world.confirm(another)
            await world.told(another, "OMS confirmed it at")
            await world.slack.wait_for(lambda: not any(map(buttons, world.cards())), 30)
            assert [len(world.slack.thread(world.room, one)) for one in (card, another)] == [2, 2]
            assert world.stops() == 2
        finally:
            await first.stop()
            await second.stop()
