"""The gate before Bolt: pure ASGI. Only what Slack signed, a moment ago, and small enough, gets past it.

It never answers 500 and never logs a body. Bolt alone answers 500 to a timestamp that is no number, and logs the body
of a request whose signature is wrong. What it has read is what Bolt is given: no two readers see two requests.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal
from urllib.parse import parse_qsl

import structlog
from cachetools import TTLCache
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.slack.repeated import Repeated
from bot.slack.shapes import is_readable, without_lent

log = structlog.get_logger(__name__)

MAX_BODY = 1024 * 1024
CLOCK_SKEW_SECONDS = 5 * 60  # Source: Slack, "Verifying requests from Slack"
BODY_SECONDS = 10
_DELIVERY = "delivery"
_SIGNATURE = (b"x-slack-signature", b"x-slack-request-timestamp")
_SSL_CHECK = frozenset({"ssl_check", "token"})
_MAX_SSL_CHECK = 1024


Why = Literal[
    "method",
    "unsigned",
    "timestamp",
    "stale",
    "no_signing_secret",
    "signature",
    "duplicate_header",
    "content_length",
    "too_large",
    "too_slow",
    "disconnected",
    "duplicate_field",
    "unreadable",
]
"""Why a request is turned away."""


class _Rejected(Exception):  # noqa: N818  # reads as what happened
    def __init__(self, status: int, why: Why) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Gate:
    """Lets *deliver* answer. `rejected` is told the reason of each request that is turned away; `clock`: Unix time.

    `others` is where all replicas note what they have served; None if there are none.
    """

    def __init__(
        self,
        deliver: Callable[[dict[str, Any]], Awaitable[Response]],
        signing_secret: SecretStr,
        *,
        others: Repeated | None = None,
        rejected: Callable[[str], None] = lambda _why: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._deliver = deliver
        self._secret = signing_secret
        self._others = others
        self._rejected = rejected
        self._clock = clock
        # Signatures of what was served. A replay carries the same one, and outside this time it is too old anyway.
        self._served: TTLCache[bytes, bool] = TTLCache(100_000, 2 * CLOCK_SKEW_SECONDS, timer=clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer 400, 401, 405, 408 or 413."""
        try:
            headers = _headers(scope)
            if await _is_ssl_check(scope, headers, receive):
                await Response(status_code=200)(scope, receive, send)
                return
            if scope["method"] != "POST":
                raise _Rejected(405, "method")
            timestamp, signature = self._check_headers(headers)
            body = await _read_body(headers, receive)
            self._check_signature(timestamp, signature, body)
            payload = _payload(headers.get(b"content-type", b""), body)
        except _Rejected as rejected:
            log.warning("request_rejected", status=rejected.status, why=rejected.why)
            self._rejected(rejected.why)
            await JSONResponse({"error": rejected.why}, rejected.status)(scope, receive, send)
            return
        if signature in self._served or await self._is_served_elsewhere(signature):
            log.info("replay_ignored")
            await Response(status_code=200)(scope, receive, send)
            return
        response = await self._deliver(payload)
        await response(scope, receive, send)
        if response.status_code < 500:
            self._served[signature] = True
            if self._others:
                await self._others.note(_DELIVERY, signature.decode(), seconds=2 * CLOCK_SKEW_SECONDS)

    async def _is_served_elsewhere(self, signature: bytes) -> bool:
        return self._others is not None and await self._others.is_known(_DELIVERY, signature.decode())

    def _check_headers(self, headers: dict[bytes, bytes]) -> tuple[bytes, bytes]:
        timestamp = headers.get(b"x-slack-request-timestamp", b"")
        signature = headers.get(b"x-slack-signature", b"")
        if not timestamp or not signature:
            raise _Rejected(401, "unsigned")
        if not timestamp.isdigit() or len(timestamp) > 12:
            raise _Rejected(401, "timestamp")
        if abs(self._clock() - int(timestamp)) > CLOCK_SKEW_SECONDS:
            raise _Rejected(401, "stale")
        return timestamp, signature

    def _check_signature(self, timestamp: bytes, signature: bytes, body: bytes) -> None:
        secret = self._secret.get_secret_value().encode()
        if not secret:
            raise _Rejected(401, "no_signing_secret")
        expected = hmac.new(secret, b"v0:%b:%b" % (timestamp, body), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(b"v0=" + expected.encode(), signature):
            raise _Rejected(401, "signature")


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers; two of one that matters would let two readers see two different requests."""
    single = (*_SIGNATURE, b"content-type", b"content-length")
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in headers and name in single:
            raise _Rejected(400, "duplicate_header")
        headers[name] = value
    return headers


async def _read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        raise _Rejected(400, "content_length")
    if int(length) > MAX_BODY:
        raise _Rejected(413, "too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Rejected(400, "disconnected")
                body += message.get("body", b"")
                if len(body) > MAX_BODY:
                    raise _Rejected(413, "too_large")
                more = message.get("more_body", False)
    except TimeoutError:
        raise _Rejected(408, "too_slow") from None
    return bytes(body)


async def _is_ssl_check(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> bool:
    """Tell whether this is how Slack tries our certificate: it signs nothing then, and says nothing else.

    Source: Slack, "Implementing slash commands", SSL check.
    """
    length = headers.get(b"content-length", b"0")
    if headers.keys() & set(_SIGNATURE) or scope["method"] not in ("GET", "POST"):
        return False
    if not length.isdigit() or int(length) > _MAX_SSL_CHECK:
        return False
    body = await _read_body(headers, receive) if int(length) else b""
    said = f"{scope['query_string'].decode('latin-1')}&{body.decode('latin-1')}"
    fields = parse_qsl(said, keep_blank_values=True)
    names = [name for name, _ in fields]
    return ("ssl_check", "1") in fields and len(names) == len(set(names)) and _SSL_CHECK.issuperset(names)


def _payload(content_type: bytes, body: bytes) -> dict[str, Any]:
    """Return what a signed body says: an event is JSON, an interaction JSON in a form, a command the form itself."""
    try:
        text = body.decode("utf-8")
        if content_type.split(b";")[0] == b"application/json" or text.startswith("{"):
            payload = json.loads(text)
        else:
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
            fields = dict(pairs)
            payload = json.loads(fields["payload"]) if "payload" in fields else fields
            if len(fields) < len(pairs):
                raise _Rejected(400, "duplicate_field")
    except (ValueError, RecursionError):
        raise _Rejected(400, "unreadable") from None
    if is_readable(payload):
        return without_lent(payload)
    raise _Rejected(400, "unreadable")
