"""Whether Slack took what it was sent: what a failed call means, and which calls are worth repeating.

SlackError
├── CannotDeliver   Slack said no, and will again: not in the channel, archived, token revoked …
├── Doubtful        a post may or may not stand in the channel: the connection broke after it was sent
└── Unavailable     nothing was posted; `retry_after` seconds are asked for, if any
    └── RateLimited     too many such calls; `bot.slack.rate_limits` holds the others back
"""

# ruff: noqa: N818  # the names read as what happened, as in `bot.huawei.errors`

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TypeVar

import aiohttp
import stamina
import structlog
from cachetools import TTLCache
from slack_sdk.errors import SlackApiError

from bot.network import ProxyRefusedError

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 15.0

# Errors after which Slack asks to be called again; nothing was done. Any other error is final.
# Source: the error tables of chat.postMessage and of the Web API's common errors.
_PASSING = frozenset({"service_unavailable", "internal_error", "fatal_error", "request_timeout"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
TOKEN_ERRORS = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "not_installed"}
)
# Errors that an app installed anew ends, with another token or more scopes; what is owed is then delivered after all.
MENDED_BY_INSTALLING = TOKEN_ERRORS | {"missing_scope"}
# What else only whoever runs the app can mend. Source: the Web API's common errors.
OPERATORS_ERRORS = TOKEN_ERRORS | {
    "missing_scope", "no_permission", "not_allowed_token_type", "access_denied", "team_access_not_granted",
    "org_login_required", "enterprise_is_restricted", "ekm_access_denied", "two_factor_setup_required", "accesslimited",
    "method_deprecated", "deprecated_endpoint", "unknown_method", "http_403", "http_404",
}  # fmt: skip
_LOGGED: TTLCache[tuple[str, str, str], bool] = TTLCache(1_000, 3600)
_worth_until = ContextVar("until when a call that is made here is of use", default=-math.inf)


class SlackError(Exception):
    """Slack did not do what was asked.

    `error` is Slack's word for it, `needed` the scope that it misses, `about` what it says of each thing that is wrong.
    """

    def __init__(
        self,
        method: str,
        error: str,
        retry_after: float | None = None,
        *,
        needed: str = "",
        about: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{method}: {error}{f' ({needed})' if needed else ''}")
        self.needed = needed
        self.about = about
        self.method = method
        self.error = error
        self.retry_after = retry_after

    @property
    def for_operator(self) -> bool:
        """Whether it lasts until whoever runs the app mends it."""
        return self.error in OPERATORS_ERRORS


class CannotDeliver(SlackError):
    """Slack said no, and will say so again."""


class Doubtful(SlackError):
    """The request was sent, and no answer came."""


class Unavailable(SlackError):
    """Slack could not be asked, or asks to wait."""


class RateLimited(Unavailable):
    """Slack takes no more of these calls before `retry_after` seconds are over."""


def classify(method: str, error: Exception) -> SlackError:
    """Return what the failure of a call means."""
    match error:
        case SlackApiError(response=response):
            # A proxy's answer may be text; and what is no JSON at all comes as aiohttp's own response.
            data = getattr(response, "data", None)
            word = data.get("error") if isinstance(data, dict) else None
            status = getattr(response, "status_code", None) or response.status
            said = str(word or f"http_{status}")
            if status == 429 or said in _LIMITED:
                return RateLimited(method, said, _retry_after(response.headers))
            if said in _PASSING or status >= 500:
                return Unavailable(method, said, _retry_after(response.headers))
            if word is None and status < 400:
                return Doubtful(method, "unreadable")
            needed = data.get("needed") if isinstance(data, dict) else None
            about = _complaints(data.get("errors")) if isinstance(data, dict) else ()
            return CannotDeliver(method, said, needed=needed if isinstance(needed, str) else "", about=about)
        case ProxyRefusedError():
            return Unavailable(method, "proxy_refused")
        case aiohttp.ClientConnectorError():
            return Unavailable(method, "unreachable")
        case _:
            return Doubtful(method, type(error).__name__)


def _complaints(errors: object) -> tuple[str, ...]:
    """Return what Slack says of each: a sentence, or where and what. Source: "blocks.validate", "chat.postMessage"."""
    if not isinstance(errors, list):
        return ()
    return tuple(
        f"{one.get('pointer', '')} {one.get('message', '')}".strip() if isinstance(one, dict) else str(one)
        for one in errors
    )


def tell_operator(failure: SlackError) -> None:
    """Log what only an operator can mend, once an hour: people meet it with every request.

    What Slack says to the opening of a WebSocket is left to `bot.slack.socket`, which has a line for each try.
    """
    if failure.method == "apps.connections.open":
        return
    told = (failure.method, failure.error, failure.needed)
    if failure.for_operator and told not in _LOGGED:
        _LOGGED[told] = True
        log.error("slack_refuses", method=failure.method, error=failure.error, scope_needed=failure.needed)


def _retry_after(headers: dict[str, str]) -> float | None:
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return min(float(value), 600.0) if str(value).isdecimal() else None


def worth_until() -> float:
    """Return until when, by the event loop's clock, the call at hand is of use; long ago, if it is not to wait."""
    return _worth_until.get()


async def deliver(
    send: Callable[[], Awaitable[Answer]],
    *,
    within_seconds: float,
    repeatable: bool,
    patient: bool = False,
    sleep_seconds: float = 0.5,
) -> Answer:
    """Call *send* until Slack takes it, for at most *within_seconds*.

    Raises:
        Doubtful: at once, unless *repeatable*.
        CannotDeliver: at once; if *patient*, an app installed anew is waited for.
        Unavailable: when the time is up.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + within_seconds

    def worth_repeating(error: Exception) -> bool | float:
        match error:
            case Unavailable(retry_after=float(seconds)) if clock() + seconds > until:
                return False
            case RateLimited(retry_after=float()):
                return 0.0  # the next try waits in line, with all others
            case Unavailable(retry_after=seconds):
                return seconds is None or max(seconds, 0.05)
            case Doubtful():
                return repeatable
            case CannotDeliver(error=said) if patient and said in MENDED_BY_INSTALLING:
                return PATIENCE_SECONDS
            case _:
                return False

    retry = stamina.AsyncRetryingCaller(
        attempts=None, timeout=within_seconds, wait_initial=sleep_seconds, wait_max=15, wait_jitter=0.2
    )
    token = _worth_until.set(until)
    try:
        return await retry(worth_repeating, send)
    finally:
        _worth_until.reset(token)
