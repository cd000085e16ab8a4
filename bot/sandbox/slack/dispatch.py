"""Carries payloads to the bot, signed over HTTP or down a Socket Mode connection, and judges the answer.

3 s to acknowledge, else the person sees an error (platforms.md, Slack: acknowledging); events are repeated three
times (platforms.md, Slack: deliveries).
"""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.sandbox.slack.objects import Json
from bot.sandbox.slack.payloads import Payload
from bot.sandbox.slack.socket import NoConnectionError, SocketHub

_RETRY_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "http_error"}


@dataclass(frozen=True)
class Delivery:
    """What became of one request to the bot.

    Attributes:
        status: The HTTP status; 200 for a Socket Mode acknowledgement; None if there was no answer.
        body: The answer's text (Socket Mode: the acknowledgement's payload as JSON, or nothing).
        seconds: How long the answer took.
        error: What Slack shows the person: "operation_timeout", "dispatch_failed", or None if all is well.
        payload: What was sent.
        attempt: 0, or the number of the retry.
        headers: The answer's headers, in lower case.
    """

    status: int | None
    body: str
    seconds: float
    error: str | None
    payload: Payload = field(repr=False)
    attempt: int = 0
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Say whether Slack counts the request as acknowledged."""
        return self.error is None

    @property
    def json(self) -> Json:
        """Return the answer if it is a JSON object, else {}."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}


@dataclass(frozen=True)
class Tampering:
    """How a request is to differ from an honest one. Everything None, or empty, is honest."""

    timestamp: int | str | None = None
    signature: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


HONEST = Tampering()


def sign(secret: str, timestamp: int | str, body: bytes) -> str:
    """Return X-Slack-Signature, an HMAC-SHA256 over "v0:timestamp:body" (platforms.md, Slack: signatures)."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Dispatcher:
    """Knows where the bot is: at a request URL, or at the other end of the sockets.

    Attributes:
        ack_seconds: How long an answer may take; Slack says 3.
        retry_delays: Seconds before each retry of an event. Slack waits 0, 60 and 300; the sandbox does not.
    """

    def __init__(self, sockets: SocketHub) -> None:
        self.sockets = sockets
        self.url: str | None = None
        self.signing_secret = ""
        self.ack_seconds = 3.0
        self.retry_delays = (0.0, 0.0, 0.0)
        self.deliveries: list[Delivery] = []

    async def send(
        self, payload: Payload, tampering: Tampering = HONEST, attempt: Json | None = None
    ) -> Delivery:
        """Send a payload once. `attempt` is the retry's number and reason."""
        begun = time.perf_counter()
        attempt = attempt or {}
        try:
            if self.url is not None:
                status, body, headers = await self._post(self.url, payload, tampering, attempt)
            else:
                status, body, headers = await self._pass(payload, attempt)
            error = None if status == 200 else "dispatch_failed"
        except TimeoutError:
            status, body, headers, error = None, "", {}, "operation_timeout"
        except (aiohttp.ClientError, NoConnectionError):
            status, body, headers, error = None, "", {}, "dispatch_failed"
        seconds = time.perf_counter() - begun
        number = int(attempt.get("retry_attempt", 0))
        delivery = Delivery(status, body, seconds, error, payload, number, headers)
        self.deliveries.append(delivery)
        return delivery

    async def send_event(self, payload: Payload, tampering: Tampering = HONEST) -> Delivery:
        """Send an event, and again up to three times while the bot does not answer 200; return the last."""
        delivery = await self.send(payload, tampering)
        for number, seconds in enumerate(self.retry_delays, start=1):
            if delivery.ok or delivery.headers.get("x-slack-no-retry") == "1":
                break
            await asyncio.sleep(seconds)
            reason = _RETRY_REASONS[delivery.error or "dispatch_failed"]
            delivery = await self.send(payload, tampering, {"retry_attempt": number, "retry_reason": reason})
        return delivery

    async def _post(
        self, url: str, payload: Payload, tampering: Tampering, attempt: Json
    ) -> tuple[int, str, dict[str, str]]:
        """Post a signed request. The timestamp is the real time, for it is compared with the bot's clock."""
        body = payload.body()
        timestamp = int(time.time()) if tampering.timestamp is None else tampering.timestamp
        headers = {
            "Content-Type": payload.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": tampering.signature or sign(self.signing_secret, timestamp, body),
        }
        if attempt:
            headers["X-Slack-Retry-Num"] = str(attempt["retry_attempt"])
            headers["X-Slack-Retry-Reason"] = attempt["retry_reason"]
        sent = body if tampering.body is None else tampering.body
        async with (
            asyncio.timeout(self.ack_seconds),
            _session() as session,
            session.post(
                url, data=sent, headers=headers | tampering.headers, allow_redirects=False
            ) as answer,
        ):
            text = await answer.text()
        return answer.status, text, {key.lower(): value for key, value in answer.headers.items()}

    async def _pass(self, payload: Payload, attempt: Json) -> tuple[int, str, dict[str, str]]:
        answer: Any = await self.sockets.deliver(
            payload.kind, payload.data, seconds=self.ack_seconds, retry=attempt
        )
        return 200, json.dumps(answer) if answer else "", {"content-type": "application/json"}


def _session() -> aiohttp.ClientSession:
    # A new connection a request, as Slack's fleet does; `asyncio.timeout` limits how long it may take.
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(), cookie_jar=aiohttp.DummyCookieJar())
