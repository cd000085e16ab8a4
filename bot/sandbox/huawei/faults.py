"""What can go wrong between a client and the sandbox's Huawei Cloud, arranged by hand.

A fault strikes *before* the operation (nothing happened) or *after* it (it happened, and the answer is late,
wrong or lost). The second kind is what tells an honest client from a hopeful one.
"""

import asyncio
import fnmatch
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.sandbox.serving import DroppedConnection

Kind = Literal["latency", "status", "cut", "truncated", "drip", "html", "redirect", "empty", "throttled"]
When = Literal["before", "after"]
Shape = Literal["oms", "camel", "plain", "nested", "text"]

_PORTAL = (
    "<html><head><title>Welcome</title></head><body>Please accept the terms of this network.</body></html>"
)


def error_body(shape: Shape, code: str, message: str) -> dict[str, object] | str:
    """An error in one of the five shapes that Huawei's services answer with (platforms.md, Error shapes).

    `oms` error_code/error_msg · `camel` errorCode/errorMsg · `plain` code/message · `nested` IAM's
    {"error": …}, whose code is a number · `text` no JSON at all.
    """
    match shape:
        case "oms":
            return {"error_code": code, "error_msg": message}
        case "camel":
            return {"errorCode": code, "errorMsg": message}
        case "plain":
            return {"code": code, "message": message}
        case "nested":
            number: int | str = int(code) if code.isdecimal() else code
            return {"error": {"code": number, "message": message, "title": message}}
        case "text":
            return f"{code}: {message}"
        case _:
            assert_never(shape)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    `operation` is a name as in `Call.operation` (`stop_task`, `show_task`, `create_token`, …); `path` is a
    pattern like `/v2/*/tasks/*`; both None means every request. `times` counts down; None lasts until
    cleared.

    Kinds:
    `latency` waits `seconds` and changes nothing else ·
    `status` answers `status` (500) with `body`: a mapping is JSON, a str plain text ·
    `cut` drops the connection, `truncated` in the middle of an answer ·
    `drip` answers 200 and sends a byte every `seconds`, for ever ·
    `html` answers a captive portal's page with 200 ·
    `redirect` answers 302 to `location` ·
    `empty` answers `status` (200) without a body ·
    `throttled` answers 429 APIGW.0308 with `retry_after` seconds as Retry-After; None omits the header, since
    Huawei does not document that it sends one.
    """

    kind: Kind
    operation: str | None = None
    path: str | None = None
    when: When = "before"
    times: int | None = None
    seconds: float = 0.0
    status: int | None = None
    body: Mapping[str, object] | str = ""
    location: str = "https://portal.example.net/login"
    retry_after: int | None = 1

    def strikes(self, operation: str, path: str) -> bool:
        """Whether this fault concerns a request."""
        return self.operation in {None, operation} and fnmatch.fnmatchcase(path, self.path or "*")

    def answer(self, request_id: str) -> Response | None:
        """What the client gets instead of the truth; None when it is only made to wait."""
        ours = {"X-Request-Id": request_id}
        match self.kind:
            case "latency":
                return None
            case "status":
                return _status(self.status or 500, self.body, ours)
            case "cut":
                return DroppedConnection()
            case "truncated":
                return DroppedConnection(b'{"id": 191297407')
            case "drip":
                return StreamingResponse(_drops(self.seconds), headers=ours, media_type="application/json")
            case "html":  # not Huawei's, so without a request id; likewise the redirect
                return HTMLResponse(_PORTAL)
            case "redirect":
                return RedirectResponse(self.location, status_code=302)
            case "empty":
                return Response(status_code=self.status or 200, headers=ours)
            case "throttled":
                return _throttled(self.retry_after, request_id)
            case _:
                assert_never(self.kind)


@dataclass
class Faults:
    """The faults in force, oldest first."""

    _left: list[tuple[Fault, list[int | None]]] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Let `fault` happen from the next request on."""
        self._left.append((fault, [fault.times]))

    def clear(self) -> None:
        """Let everything work again."""
        self._left.clear()

    def strike(self, operation: str, path: str, when: When) -> Iterator[Fault]:
        """The faults that strike this request at this moment, each counted when it is taken."""
        for entry in list(self._left):
            fault, times = entry
            if fault.when != when or not fault.strikes(operation, path) or times[0] == 0:
                continue
            if times[0] is not None:
                times[0] -= 1
            if times[0] == 0 and entry in self._left:
                self._left.remove(entry)
            yield fault


async def _drops(seconds: float) -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(seconds)


def _status(status: int, body: Mapping[str, object] | str, headers: Mapping[str, str]) -> Response:
    if isinstance(body, str):
        return Response(body, status, headers, media_type="text/plain")
    return JSONResponse(dict(body), status, headers)


def _throttled(retry_after: int | None, request_id: str) -> Response:
    headers = {"X-Request-Id": request_id}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    body = {"error_code": "APIGW.0308", "error_msg": "The throttling threshold has been reached"}
    return JSONResponse({**body, "request_id": request_id}, 429, headers)
