"""Record what a release stores: run it, kill it in the middle of conversations, and keep its rows.

    git worktree add --detach /tmp/release COMMIT
    python -m tests.histories.record /tmp/release tests/histories/COMMIT [NAME …]
    python -m tests.histories.record /tmp/earlier,/tmp/release tests/histories/COMMIT stranded

Each file is one conversation, killed (`kill -9`) at the moment that its name says. `tests/histories/test_histories.py`
puts its rows into a database of its own and starts the newest bot on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import TASK, World, maker_of_worlds
from tests.scenario.keys import KEYS, MEDIA, lock
from tests.scenario.process import Process
from tests.scenario.test_approvals import CREDENTIAL
from tests.scenario.test_pause_all import populate

TABLES = (
    "due",
    "operations",
    "approvals",
    "audit",
    "audit_head",
    "workflow_status",
    "workflow_input",
    "workflow_output",
    "operation_outputs",
)
PARSED = ("card", "inputs", "output", "error")  # JSON within a column, kept as JSON here
APPROVALS = f"approvals = 2\n[users.U0CAROL]\n{CREDENTIAL}\n"

Scene = Callable[[World], Awaitable[Message]]


async def waiting(world: World) -> Message:
    """The card waits for its answer."""
    return await _card(world)


async def approving(world: World) -> Message:
    """Two others must agree, and one has."""
    card = await _card(world)
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.card_showing(card, "✓ <@U0BOB>")
    return card


async def calling(world: World) -> Message:
    """OMS has the request and has not answered."""
    card = await _card(world)
    world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=30))
    await world.confirm(card)
    await world.until(lambda: world.stops() == 1)
    return card


async def verifying(world: World) -> Message:
    """OMS has accepted, and the bot reads whether it is paused."""
    world.cloud.tasks[int(TASK)].pause_takes = math.inf
    card = await _card(world)
    await world.confirm(card)
    await world.until(lambda: world.stops() == 1)
    return card


async def telling(world: World) -> Message:
    """The ending is known, and Slack is down."""
    card = await _card(world)
    world.slack.faults.add("chat.postMessage", status=503, times=None)
    world.slack.faults.add("chat.update", status=503, times=None)
    await world.confirm(card)
    await world.until(lambda: world.cloud.tasks[int(TASK)].status == 3)
    return card


async def watching(world: World) -> Message:
    """The bot has told "still pausing", and keeps looking."""
    world.cloud.tasks[int(TASK)].pause_takes = math.inf
    card = await _card(world)
    await world.confirm(card)
    await world.told(card, "OMS accepted the pause")
    return card


async def paused(world: World) -> Message:
    """All is told."""
    card = await _card(world)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    return card


async def cancelled(world: World) -> Message:
    """All is told."""
    card = await _card(world)
    await world.slack.click(world.alice, card, "oms_cancel")
    await world.told(card, "withdrew the request")
    return card


async def expired(world: World) -> Message:
    """All is told."""
    card = await _card(world)
    await world.told(card, "Nobody answered within")
    return card


async def many(world: World) -> Message:
    """Of four, three are paused, and one is being paused."""
    populate(world, 3)
    world.cloud.tasks[int(TASK)].pause_takes = math.inf
    card = await world.card("pause prod-sg all")
    await asyncio.sleep(0.3)
    await world.confirm(card)
    await world.until(lambda: sum(task.status == 3 for task in world.cloud.tasks.values()) == 3)
    await world.until(lambda: world.recorded("ended") == 3)
    return card


async def planned(world: World) -> Message:
    """All is told, and it resumes by itself in two hours."""
    card = await world.card(f"pause prod-sg {TASK} for 2h")
    await asyncio.sleep(0.3)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    return card


SCENES: dict[str, tuple[Scene, dict[str, Any]]] = {
    "waiting": (waiting, {}),
    "stranded": (verifying, {"verify_for": 300}),
    "approving": (approving, {"approvals": APPROVALS}),
    "calling": (calling, {"request_timeout": 20}),
    "verifying": (verifying, {"verify_for": 300}),
    "telling": (telling, {}),
    "watching": (watching, {"verify_for": 0.3}),
    "paused": (paused, {}),
    "many": (many, {"verify_for": 300}),
    "planned": (planned, {"more": MEDIA}),
    "cancelled": (cancelled, {}),
    "expired": (expired, {"confirm_within": 1}),
}


async def _card(world: World) -> Message:
    card = await world.card()
    await asyncio.sleep(0.3)  # until the bot has noted it too
    return card


@contextlib.asynccontextmanager
async def staged(
    home: Path, monkeypatch: pytest.MonkeyPatch, *, approvals: str = "", **options: Any
) -> AsyncIterator[World]:
    """A world with Carol in it, whose bot is not started yet."""
    async with maker_of_worlds(home, monkeypatch)(start=False, **options) as world:
        world.config.write_text(
            world.config.read_text().replace("[users.U0ALICE]", f"{approvals}[users.U0ALICE]")
        )
        world.slack.invite(world.room, world.slack.add_user("carol"))
        lock(world.cloud)
        for key, value in KEYS.items():
            monkeypatch.setenv(key, value)
        yield world


async def record(source: Path, *later: Path, name: str) -> dict[str, Any]:
    """Play a scene with the release in *source*, start those that came *later* on it, and return what is left."""
    scene, options = SCENES[name]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        async with staged(Path(folder), monkeypatch, **options) as world:
            process = Process(Path(folder) / "bot.log", source)
            try:
                await process.start()
                world.slack.connect_http(process.url)
                card = await scene(world)
                await asyncio.sleep(0.5)
                for release in later:
                    await process.stop()
                    process = Process(Path(folder) / "bot.log", release)
                    await process.start()
                    await asyncio.sleep(1)
            finally:
                await process.stop()
            return {
                "at": time.time(),
                "card": {
                    part.name: getattr(card, part.name) for part in fields(card) if part.name != "versions"
                },
                "tables": _tables(Path(folder) / "oms-bot.sqlite3"),
            }


def _tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return {
            table: [_row(dict(row)) for row in database.execute(f"SELECT * FROM {table}")] for table in TABLES
        }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        column: json.loads(value) if column in PARSED else value
        for column, value in row.items()
        if value is not None and column != "executor_id"
    }


async def _main(sources: str, target: str, *names: str) -> None:
    Path(target).mkdir(exist_ok=True)
    for name in names or SCENES.keys() - {"stranded"}:
        history = await record(*map(Path, sources.split(",")), name=name)
        text = json.dumps(history, indent=1, ensure_ascii=False, sort_keys=True)
        (Path(target) / f"{name}.json").write_text(text + "\n")
        steps = [row["function_name"] for row in history["tables"]["operation_outputs"]]
        print(name, steps)  # noqa: T201  # a tool for the terminal


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
