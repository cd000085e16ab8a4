"""The calls about migration tasks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from bot.huawei.oms.client import Accepted, OmsClient
from bot.huawei.oms.ids import about
from bot.huawei.oms.keys import Keys
from bot.huawei.oms.models import BandwidthWindow, Task, TaskPage, policy_of


class TaskCalls:
    """Migration tasks. Every method raises `HuaweiError`, and `ValueError` for an id that is not 1 to 15 digits."""

    def __init__(self, client: OmsClient) -> None:
        self._client = client

    async def show(self, task_id: str) -> Task:
        """Read one task."""
        task = await self._client.read("show_task", _path(task_id), Task)
        return about(task_id, task, "task", spelled=lambda id_: id_.lstrip("0"))

    async def all(self, *, status: int | None = None, name: str | None = None) -> list[Task]:
        """Read all tasks.

        Args:
            status: only those in this status; OMS documents 1, 2, 3, 4, 5 and 7.
            name: only those whose name contains this (OMS matches loosely and names need not be unique).
        """
        filters = {"status": status, "task_name": name or None}
        return await self._client.read_all("list_tasks", "tasks", TaskPage, filters)

    async def count(self, *, status: int) -> int | None:
        """Count the tasks in one status with a single small read; None when OMS does not say."""
        query = urlencode({"status": status, "limit": 1, "offset": 0})
        return (await self._client.read("list_tasks", f"tasks?{query}", TaskPage)).count

    async def stop(self, task_id: str) -> Accepted:
        """Ask OMS to pause a task that is migrating. Sent once, whatever happens.

        It is done when `show` says status 3; meanwhile the task is pausing (7), and may also end.

        Raises:
            WrongState: not migrating (OMS.0066) or finished (OMS.0070): read the task to know which.
        """
        return await self._client.change("stop_task", "POST", f"{_path(task_id)}/stop")

    async def start(self, task_id: str, keys: Keys) -> Accepted:
        """Ask OMS to go on with a task that is paused or failed. Sent once, whatever happens.

        It has begun when `show` says status 2, by way of 0 and 1; it may also end.

        Raises:
            WrongState: it has started (OMS.0065) or finished (OMS.0070): read the task to know which.
        """
        return await self._client.change("start_task", "POST", f"{_path(task_id)}/start", keys=keys)

    async def throttle(self, task_id: str, windows: Sequence[BandwidthWindow]) -> Accepted:
        """Replace the bandwidth policy of a task that has not ended. Sent once, whatever happens."""
        path = f"{_path(task_id)}/bandwidth-policy"
        return await self._client.change("update_bandwidth_policy", "PUT", path, policy_of(windows))


def _path(task_id: str) -> str:
    if not re.fullmatch(r"[0-9]{1,15}", task_id):
        raise ValueError("a task id is 1 to 15 digits")
    return f"tasks/{task_id}"
