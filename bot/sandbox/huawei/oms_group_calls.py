"""The calls for task groups: show, list, pause, resume, restart and slow down. Each but the first two is a PUT."""

from starlette.responses import JSONResponse, Response

from bot.sandbox.huawei.gateway import Incoming
from bot.sandbox.huawei.oms_bandwidth import policy_of
from bot.sandbox.huawei.oms_bodies import group_body
from bot.sandbox.huawei.oms_door import Door, done, json_of, needed, one_of, page
from bot.sandbox.huawei.oms_errors import oms_error
from bot.sandbox.huawei.oms_groups import LIVE, PAUSABLE, PAUSED, RESTARTABLE, Group
from bot.sandbox.huawei.oms_keys import GroupRetry, GroupStart, KeyRing, Way, start_of
from bot.sandbox.huawei.oms_tasks import FINISHED

GROUP_GET, GROUP_LIST, GROUP_UPDATE = "oms:taskgroup:get", "oms:taskgroup:list", "oms:taskgroup:update"


class GroupCalls:
    """OMS's handlers for groups; `routes` is what the cloud mounts."""

    def __init__(self, door: Door, keys: KeyRing) -> None:
        self._door, self._board, self._keys = door, door.board, keys
        one = "/taskgroups/{group_id}"
        self.routes = [
            door.route("GET", "/taskgroups", "list_task_group", GROUP_LIST, self._list),
            door.route("GET", one, "show_task_group", GROUP_GET, self._show),
            door.route("PUT", one + "/stop", "stop_task_group", GROUP_UPDATE, self._stop),
            door.route("PUT", one + "/start", "start_task_group", GROUP_UPDATE, self._start),
            door.route("PUT", one + "/retry", "retry_task_group", GROUP_UPDATE, self._retry),
            door.route("PUT", one + "/update", "update_task_group", GROUP_UPDATE, self._slow_down),
        ]

    def _show(self, incoming: Incoming) -> Response:
        group = self._group(incoming)
        return JSONResponse(group_body(group, self._board.children(group)))

    def _list(self, incoming: Incoming) -> Response:
        status = one_of(incoming.request.query_params.get("status"), [str(known) for known in range(10)])
        project_id = incoming.params["project_id"]
        found = [
            group
            for group in self._board.groups.values()
            if group.project_id == project_id and status in {None, str(group.status)}
        ]
        return page(incoming, "taskgroups", found, lambda one: group_body(one, self._board.children(one)))

    def _stop(self, incoming: Incoming) -> Response:
        group = self._group(incoming)
        if group.status not in PAUSABLE:
            raise oms_error("OMS.1038" if group.status in LIVE else "OMS.1036")
        self._board.pause_group(group, self._door.now())
        return done()

    def _start(self, incoming: Incoming) -> Response:
        group = self._group(incoming)
        start = start_of(incoming.message.body, GroupStart)
        if group.status != PAUSED:
            raise oms_error("OMS.1039" if group.status in LIVE else "OMS.1036")
        self._begin(group, self._keys.check(start, _way(group)), failed=False)
        return done()

    def _retry(self, incoming: Incoming) -> Response:
        group = self._group(incoming)
        start = start_of(incoming.message.body, GroupRetry)
        if group.status not in RESTARTABLE:
            raise oms_error("OMS.1040")
        self._begin(group, self._keys.check(start, _way(group)), failed=True)
        return done()

    def _begin(self, group: Group, bad_keys: tuple[str, str] | None, *, failed: bool) -> None:
        for child in self._board.children(group):
            child.bad_keys = bad_keys
        self._board.start_group(group, self._door.now(), failed=failed)

    def _slow_down(self, incoming: Incoming) -> Response:
        group = self._group(incoming)
        policy = policy_of(needed(json_of(incoming), "bandwidth_policy"))
        if group.status not in LIVE:
            raise oms_error("OMS.0086")
        group.bandwidth = policy
        for child in self._board.children(group):
            if child.status != FINISHED:
                child.bandwidth = policy
        return done()

    def _group(self, incoming: Incoming) -> Group:
        """Find the group; one that is not there is 404, unlike a task.

        platforms.md, Groups and synchronisation tasks.
        """
        group = self._board.groups.get((incoming.params["project_id"], incoming.params["group_id"]))
        if group is None:
            raise oms_error("OMS.1009", 404)
        return group


def _way(group: Group) -> Way:
    return Way(group.task_type, group.src_cloud, group.src_bucket, group.dst_bucket)
