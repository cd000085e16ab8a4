"""Checking SDK-HMAC-SHA256 signatures the way Huawei's gateway does, from the server's side.

Written from what is known of it (platforms.md, Signatures) and sharing nothing with `bot.huawei.iam`, so that
each checks the other.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"
_DATE = "%Y%m%dT%H%M%SZ"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Access=(?P<access>[^,\s]+), SignedHeaders=(?P<signed>[^,\s]+), "
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Signed:
    """What an Authorization header claims."""

    access_key: str
    headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class Message:
    """A request as it came over the wire: path and query still encoded, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def parse_authorization(value: str) -> Signed | None:
    """Read an Authorization header; None if it is not in the documented form."""
    if not (found := _AUTHORIZATION.fullmatch(value.strip())):
        return None
    return Signed(found["access"], tuple(found["signed"].split(";")), found["signature"])


def signing_time(message: Message) -> float | None:
    """When the request was signed, in Unix seconds; None without a well-formed X-Sdk-Date."""
    try:
        at = datetime.strptime(message.headers.get("x-sdk-date", ""), _DATE)  # noqa: DTZ007  # Z is UTC, set below
    except ValueError:
        return None
    return at.replace(tzinfo=UTC).timestamp()


def signature(message: Message, signed_headers: tuple[str, ...], secret_key: str) -> str:
    """The signature that the owner of `secret_key` would have made, as 64 hex digits."""
    request = hashlib.sha256(canonical_request(message, signed_headers).encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{message.headers.get('x-sdk-date', '')}\n{request}"
    return hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def canonical_request(message: Message, signed_headers: tuple[str, ...]) -> str:
    """The form both sides hash: method, path, query, the signed headers, their names, the body's hash."""
    return "\n".join(
        [
            message.method.upper(),
            _canonical_path(message.path),
            _canonical_query(message.query),
            *(f"{name}:{message.headers.get(name, '').strip()}" for name in signed_headers),
            "",
            ";".join(signed_headers),
            _payload_hash(message),
        ]
    )


def clock_text(at: float) -> str:
    """A time as it stands in X-Sdk-Date and in the gateway's complaints."""
    return datetime.fromtimestamp(at, UTC).strftime(_DATE)


def _canonical_path(path: str) -> str:
    encoded = "/".join(quote(segment, safe="~") for segment in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def _canonical_query(query: str) -> str:
    # `unquote`, not `unquote_plus`: the official client writes a space as %20, and whether the gateway
    # takes '+' for one is not known, so a client that relies on it fails here.
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    decoded = sorted((unquote(name), unquote(value)) for name, value in pairs)
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in decoded)


def _payload_hash(message: Message) -> str:
    claimed = message.headers.get("x-sdk-content-sha256")
    if message.body and claimed == "UNSIGNED-PAYLOAD":
        return claimed
    return hashlib.sha256(message.body).hexdigest()
