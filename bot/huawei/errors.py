"""What can go wrong between the bot and Huawei Cloud, as data.

    HuaweiError
    ├── WrongState              the task is not in a state this call applies to: read it again
    ├── NotFound
    ├── CredentialRejected      never retried: Huawei locks users and keys that fail too often
    │   ├── TokenExpired        * a token: one refresh and one retry have already been spent
    │   ├── SignatureExpired    the clocks differ by more than 15 minutes: not the credential's fault
    │   └── AccountLocked       too many failures; `retry_after` says for how long
    ├── PermissionDenied        *
    ├── AccountBlocked          the whole account is frozen, restricted or over its quota
    ├── Throttled               *
    ├── ServiceFault            *
    ├── BadRequest              a fault of this program
    ├── Unreachable             * nothing was sent
    │   └── ProxyRefused        * the proxy on the way let nothing through
    ├── AnswerLost              * the request may have been received
    │   └── AnswerTooLong       what came back is longer than Huawei's own limits, and would be again
    └── UnexpectedAnswer        a redirect, or something that does not speak OMS

`*` marks those with `may_pass`: trying again later can help. Errors with `source == "iam"` happened while
a credential was fetched: the request to OMS was then not sent at all.
"""

# ruff: noqa: N818  # as in httpx, the names read as what happened; the base class says that they are errors

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Final, Literal

import httpx

from bot.huawei.redaction import redact
from bot.huawei.transport import AnswerTooLarge

Service = Literal["iam", "oms"]


class HuaweiError(Exception):
    """Something Huawei Cloud, or the way to it, refused.

    Attributes:
        message: what was said, already redacted, one line.
        code: the platform's own code, such as `OMS.0072`, when there was one.
        request_id: what Huawei's support asks for.
        status: the HTTP status, or None when no answer came.
        source: which service said it.
        retry_after: seconds to wait before another try, when known.
    """

    may_pass: ClassVar[bool] = False

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        request_id: str | None = None,
        status: int | None = None,
        source: Service = "oms",
        retry_after: float | None = None,
    ) -> None:
        self.message = redact(message)
        self.code = redact(code)[:64] if code else None
        self.request_id = redact(request_id) if request_id else None
        self.status = status
        self.source: Service = source
        self.retry_after = retry_after
        super().__init__(self.message)

    def __str__(self) -> str:
        status = f"HTTP {self.status}" if self.status is not None else None
        request = f"request {self.request_id}" if self.request_id else None
        details = ", ".join(part for part in (self.source, self.code, status, request) if part)
        return f"{self.message or type(self).__name__} ({details})"


class WrongState(HuaweiError):
    """The task or group is in another state. OMS.0066 does not mean "already paused": it may be waiting."""


class NotFound(HuaweiError):
    """No such task (or, for `source == "iam"`, no such agency or project)."""


class CredentialRejected(HuaweiError):
    """The password, key or token was not accepted."""


class TokenExpired(CredentialRejected):
    """A token was not accepted, although it was renewed once. The credential that it was got with may be good."""

    may_pass = True


class SignatureExpired(CredentialRejected):
    """The signature's time is more than 15 minutes from Huawei's: this machine's clock is wrong."""


class AccountLocked(CredentialRejected):
    """The IAM user (15 minutes by default) or access key (5 minutes) is locked after too many failures."""


class PermissionDenied(HuaweiError):
    """The credential is good but may not do this. It may be granted, so trying again can help."""

    may_pass = True


class AccountBlocked(HuaweiError):
    """The account itself is restricted, frozen, unverified or over its quota."""


class Throttled(HuaweiError):
    """Too many requests."""

    may_pass = True


class ServiceFault(HuaweiError):
    """Huawei's own failure. After a 502 or 504 the request may have been carried out."""

    may_pass = True


class BadRequest(HuaweiError):
    """The request itself was wrong: a fault of this program."""


class Unreachable(HuaweiError):
    """No connection could be made (DNS, refused, time ran out, TLS). Nothing was sent."""

    may_pass = True


