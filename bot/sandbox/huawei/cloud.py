"""A Huawei Cloud for loopback: IAM and OMS as one app, behaving as documented, not as our client wishes.

    cloud = HuaweiCloud(clock=clock)
    cloud.add_project("2c06…", "ap-southeast-3")
    cloud.add_user("alice", "pw", "acme", "AKALICE", "SKALICE", permissions={"2c06…": ON_CALL})
    cloud.add_task("2c06…", name="media-872")
    async with serve(cloud.app) as url: ...

It is arranged by Python calls only: there is no control endpoint. Nothing is shared with `bot.huawei` or
`bot.huawei.iam`, so that each checks the other.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette

from bot.sandbox.huawei.faults import Fault, Faults, error_body
from bot.sandbox.huawei.gateway import Call, Gateway
from bot.sandbox.huawei.iam_api import IamApi
from bot.sandbox.huawei.iam_people import People
from bot.sandbox.huawei.iam_users import Directory
from bot.sandbox.huawei.oms_api import READS, UPDATES, OmsApi
from bot.sandbox.huawei.oms_board import TaskBoard
from bot.sandbox.huawei.oms_door import Door
from bot.sandbox.huawei.oms_keys import KeyRing
from bot.sandbox.huawei.oms_migrations import Migrations
from bot.sandbox.huawei.oms_tasks import Task

__all__ = ["ON_CALL", "Call", "Fault", "HuaweiCloud", "Task", "error_body"]

ON_CALL = READS | UPDATES
"""What a responder needs: to see, to list, and to pause (which Huawei does not separate from resuming)."""


class HuaweiCloud(People, Migrations):
    """An IAM and an OMS, empty until arranged. All times come from `clock`, in Unix seconds.

    `app` is the Starlette app · `faults` what goes wrong · `calls` every request so far · `tasks` every task,
    up to date · `ahead` how many seconds its clock is ahead of `clock`. `sleep` is how a latency fault waits.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.faults = Faults()
        self.ahead = 0.0
        self._own_clock = clock
        self._ids = itertools.count(191297407830872)
        self._directory = Directory(self._clock)
        self._board = TaskBoard(lambda project_id: self._directory.projects.get(project_id, project_id))
        self._gateway = Gateway(self._directory, self.faults, sleep)
        self._keys = KeyRing(self._directory)
        self.without_sync_tasks = set()
        iam = IamApi(self._directory, self._gateway)
        door = Door(self._board, self._gateway, now=self._clock)
        oms = OmsApi(door, self._keys, has_sync_tasks=self._has_sync_tasks)
        self.app = Starlette(routes=[*iam.routes, *oms.routes, self._gateway.nothing_else()])

    # What happened.

    @property
    def calls(self) -> list[Call]:
        """Every request so far, oldest first."""
        return list(self._gateway.calls)

    def calls_of(self, operation: str, user: str | None = None) -> list[Call]:
        """The requests for one operation, of one user if named."""
        return [c for c in self.calls if c.operation == operation and user in {None, c.user}]

    def forget_calls(self) -> None:
        """Start counting requests anew."""
        self._gateway.calls.clear()

    def _clock(self) -> float:
        return self._own_clock() + self.ahead

    def _has_sync_tasks(self, project_id: str) -> bool:
        return self._directory.projects.get(project_id) not in self.without_sync_tasks
