"""The calls about sync tasks, which OMS has in a few regions only."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.oms.client import Accepted, OmsClient
from bot.huawei.oms.ids import about, safe_id
from bot.huawei.oms.keys import Keys
from bot.huawei.oms.models import SyncTask, SyncTaskPage


class SyncTaskCalls:
    """Sync tasks. Every method raises `HuaweiError`, and `ValueError` for an id that could not be one."""

    def __init__(self, client: OmsClient, *, clock: Callable[[], float] = time.time) -> None:
        """Bind the calls. *clock* gives Unix seconds."""
        self._client = client
        self._clock = clock

    async def show(self, sync_task_id: str) -> SyncTask:
        """Read one sync task, with the figures of this month."""
        path = f"{_path(sync_task_id)}?query_time={round(self._clock() * 1000)}"
        task = await self._client.read("show_sync_task", path, SyncTask)
        return about(sync_task_id, task, "sync task")

    async def all(self) -> list[SyncTask]:
        """Read all sync tasks."""
        return await self._client.read_all("list_sync_tasks", "sync-tasks", SyncTaskPage, {})

    async def stop(self, sync_task_id: str) -> Accepted:
        """Ask OMS to stop synchronizing. Sent once, whatever happens. It is done when `show` says STOPPED."""
        return await self._client.change("stop_sync_task", "POST", f"{_path(sync_task_id)}/stop")

    async def start(self, sync_task_id: str, keys: Keys) -> Accepted:
        """Ask OMS to go on synchronizing. Sent once, whatever happens. It has begun when `show` says SYNCHRONIZING.

        Raises:
            ValueError: temporary keys, or another source than one with an access key; nothing was sent.
        """
        if keys.temporary or not isinstance(keys.source, AccessKeyCredential):
            raise ValueError("a sync task is started with lasting access keys of both sides")
        return await self._client.change("start_sync_task", "POST", f"{_path(sync_task_id)}/start", keys=keys)


def _path(sync_task_id: str) -> str:
    return f"sync-tasks/{safe_id(sync_task_id)}"
