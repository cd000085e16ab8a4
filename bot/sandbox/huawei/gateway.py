"""The API gateway in front of the sandbox's IAM and OMS.

It finds out who is calling, gives every request an id, records it, and lets the arranged faults strike.
"""

import secrets
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.huawei import aksk
from bot.sandbox.huawei.faults import Faults, When
from bot.sandbox.huawei.iam_users import AccessKey, Directory, Principal
from bot.sandbox.serving import DroppedConnection

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

# platforms.md, Gateway. Where no wording is known, it is ours.
_GATEWAY_ERRORS = {
    "APIGW.0101": (404, "The API does not exist or has not been published in the environment"),
    "APIGW.0301": (401, "Incorrect IAM authentication information"),
    "APIGW.0302": (403, "The IAM user is not authorized to access the API"),
    "APIGW.0307": (401, "The token must be updated"),
}


class ApiError(Exception):
    """An answer other than the one asked for: status and JSON body (without the request id)."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def gateway_error(code: str, detail: str | None = None) -> ApiError:
    """An APIGW.xxxx with its own status; `detail` replaces the usual message."""
    status, message = _GATEWAY_ERRORS[code]
    return ApiError(status, {"error_msg": detail or message, "error_code": code})


@dataclass(frozen=True)
class Call:
    """One request as it was handled. `at` in Unix seconds.

    `user` is the owner of the credential, good or bad (None: unknown); inside an agency, `agency/session`.
    `status` is what the service decided, before a fault "after" it replaced or lost the answer; 0 if the
    request was cut before it was handled. `handled`: the service did decide, no fault "before" in its place.
    """

    at: float
    operation: str
    method: str
    path: str
    query: str
    user: str | None
    status: int
    request_id: str
    handled: bool = True


@dataclass(frozen=True)
class Caller:
    """Who is calling, for which project (None: unscoped)."""

    principal: Principal
    project_id: str | None
    by_token: bool


@dataclass(frozen=True)
class Incoming:
    """A request with its body read."""

    request: Request
    message: aksk.Message

    @property
    def params(self) -> dict[str, str]:
        """The path's parameters."""
        return self.request.path_params


Handler = Callable[[Incoming], Response]


