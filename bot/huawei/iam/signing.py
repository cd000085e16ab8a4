"""Acting with an access key: each request signed with SDK-HMAC-SHA256.

The algorithm is Huawei Cloud's published one; `tests/vectors/signature_vectors.json` holds answers of the
official signer, and a property test compares the two.
"""

import hashlib
import hmac
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote

import httpx
from pydantic import SecretStr

from bot.huawei.errors import from_response
from bot.huawei.iam.cache import Clock
from bot.huawei.iam.rejections import Rejections, fingerprint

ALGORITHM: Final = "SDK-HMAC-SHA256"
# No more than these: proxies may change the others, and a changed header breaks the signature.
SIGNED_IF_PRESENT: Final = ("content-type", "host", "x-project-id", "x-sdk-date", "x-security-token")


@dataclass(frozen=True)
class AccessKeyCredential:
    """An IAM user's AK and SK, or temporary ones with their security token."""

    access_key: SecretStr
    secret_key: SecretStr
    security_token: SecretStr | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the secret and reveals nothing of it."""
        return fingerprint(
            "access_key", self.access_key.get_secret_value(), self.secret_key.get_secret_value()
        )


class AccessKeyAuth(httpx.Auth):
    """Signs requests. A rejected signature is remembered, and later requests fail without being sent.

    A wrong clock here (`SignatureExpired`) is not the key's fault and is not remembered.
    """

    def __init__(
        self,
        credential: AccessKeyCredential,
        *,
        project_id: str | None,
        rejected: Rejections,
        clock: Clock = time.time,
    ) -> None:
        """Bind a signer.

        Args:
            credential: whose key.
            project_id: sent and signed as X-Project-Id; None for global services.
            rejected: shared by the process.
            clock: seconds since 1970; Huawei accepts a difference of 15 minutes.
        """
        self._credential = credential
        self._project_id = project_id
        self._rejected = rejected
        self._clock = clock

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign, send, and learn from the answer whether the key is any good."""
        key = self._credential.fingerprint
        await request.aread()
        async with self._rejected.attempt(key, self._credential):
            sign(request, self._credential, project_id=self._project_id, clock=self._clock)
            response = yield request
            if response.status_code == 401:
                await response.aread()
                permanent = self._credential.security_token is None  # then no token can have expired
                self._rejected.remember(key, from_response(response), although_expired=permanent)
            elif response.is_success:
                self._rejected.accept(key)


def sign(
    request: httpx.Request, credential: AccessKeyCredential, *, project_id: str | None, clock: Clock
) -> None:
    """Sign a request whose body has been read, in place. Its query is rewritten to the form that is signed.

    The date is always a new one: a signature is void after 15 minutes.
    """
    if query := canonical_query(request.url.params.multi_items()):
        request.url = request.url.copy_with(query=query.encode("ascii"))
    headers = request.headers
    headers["X-Sdk-Date"] = datetime.fromtimestamp(clock(), UTC).strftime("%Y%m%dT%H%M%SZ")
    if project_id is not None:
        headers["X-Project-Id"] = project_id
    if credential.security_token is not None:
        headers["X-Security-Token"] = credential.security_token.get_secret_value()
    headers["Authorization"] = authorization(
        canonical_request(
            request.method,
            request.url.raw_path.partition(b"?")[0].decode("ascii"),
            query,
            {name: headers[name] for name in SIGNED_IF_PRESENT if name in headers},
            request.content,
        ),
        credential,
        date=headers["X-Sdk-Date"],
    )


def canonical_query(params: Iterable[tuple[str, str]]) -> str:
    """The query as it is signed and sent: sorted, and encoded by RFC 3986 (%20 for a space, "~" kept)."""
    return "&".join(f"{_encode(key)}={_encode(value)}" for key, value in sorted(params))


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """What a signature covers.

    Args:
        method: the HTTP method.
        path: percent-encoded or not; signed with a "/" at its end, although it is sent as it is.
        query: from `canonical_query`.
        headers: all that are to be signed.
        body: exactly as sent.
    """
    lines = sorted((name.lower(), value.strip()) for name, value in headers.items())
    segments = (_encode(segment) for segment in unquote(path).split("/"))
    return "\n".join(
        (
            method.upper(),
            "/".join(segments).removesuffix("/") + "/",
            query,
            *(f"{name}:{value}" for name, value in lines),
            "",
            ";".join(name for name, _ in lines),
            hashlib.sha256(body).hexdigest(),
        )
    )


def string_to_sign(canonical: str, date: str) -> str:
    """What the secret key is applied to. `date` is the value of X-Sdk-Date."""
    return f"{ALGORITHM}\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def authorization(canonical: str, credential: AccessKeyCredential, *, date: str) -> str:
    """The Authorization header for a canonical request."""
    secret = credential.secret_key.get_secret_value().encode()  # used as it is: no key is derived from it
    signature = hmac.new(secret, string_to_sign(canonical, date).encode(), hashlib.sha256).hexdigest()
    signed_headers = canonical.rsplit("\n", 2)[1]
    access_key = credential.access_key.get_secret_value()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={signed_headers}, Signature={signature}"


def _encode(text: str) -> str:
    return quote(text, safe="~")
