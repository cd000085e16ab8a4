"""The calls about task groups, which are stopped, started and retried with PUT, where tasks take a POST."""

from __future__ import annotations

from collections.abc import Sequence

from bot.huawei.oms.client import Accepted, OmsClient
from bot.huawei.oms.ids import about, safe_id
from bot.huawei.oms.keys import Keys
from bot.huawei.oms.models import BandwidthWindow, TaskGroup, TaskGroupPage, policy_of


class TaskGroupCalls:
    """Task groups. Every method raises `HuaweiError`, and `ValueError` for an id that could not be one."""

    def __init__(self, client: OmsClient) -> None:
        self._client = client

    async def show(self, group_id: str) -> TaskGroup:
        """Read one group."""
        group = await self._client.read("show_task_group", _path(group_id), TaskGroup)
        return about(group_id, group, "task group")

    async def all(self) -> list[TaskGroup]:
        """Read all groups."""
        return await self._client.read_all("list_task_group", "taskgroups", TaskGroupPage, {})

    async def stop(self, group_id: str) -> Accepted:
        """Ask OMS to pause a group that is creating tasks (1) or watching them (2). Sent once, whatever happens.

        It is done when `show` says status 3, by way of 7; it may also end (5, 6).

        Raises:
            WrongState: OMS.1036 or OMS.1038: read the group to know which.
        """
        return await self._client.change("stop_task_group", "PUT", f"{_path(group_id)}/stop")

    async def start(self, group_id: str, keys: Keys) -> Accepted:
        """Ask OMS to go on with a group that is paused. Sent once, whatever happens.

        Raises:
            ValueError: temporary keys, which only tasks take; nothing was sent.
            WrongState: OMS.1036 or OMS.1039: read the group to know which.
        """
        return await self._begin("start_task_group", f"{_path(group_id)}/start", keys)

    async def retry(self, group_id: str, keys: Keys) -> Accepted:
        """Ask OMS to go on with a group that failed. Sent once, whatever happens.

        Raises:
            ValueError: temporary keys, which only tasks take; nothing was sent.
            WrongState: OMS.1036 or OMS.1040: read the group to know which.
        """
        return await self._begin("retry_task_group", f"{_path(group_id)}/retry", keys)

    async def _begin(self, operation: str, path: str, keys: Keys) -> Accepted:
        if keys.temporary:
            raise ValueError("only tasks are started with temporary keys")
        return await self._client.change(operation, "PUT", path, keys=keys)

    async def throttle(self, group_id: str, windows: Sequence[BandwidthWindow]) -> Accepted:
        """Replace the bandwidth policy of a group. Sent once, whatever happens."""
        path = f"{_path(group_id)}/update"
        return await self._client.change("update_task_group", "PUT", path, policy_of(windows))


def _path(group_id: str) -> str:
    return f"taskgroups/{safe_id(group_id)}"