class Gateway:
    """Wraps each operation: request id, faults, record, errors as JSON."""

    def __init__(
        self, directory: Directory, faults: Faults, sleep: Callable[[float], Awaitable[object]]
    ) -> None:
        self.calls: list[Call] = []
        self._directory = directory
        self._faults = faults
        self._sleep = sleep

    def route(self, method: str, path: str, operation: str, handler: Handler) -> Route:
        """A Starlette route for one operation."""
        return Route(path, self._endpoint(operation, handler), methods=[method])

    def nothing_else(self) -> Route:
        """The route for every other path and method: 404 APIGW.0101."""
        return Route("/{path:path}", self._endpoint("unknown", _no_such_api), methods=_METHODS)

    def caller(self, incoming: Incoming) -> Caller:
        """Authenticate by token or by signature.

        Raises:
            ApiError: 401 APIGW.0301 or APIGW.0307.
        """
        headers = incoming.message.headers
        if authorization := headers.get("authorization"):
            key = self._signer(incoming.message, authorization)
            return Caller(key.principal, headers.get("x-project-id"), by_token=False)
        value = headers.get("x-auth-token")
        if not value:
            raise gateway_error("APIGW.0301", "Incorrect IAM authentication information: no credential")
        if value not in self._directory.tokens:
            raise gateway_error("APIGW.0301", "Incorrect IAM authentication information: decrypt token fail")
        token = self._directory.live_token(value)
        if token is None:
            raise gateway_error(*self._directory.dead_token)
        return Caller(token.principal, token.project_id, by_token=True)

    def _signer(self, message: aksk.Message, authorization: str) -> AccessKey:
        signed = aksk.parse_authorization(authorization)
        if signed is None:
            raise gateway_error(
                "APIGW.0301", "Incorrect IAM authentication information: authorization format"
            )
        key = self._directory.access_keys.get(signed.access_key)
        now = self._directory.clock()
        if key is None or not key.principal.user.enabled:
            detail = f"Incorrect IAM authentication information: ak {signed.access_key} not exist"
            raise gateway_error("APIGW.0301", detail)
        if now < key.locked_until:
            raise gateway_error("APIGW.0301", "AK access failed to reach the limit,forbidden")
        if problem := _signature_problem(message, signed, key, now):
            _count_failure(key, now)
            raise gateway_error("APIGW.0301", problem)
        key.failures = 0
        return key

    def _endpoint(self, operation: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            incoming = await _incoming(request)
            request_id = uuid.uuid4().hex
            at = self._directory.clock()
            # An answer instead of the effect …
            answer = await self._struck(operation, request.url.path, "before", request_id)
            if handled := answer is None:
                answer = _handled(handler, incoming, request_id)
                answer.headers["Date"] = formatdate(at, usegmt=True)
            self.calls.append(self._call(at, operation, incoming, answer, request_id, handled=handled))
            # … or instead of the answer.
            return await self._struck(operation, request.url.path, "after", request_id) or answer

        return endpoint

    async def _struck(self, operation: str, path: str, when: When, request_id: str) -> Response | None:
        for fault in self._faults.strike(operation, path, when):
            if fault.kind == "latency":
                await self._sleep(fault.seconds)
            else:
                return fault.answer(request_id)
        return None

    def _call(
        self,
        at: float,
        operation: str,
        incoming: Incoming,
        answer: Response,
        request_id: str,
        *,
        handled: bool,
    ) -> Call:
        message = incoming.message
        signed = aksk.parse_authorization(message.headers.get("authorization", ""))
        user = self._directory.owner(message.headers, signed.access_key if signed else None)
        return Call(
            at=at,
            operation=operation,
            method=message.method,
            path=message.path,
            query=message.query,
            user=user or getattr(incoming.request.state, "user", None),
            status=0 if isinstance(answer, DroppedConnection) else answer.status_code,
            request_id=request_id,
            handled=handled,
        )


def _handled(handler: Handler, incoming: Incoming, request_id: str) -> Response:
    try:
        answer = handler(incoming)
    except ApiError as error:
        named = {"request_id": request_id} if "error_code" in error.body else {}
        answer = JSONResponse({**error.body, **named}, error.status)
    answer.headers["X-Request-Id"] = request_id
    return answer


def _no_such_api(_: Incoming) -> Response:
    raise gateway_error("APIGW.0101")


async def _incoming(request: Request) -> Incoming:
    headers: dict[str, str] = {}
    for name, value in request.headers.raw:
        # A signer hashes UTF-8, whatever HTTP says about header bytes.
        headers[name.decode("latin-1").lower()] = value.decode("utf-8", "replace")
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    message = aksk.Message(
        method=request.method,
        path=raw_path.partition(b"?")[0].decode("latin-1"),
        query=request.scope["query_string"].decode("latin-1"),
        headers=headers,
        body=await request.body(),
    )
    return Incoming(request, message)


def _signature_problem(message: aksk.Message, signed: aksk.Signed, key: AccessKey, now: float) -> str | None:
    """What is wrong with a signature, in the gateway's words; None if it is good."""
    wrong = "Incorrect IAM authentication information: verify aksk signature fail"
    must_sign = {"host", "x-sdk-date"} | ({"x-security-token"} if key.security_token else set())
    signed_at = aksk.signing_time(message)
    if signed_at is None or not must_sign <= set(signed.headers):
        return wrong
    if abs(now - signed_at) > 900:
        times = f"signature time:{aksk.clock_text(signed_at)},server time:{aksk.clock_text(now)}"
        return f"calc aksk signature fail:signature expired, {times}"
    if not secrets.compare_digest(aksk.signature(message, signed.headers, key.secret), signed.signature):
        return wrong
    if message.headers.get("x-security-token") != key.security_token:
        return "Incorrect IAM authentication information: invalid security token"
    if now >= key.expires_at:
        return "Incorrect IAM authentication information: security token expired"
    return None


def _count_failure(key: AccessKey, now: float) -> None:
    key.failures += 1
    if key.failures > 5:
        key.locked_until, key.failures = now + 300, 0
