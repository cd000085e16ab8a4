"""The sandbox's OMS over HTTP: migration tasks, task groups and synchronisation tasks."""

from collections.abc import Callable

from starlette.routing import Route

from bot.sandbox.huawei.oms_door import Door
from bot.sandbox.huawei.oms_group_calls import GROUP_GET, GROUP_LIST, GROUP_UPDATE, GroupCalls
from bot.sandbox.huawei.oms_keys import KeyRing
from bot.sandbox.huawei.oms_sync_calls import SYNC_GET, SYNC_LIST, SYNC_UPDATE, SyncCalls
from bot.sandbox.huawei.oms_task_calls import GET, LIST, UPDATE, TaskCalls

READS = frozenset({GET, LIST, GROUP_GET, GROUP_LIST, SYNC_GET, SYNC_LIST})
UPDATES = frozenset({UPDATE, GROUP_UPDATE, SYNC_UPDATE})


class OmsApi:
    """All of OMS's handlers; `routes` is what the cloud mounts."""

    def __init__(self, door: Door, keys: KeyRing, *, has_sync_tasks: Callable[[str], bool]) -> None:
        calls = (TaskCalls(door, keys), GroupCalls(door, keys), SyncCalls(door, keys, has_sync_tasks))
        self.routes: list[Route] = [route for some in calls for route in some.routes]
