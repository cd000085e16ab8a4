"""What stands before every call to OMS: who it is, whether they may, and the board brought up to date."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.huawei.gateway import Gateway, Handler, Incoming, gateway_error
from bot.sandbox.huawei.oms_board import TaskBoard
from bot.sandbox.huawei.oms_errors import oms_error

T = TypeVar("T")


class Door:
    """The way to the board, for each group of calls."""

    def __init__(self, board: TaskBoard, gateway: Gateway, now: Callable[[], float]) -> None:
        self.board, self.now = board, now
        self._gateway = gateway

    def route(self, method: str, path: str, operation: str, action: str, handler: Handler) -> Route:
        """One call, open to whoever is allowed `action` in the project."""
        return self._gateway.route(
            method, "/v2/{project_id}" + path, operation, self._allowed(action, handler)
        )

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
                raise oms_error("OMS.0206", 403)
            if not caller.principal.may(action, project_id):
                raise oms_error("OMS.0072")
            self.board.advance(self.now())
            return handler(incoming)

        return checked


def done() -> Response:
    """200 without a body: none is documented (platforms.md, Pausing a task)."""
    return Response(status_code=200, media_type="application/json")


def page(incoming: Incoming, name: str, found: Sequence[T], body: Callable[[T], dict[str, Any]]) -> Response:
    """The part of a list that `limit` and `offset` ask for, and how many there are in all."""
    query = incoming.request.query_params
    limit = number(query.get("limit"), default=10, most=100, least=1)
    offset = number(query.get("offset"), default=0, most=2147483647, least=0)
    return JSONResponse({name: [body(one) for one in found[offset : offset + limit]], "count": len(found)})


def number(written: str | None, *, default: int, least: int, most: int) -> int:
    """A number of a query. Raises ApiError: OMS.1010, or OMS.0001 out of its range."""
    if written is None:
        return default
    try:
        read = int(written)
    except ValueError:
        raise oms_error("OMS.1010") from None
    if not least <= read <= most:
        raise oms_error("OMS.0001")
    return read


def one_of(written: str | None, known: Sequence[str]) -> str | None:
    """A filter of a list, None without one. Raises ApiError: OMS.0052 for a value that is not documented."""
    if written is not None and written not in known:
        raise oms_error("OMS.0052")
    return written


def json_of(incoming: Incoming) -> dict[str, Any]:
    """The JSON object that was sent. Raises ApiError: OMS.0067."""
    try:
        body = json.loads(incoming.message.body)
    except ValueError:
        raise oms_error("OMS.0067") from None
    if not isinstance(body, dict):
        raise oms_error("OMS.0067")
    return body


def needed(body: dict[str, Any], name: str) -> object:
    """A field of it. Raises ApiError: OMS.1004."""
    if name not in body:
        raise oms_error("OMS.1004")
    return body[name]
