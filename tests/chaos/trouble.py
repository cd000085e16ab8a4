"""What breaks: replicas, links, the database, Slack, OMS. One misfortune after the other, some at the same time."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal

from bot.sandbox.huawei.cloud import Fault
from tests.chaos.scene import Replica, Scene
from tests.link import Direction, Link

_EVERY: Final = (1.5, 5.0)  # seconds between two of them
_NOTICED: Final = 11.0  # seconds until keep-alive has found that nobody is there
_OMS: Final = (
    "show_task",
    "stop_task",
    "start_task",
    "update_bandwidth_policy",
    "stop_task_group",
    "create_token",
)
_SLACK: Final = ("chat.postMessage", "chat.update", "chat.postEphemeral", "users.info")


class Trouble:
    """Makes it. `happened` counts what there was."""

    def __init__(self, here: Scene) -> None:
        self._here = here
        self.happened: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._database = asyncio.Lock()

    async def make(self, goes_on: Callable[[], bool]) -> None:
        """Make trouble for as long as it goes on; then mend all of it."""
        kinds: dict[str, tuple[int, Callable[[], Awaitable[None]]]] = {
            "kill -9": (3, lambda: self._with_one(self._kill)),
            "SIGTERM": (2, lambda: self._with_one(self._replace)),
            "SIGSTOP": (2, lambda: self._with_one(self._suspend)),
            "cut off from PostgreSQL": (3, lambda: self._with_one(self._cut_from_database)),
            "silent connections to PostgreSQL": (1, lambda: self._with_one(self._silence)),
            "cut off from OMS": (3, lambda: self._with_one(self._cut_from_cloud)),
            "PostgreSQL restarted": (1, self._restart_database),
            "Slack's fault": (8, self._slack),
            "OMS's fault": (10, self._oms),
        }
        luck = self._here.luck
        while goes_on():
            await asyncio.sleep(luck.uniform(*_EVERY))
            [kind] = luck.choices(list(kinds), weights=[weight for weight, _ in kinds.values()])
            self.happened[kind] += 1
            task = asyncio.ensure_future(kinds[kind][1]())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await asyncio.gather(*self._tasks)
        self._here.slack.faults.clear()
        self._here.cloud.faults.clear()

    async def _with_one(self, work: Callable[[Replica], Awaitable[None]]) -> None:
        """Do it to a replica that nothing else is done to, and leave at least one alone."""
        whole = [replica for replica in self._here.replicas if not replica.troubled]
        if len(whole) < 2:
            return
        replica = self._here.luck.choice(whole)
        replica.troubled = True
        try:
            await work(replica)
        finally:
            replica.troubled = False

    async def _kill(self, replica: Replica) -> None:
        await replica.process.stop()
        await asyncio.sleep(self._here.luck.uniform(0, 5))
        await replica.start()

    async def _replace(self, replica: Replica) -> None:
        await replica.process.stop(signal.SIGTERM)
        await replica.start()

    async def _suspend(self, replica: Replica) -> None:
        replica.process.suspend()
        await asyncio.sleep(self._here.luck.uniform(2, 30))
        replica.process.resume()

    async def _cut_from_database(self, replica: Replica) -> None:
        await self._block(replica.database)

    async def _cut_from_cloud(self, replica: Replica) -> None:
        await self._block(replica.cloud)

    async def _block(self, link: Link) -> None:
        luck = self._here.luck
        directions: list[tuple[Direction, ...]] = [(), ("there",), ("back",)]
        link.block(*luck.choice(directions))
        await asyncio.sleep(luck.uniform(2, 20))
        link.unblock()
        await link.sever()

    async def _silence(self, replica: Replica) -> None:
        await replica.database.fall_silent_until_noticed(_NOTICED)

    async def _restart_database(self) -> None:
        async with self._database:
            await asyncio.to_thread(self._here.server.stop)
            await asyncio.sleep(self._here.luck.uniform(0, 3))
            await asyncio.to_thread(self._here.server.start)

    async def _slack(self) -> None:
        luck = self._here.luck
        how: dict[str, Any] = luck.choice(
            [
                {"retry_after": luck.randint(1, 3)},
                {"status": luck.choice([500, 503])},
                {"cut": True},
                {"cut": True, "after_effect": True},
                {"delay": luck.uniform(3, 15)},
            ]
        )
        self._here.slack.faults.add(luck.choice(_SLACK), times=luck.randint(1, 5), **how)

    async def _oms(self) -> None:
        luck = self._here.luck
        when: Literal["before", "after"] = luck.choice(["before", "after"])
        times, operation = luck.randint(1, 5), luck.choice(_OMS)
        about: dict[str, Any] = {"operation": operation, "when": when, "times": times}
        self._here.cloud.faults.add(
            luck.choice(
                [
                    Fault(kind="throttled", **{**about, "when": "before"}),  # a gateway says it instead
                    Fault(kind="status", status=luck.choice([500, 502, 503]), **about),
                    Fault(kind="cut", **about),
                    Fault(kind="html", **about),
                    Fault(kind="latency", seconds=luck.uniform(3, 12), **about),
                ]
            )
        )