class ProxyRefused(Unreachable):
    """The proxy can't be reached, or let nothing through. Nothing was sent to Huawei."""


class AnswerLost(HuaweiError):
    """The request may have been received, but no answer came back whole."""

    may_pass = True


class AnswerTooLong(AnswerLost):
    """The request was received. A header or the body of the answer is longer than Huawei's own limits."""

    may_pass = False


class UnexpectedAnswer(HuaweiError):
    """An answer OMS does not give: a redirect, a web page, another status or another shape."""


def _codes(kind: type[HuaweiError], prefix: str, *numbers: str) -> dict[str, type[HuaweiError]]:
    return {f"{prefix}.{number}": kind for number in numbers}


# The code decides, since OMS says HTTP 400 to nearly everything (platforms.md, OMS error codes).
_BY_CODE: Final[dict[str, type[HuaweiError]]] = {
    **_codes(WrongState, "OMS", "0063", "0065", "0066", "0070", "1036", "1038", "1039", "1040"),
    **_codes(NotFound, "OMS", "0053", "0054", "1009"),
    **_codes(CredentialRejected, "OMS", "0068", "1005"),
    **_codes(PermissionDenied, "OMS", "0072", "0206"),
    **_codes(AccountBlocked, "OMS", "0201", "0202", "0203", "0204"),
    **_codes(ServiceFault, "OMS", "1001"),
    **_codes(BadRequest, "APIGW", "0101"),
    **_codes(CredentialRejected, "APIGW", "0301", "0303", "0305"),
    **_codes(TokenExpired, "APIGW", "0307"),
    **_codes(
        PermissionDenied, "APIGW", "0302", "0304", "0306", "0310", "0401", "0402", "0404", "0801", "0802"
    ),
    **_codes(Throttled, "APIGW", "0308"),
    **_codes(AccountBlocked, "APIGW", "0501", "0502"),
    **_codes(Throttled, "IAM", "0012"),
    **_codes(AccountLocked, "IAM", "0061"),
    **_codes(CredentialRejected, "IAM", "0001", "0062"),
    **_codes(TokenExpired, "IAM", "0066", "0067"),
}
_BY_STATUS: Final[dict[int, type[HuaweiError]]] = {
    401: CredentialRejected,
    403: PermissionDenied,
    404: NotFound,
    408: ServiceFault,
    409: WrongState,
    413: Throttled,  # OMS sends it with Retry-After when a limit is reached
    429: Throttled,
    511: UnexpectedAnswer,  # "network authentication required": a captive portal by definition
}
_SHAPES: Final = (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message"))
_NOTHING_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


def from_response(
    response: httpx.Response,
    *,
    source: Service = "oms",
    hide: Callable[[str], str] = str,
    by_token: bool = False,
) -> HuaweiError:
    """The error an answer stands for: its code decides, then its HTTP status. The body must have been read.

    *by_token*: that is what was shown, so what is rejected is not the credential. *hide* takes out of its words what
    the request held that nobody may read.

    Understands the five body shapes in use: OMS and gateway, camel case, plain code and message, one level
    of nesting (IAM), and bodies that are no JSON at all.
    """
    body = _json_object(response)
    found, message = _code_and_message(body)
    code = None if found == str(response.status_code) else found  # IAM repeats the HTTP status as its code
    kind = _classify(code, message, response)
    if by_token and kind is CredentialRejected:
        kind = TokenExpired
    request_id = _tidy_id(body.get("request_id")) or request_id_of(response)
    return kind(
        hide(message or _fallback_message(response)),
        code=hide(code) if code else None,
        request_id=hide(request_id) if request_id else None,
        status=response.status_code,
        source=source,
        retry_after=_retry_after(response, kind, message),
    )


def from_transport(exc: httpx.RequestError, *, source: Service = "oms") -> Unreachable | AnswerLost:
    """The error a broken connection stands for. Only what certainly happened before sending is `Unreachable`.

    A lost answer of IAM is `Unreachable` too: nothing was asked of OMS, and a token changes nothing.
    """
    if isinstance(exc, httpx.ProxyError):
        return ProxyRefused(str(exc), source=source)
    if isinstance(exc, AnswerTooLarge):
        return AnswerTooLong(str(exc), source=source)
    kind = Unreachable if source == "iam" or isinstance(exc, _NOTHING_SENT) else AnswerLost
    return kind(f"{type(exc).__name__}: {exc}".removesuffix(": "), source=source)


def request_id_of(response: httpx.Response) -> str | None:
    """The id Huawei's support asks for: `X-Request-Id`, from IAM also `X-IAM-Trace-Id`."""
    return _tidy_id(response.headers.get("X-Request-Id")) or _tidy_id(response.headers.get("X-IAM-Trace-Id"))


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _code_and_message(body: dict[str, Any]) -> tuple[str | None, str]:
    for candidate in (body, *(value for value in body.values() if isinstance(value, dict))):
        for code_key, message_key in _SHAPES:
            code, message = candidate.get(code_key), candidate.get(message_key)
            if isinstance(code, str | int) or isinstance(message, str):
                return str(code) if code or code == 0 else None, message if isinstance(message, str) else ""
    return None, ""


def _classify(code: str | None, message: str, response: httpx.Response) -> type[HuaweiError]:
    status = response.status_code
    known_as = re.sub(r"^APIG\.", "APIGW.", code or "")  # the same family on customer gateways
    kind = _BY_CODE.get(known_as)
    if kind is None and _is_web_page(response) and status < 500 and status not in {401, 429}:
        kind = UnexpectedAnswer  # neither OMS nor its gateway speaks HTML: a 404 page is no news about a task
    if kind is None:
        kind = _BY_STATUS.get(status) or _by_status_class(status)
    if kind is CredentialRejected:
        kind = _why_rejected(message)
    return kind


def _by_status_class(status: int) -> type[HuaweiError]:
    if status >= 500:
        return ServiceFault
    return BadRequest if status >= 400 else UnexpectedAnswer


def _why_rejected(message: str) -> type[HuaweiError]:
    """Tell by its words what the one code 0301 stands for."""
    if re.search(r"(?i)signature\W*expire", message):
        return SignatureExpired
    if re.search(r"(?i)\blocked\b|reach the limit", message):
        return AccountLocked
    if "token" in message.lower():  # "token expires, expires_at…", "decrypt token fail", …
        return TokenExpired
    return CredentialRejected


def _is_web_page(response: httpx.Response) -> bool:
    kind = response.headers.get("Content-Type", "").lower()
    return "html" in kind or response.content[:200].lstrip()[:1] == b"<"


def _fallback_message(response: httpx.Response) -> str:
    if response.has_redirect_location:
        return f"redirected to {_without_secrets(response.headers['Location'])}"
    title = re.search(rb"(?is)<title[^>]*>([^<]{1,200})", response.content[:4096])
    return title[1].decode("utf-8", "replace") if title else response.reason_phrase


def _without_secrets(location: str) -> str:
    """Return an address without what may be a secret: user and password, query, fragment."""
    return re.sub(r"(?<=//)[^/]*@", "", re.split(r"[?#]", location, maxsplit=1)[0])


def _tidy_id(value: object) -> str | None:
    # Whoever answers chooses it, so it may be anything, a key too.
    return redact(str(value)) if re.fullmatch(r"(?a)[\w.:-]{1,128}", str(value or "")) else None


def _retry_after(response: httpx.Response, kind: type[HuaweiError], message: str) -> float | None:
    header = response.headers.get("Retry-After", "").strip()
    if header.isascii() and header.isdigit():
        return float(header[:6])
    if header:
        try:
            when = parsedate_to_datetime(header)
        except ValueError:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    if kind is AccountLocked:
        return 300.0 if "reach the limit" in message else 900.0  # Huawei's defaults: a key, a user
    # The words of IAM.0012.
    period = re.search(r"per (\d{1,4}) seconds", message) if kind is Throttled else None
    return float(period[1]) if period else None
