"""Work that another replica has taken over is not this one's any more: whatever it had read, it calls nothing."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.sandbox.huawei.cloud import Call, Fault
from bot.store import presence
from tests import databases
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World
from tests.scenario.keys import MEDIA, give_keys, lock

GROUP, PAUSED_GROUP = "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f0", "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f1"
SYNC = "0a1b2c3d-4e5f-4061-7283-94a5b6c7d8e9"


@dataclass(frozen=True, kw_only=True)
class TakenOver(Fault):
    """Nothing that OMS does: while it is asked, a decision becomes another replica's.

    As often as `left` says, of what is not `called` yet when so many calls as `made` were.
    """

    database: sa.Engine
    left: list[int]
    called: Callable[[], list[Call]]
    made: int

    def strikes(self, operation: str, path: str) -> bool:
        """Take it over when the time has come."""
        if not super().strikes(operation, path):
            return False
        called = self.called()
        if len(called) < self.made or any(one.path.startswith(f"{path}/") for one in called):
            return False
        self.left[0] -= 1
        if self.left[0] == 0:
            databases.rows(
                self.database,
                "UPDATE workflow_status SET executor_id = 'web.2', owner_xid = 'another'"
                " WHERE name = 'settle' AND status = 'PENDING'",
            )
        return False


# What is typed, which reading is answered when it is taken over already, how many calls were made by then.
CASES = [
    ("pause prod-sg 71", "show_task", 1, "stop_task", 0),
    ("throttle prod-sg 72 20", "show_task", 1, "update_bandwidth_policy", 0),
    ("resume prod-sg 73", "show_task", 1, "start_task", 0),
    ("resume prod-sg 74", "show_task", 2, "start_task", 0),  # by which the keys are chosen
    (f"pause prod-sg group:{GROUP}", "show_task_group", 1, "stop_task_group", 0),
    (f"resume prod-sg group:{PAUSED_GROUP}", "show_task_group", 2, "start_task_group", 0),
    (f"pause prod-sg sync:{SYNC}", "show_sync_task", 1, "stop_sync_task", 0),
    ("pause prod-sg all", "show_task", 1, "stop_task", 1),  # of the second, when the first was called
]


async def test_what_was_taken_over_before_the_call_is_not_called(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever verb: whose it is, is proved when the request is sent, after all that is read for it."""
    give_keys(monkeypatch)
    async with make_world(more=MEDIA, start=False) as world:
        config = world.config.read_text().replace('region = "ap', 'max_at_once = 1\nregion = "ap', 1)
        world.config.write_text(config)
        _populate(world)
        async with world.running(), _another(world):
            for command, reading, nth, call, made in CASES:
                card = await world.card(command)
                before = len(world.cloud.calls_of(call))
                called = functools.partial(_calls, world, call, before)
                taken = TakenOver(
                    kind="latency",
                    operation=reading,
                    database=world.stored,
                    left=[nth],
                    called=called,
                    made=made,
                )
                world.cloud.faults.clear()
                world.cloud.faults.add(taken)
                with capture_logs() as logs:
                    await world.confirm(card)
                    await world.until(lambda: any(line["event"] == "disowned" for line in logs))
                assert len(called()) == made, command
                assert len(world.slack.thread(world.room, card)) == 1


def _calls(world: World, call: str, before: int) -> list[Call]:
    return world.cloud.calls_of(call)[before:]


@contextlib.asynccontextmanager
async def _another(world: World) -> AsyncIterator[None]:
    """Let the other replica be alive where there can be one: else its work would be taken back."""
    if world.on_sqlite:
        yield
        return
    held = await asyncio.to_thread(presence.take, world.database_url, "web.2", wait_seconds=0)
    try:
        yield
    finally:
        await asyncio.to_thread(held.release)


def _populate(world: World) -> None:
    lock(world.cloud)
    world.cloud.max_running = 10
    world.cloud.tasks[int(TASK)].pause_takes = 0
    for id_ in (71, 72):
        world.cloud.add_task(PROJECT, task_id=id_, name=f"media-{id_}", pause_takes=0)
    for id_ in (73, 74):
        world.cloud.add_task(PROJECT, task_id=id_, name=f"paused-{id_}", status=3)
    world.cloud.add_group(PROJECT, group_id=GROUP, description="night copy", children=[])
    world.cloud.add_group(PROJECT, group_id=PAUSED_GROUP, description="paused", status=3)
    world.cloud.add_sync_task(PROJECT, sync_task_id=SYNC)
