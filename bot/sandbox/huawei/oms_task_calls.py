"""The calls for migration tasks: show, list, pause, resume, slow down and delete."""

from collections.abc import Iterable

from starlette.responses import JSONResponse, Response

from bot.sandbox.huawei.gateway import Incoming
from bot.sandbox.huawei.oms_bandwidth import Policy, policy_of
from bot.sandbox.huawei.oms_bodies import object_size, task_body
from bot.sandbox.huawei.oms_door import Door, done, json_of, needed, one_of, page
from bot.sandbox.huawei.oms_errors import oms_error
from bot.sandbox.huawei.oms_keys import KeyRing, TaskStart, Way, start_of
from bot.sandbox.huawei.oms_tasks import (
    FAILED,
    FINISHED,
    MIGRATING,
    PAUSED,
    PAUSING,
    RETRYING,
    WAITING,
    Task,
)

GET, LIST, UPDATE, DELETE = "oms:task:get", "oms:task:list", "oms:task:update", "oms:task:delete"
_PRIORITIES = {"HIGH", "MEDIUM", "LOW"}


class TaskCalls:
    """OMS's handlers for tasks; `routes` is what the cloud mounts."""

    def __init__(self, door: Door, keys: KeyRing) -> None:
        self._door, self._board, self._keys = door, door.board, keys
        one = "/tasks/{task_id}"
        self.routes = [
            door.route("GET", "/tasks", "list_tasks", LIST, self._list),
            door.route("POST", "/tasks/batch-update", "batch_update_tasks", UPDATE, self._batch_update),
            door.route("GET", one, "show_task", GET, self._show),
            door.route("DELETE", one, "delete_task", DELETE, self._delete),
            door.route("POST", one + "/stop", "stop_task", UPDATE, self._stop),
            door.route("POST", one + "/start", "start_task", UPDATE, self._start),
            door.route("PUT", one + "/bandwidth-policy", "update_bandwidth_policy", UPDATE, self._slow_down),
        ]

    def _show(self, incoming: Incoming) -> Response:
        return JSONResponse(task_body(self._task(incoming)))

    def _list(self, incoming: Incoming) -> Response:
        query = incoming.request.query_params
        # The documented values only: retrying (6) is not one of them (platforms.md, Listing tasks).
        status = one_of(query.get("status"), ("1", "2", "3", "4", "5", "7"))
        group_id, name = query.get("group_id"), query.get("task_name", "")
        found = [
            task
            for task in self._board.of_project(incoming.params["project_id"])
            if status in {None, str(task.status)}
            and group_id in {None, "", task.group_id}
            and name in task.name
        ]
        return page(incoming, "tasks", found, task_body)

    def _stop(self, incoming: Incoming) -> Response:
        task = self._task(incoming)
        if task.status == FINISHED:
            raise oms_error("OMS.0070")
        if task.status != MIGRATING:
            raise oms_error("OMS.0066")
        self._board.pause(task, self._door.now())
        return done()

    def _start(self, incoming: Incoming) -> Response:
        task = self._task(incoming)
        start = start_of(incoming.message.body, TaskStart)
        if task.status == FINISHED:
            raise oms_error("OMS.0070")
        if task.status not in {PAUSED, FAILED}:
            raise oms_error("OMS.0065")
        way = Way(task.task_type, task.src_cloud, task.src_bucket, task.dst_bucket)
        task.bad_keys = self._keys.check(start, way)
        task.only_failed = start.migrate_failed_object
        if task.status == FAILED and start.migrate_failed_object:  # one object failed, so one is left
            task.moved = max(task.moved, task.total_size - object_size(task))
        self._board.start(task, self._door.now())
        return done()

    def _slow_down(self, incoming: Incoming) -> Response:
        task = self._task(incoming)
        policy = policy_of(needed(json_of(incoming), "bandwidth_policy"))
        _give([task], policy)
        return done()

    def _batch_update(self, incoming: Incoming) -> Response:
        body = json_of(incoming)
        if body.keys() - {"group_id", "ids", "bandwidth_policy", "task_priority"}:
            raise oms_error("OMS.0074")
        if ("group_id" in body) == ("ids" in body):  # one of them, says the page
            raise oms_error("OMS.0001" if "ids" in body else "OMS.1004")
        tasks = self._batch(incoming.params["project_id"], body)
        policy = policy_of(body["bandwidth_policy"]) if "bandwidth_policy" in body else None
        priority = body.get("task_priority")
        if priority is not None and priority not in _PRIORITIES:
            raise oms_error("OMS.1003")
        if priority and not all(task.status in {WAITING, PAUSED, FAILED} for task in tasks):
            raise oms_error("OMS.0063")
        if policy is not None:
            _give(tasks, policy)
        for task in tasks:
            task.priority = priority or task.priority
        return done()

    def _batch(self, project_id: str, body: dict[str, object]) -> list[Task]:
        """The tasks that are named, each of which has to be there."""
        if "group_id" in body:
            group = self._board.groups.get((project_id, str(body["group_id"])))
            found = self._board.children(group) if group else []
        else:
            ids = body["ids"]
            if not isinstance(ids, list) or not all(isinstance(number, int) for number in ids):
                raise oms_error("OMS.1002")
            found = [task for task in self._board.of_project(project_id) if task.id in ids]
            found = found if len(found) == len(set(ids)) else []
        if not found:
            raise oms_error("OMS.1009")
        return found

    def _delete(self, incoming: Incoming) -> Response:
        task = self._task(incoming)
        if task.status in {MIGRATING, RETRYING, PAUSING}:
            raise oms_error("OMS.0063")
        del self._board.tasks[task.project_id, task.id]
        return done()

    def _task(self, incoming: Incoming) -> Task:
        written = incoming.params["task_id"]
        if not (written.isascii() and written.isdecimal() and len(written) <= 15):
            raise oms_error("OMS.0054")
        task = self._board.tasks.get((incoming.params["project_id"], int(written)))
        if task is None:
            raise oms_error("OMS.1009")
        return task


def _give(tasks: Iterable[Task], policy: Policy) -> None:
    """Let tasks have another policy, unless one of them is over (platforms.md, Bandwidth)."""
    if any(task.status == FINISHED for task in tasks):
        raise oms_error("OMS.0086")
    for task in tasks:
        task.bandwidth = policy
