"""The sandbox's OMS over HTTP: show, list, pause, resume and delete migration tasks."""

import json
from collections.abc import Callable

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.huawei.gateway import ApiError, Gateway, Handler, Incoming, gateway_error
from bot.sandbox.huawei.oms_board import TaskBoard
from bot.sandbox.huawei.oms_bodies import task_body
from bot.sandbox.huawei.oms_tasks import (
    FAILED,
    FINISHED,
    MIGRATING,
    PAUSED,
    PAUSING,
    RETRYING,
    Task,
)

GET, LIST, UPDATE, DELETE = "oms:task:get", "oms:task:list", "oms:task:update", "oms:task:delete"

# HTTP 400, all of them. OMS.0206 alone, no permission for OMS at all, is 403 (platforms.md, OMS error codes).
_ERRORS = {
    "OMS.0001": "Invalid parameter settings.",
    "OMS.0052": "Invalid value for parameter state.",
    "OMS.0054": "Invalid task ID.",
    "OMS.0063": "The task is in progress.",
    "OMS.0065": "The task has already started.",
    "OMS.0066": "Failed to pause the task. The task is not in progress.",
    "OMS.0067": "The parameters are not in JSON format.",
    "OMS.0068": "Token authentication failed.",
    "OMS.0070": "The task is complete. You cannot start or stop it.",
    "OMS.0072": "You do not have the required permissions.",
    "OMS.1003": "Incorrect parameter constraints.",
    "OMS.1004": "Some required parameters are missing.",
    "OMS.1005": "Authentication failed.",
    "OMS.1009": "No resources found.",
    "OMS.1010": "Incorrect parameter type.",
}


def oms_error(code: str) -> ApiError:
    """An OMS.xxxx with its own message."""
    return ApiError(400, {"error_code": code, "error_msg": _ERRORS[code]})


class OmsApi:
    """OMS's handlers; `routes` is what the cloud mounts."""

    def __init__(self, board: TaskBoard, gateway: Gateway, *, now: Callable[[], float]) -> None:
        self._board = board
        self._gateway = gateway
        self._now = now
        tasks = "/v2/{project_id}/tasks"
        one = tasks + "/{task_id}"
        self.routes: list[Route] = [
            gateway.route("GET", tasks, "list_tasks", self._allowed(LIST, self._list)),
            gateway.route("GET", one, "show_task", self._allowed(GET, self._show)),
            gateway.route("DELETE", one, "delete_task", self._allowed(DELETE, self._delete)),
            gateway.route("POST", one + "/stop", "stop_task", self._allowed(UPDATE, self._stop)),
            gateway.route("POST", one + "/start", "start_task", self._allowed(UPDATE, self._start)),
        ]

    def _allowed(self, action: str, handler: Handler) -> Handler:
        """The handler behind authentication, the project's door, and the permission for `action`."""

        def checked(incoming: Incoming) -> Response:
            project_id = incoming.params["project_id"]
            caller = self._gateway.caller(incoming)
            if caller.by_token and caller.project_id != project_id:
                raise oms_error("OMS.0068")
            if caller.project_id not in {None, project_id}:
                raise oms_error("OMS.1005")
            if not caller.principal.permissions.get(project_id):
                raise gateway_error("APIGW.0302")
            if not any(held.startswith("oms:") for held in caller.principal.permissions[project_id]):
                raise ApiError(403, {"error_code": "OMS.0206", "error_msg": "Insufficient permissions."})
            if not caller.principal.may(action, project_id):
                raise oms_error("OMS.0072")
            self._board.advance(self._now())
            return handler(incoming)

        return checked

    def _show(self, incoming: Incoming) -> Response:
        return JSONResponse(task_body(self._task(incoming)))

    def _list(self, incoming: Incoming) -> Response:
        query = incoming.request.query_params
        limit = _number(query.get("limit"), default=10, most=100, least=1)
        offset = _number(query.get("offset"), default=0, most=2147483647, least=0)
        status = _status(query.get("status"))
        group_id, name = query.get("group_id"), query.get("task_name", "")
        found = [
            task
            for task in self._board.of_project(incoming.params["project_id"])
            if status in {None, task.status} and group_id in {None, "", task.group_id} and name in task.name
        ]
        page = [task_body(task) for task in found[offset : offset + limit]]
        return JSONResponse({"tasks": page, "count": len(found)})

    def _stop(self, incoming: Incoming) -> Response:
        task = self._task(incoming)
        if task.status == FINISHED:
            raise oms_error("OMS.0070")
        if task.status != MIGRATING:
            raise oms_error("OMS.0066")
        self._board.pause(task, self._now())
        return _done()

    def _start(self, incoming: Incoming) -> Response:
        task = self._task(incoming)
        _check_start(incoming.message.body)
        if task.status == FINISHED:
            raise oms_error("OMS.0070")
        if task.status not in {PAUSED, FAILED}:
            raise oms_error("OMS.0065")
        self._board.start(task, self._now())
        return _done()

    def _delete(self, incoming: Incoming) -> Response:
        task = self._task(incoming)
        if task.status in {MIGRATING, RETRYING, PAUSING}:
            raise oms_error("OMS.0063")
        del self._board.tasks[task.project_id, task.id]
        return _done()

    def _task(self, incoming: Incoming) -> Task:
        written = incoming.params["task_id"]
        if not (written.isascii() and written.isdecimal() and len(written) <= 15):
            raise oms_error("OMS.0054")
        task = self._board.tasks.get((incoming.params["project_id"], int(written)))
        if task is None:
            raise oms_error("OMS.1009")
        return task


def _done() -> Response:
    """200 without a body: none is documented (platforms.md, Pausing a task)."""
    return Response(status_code=200, media_type="application/json")


def _number(written: str | None, *, default: int, least: int, most: int) -> int:
    if written is None:
        return default
    try:
        number = int(written)
    except ValueError:
        raise oms_error("OMS.1010") from None
    if not least <= number <= most:
        raise oms_error("OMS.0001")
    return number


def _status(written: str | None) -> int | None:
    """The filter's documented values only: retrying (6) is not one of them (platforms.md, Listing tasks)."""
    if written is None:
        return None
    if written not in {"1", "2", "3", "4", "5", "7"}:
        raise oms_error("OMS.0052")
    return int(written)


def _check_start(body: bytes) -> None:
    """Resuming takes the destination's keys, because OMS does not keep them (platforms.md, Resuming a task)."""
    try:
        wish = json.loads(body)
    except ValueError:
        raise oms_error("OMS.0067") from None
    if not isinstance(wish, dict) or not all(wish.get(key) for key in ("dst_ak", "dst_sk")):
        raise oms_error("OMS.1004")
    keys = (wish.get(key, "-") for key in ("src_ak", "src_sk", "dst_ak", "dst_sk"))
    if not all(isinstance(key, str) and 1 <= len(key) <= 100 for key in keys):
        raise oms_error("OMS.1003")
