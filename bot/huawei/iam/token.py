"""Acting with a password: an IAM token in `X-Auth-Token`."""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
from pydantic import SecretStr

from bot.huawei.errors import CredentialRejected, HuaweiError, from_response
from bot.huawei.iam.cache import Clock, Expiring, ExpiringCache, life
from bot.huawei.iam.exchange import ask_iam, check_length, unexpected
from bot.huawei.iam.rejections import Rejections, fingerprint
from bot.metrics import Observe


@dataclass(frozen=True)
class PasswordCredential:
    """An IAM user with programmatic access; not a HUAWEI ID, nor a user whose login needs MFA."""

    domain: str
    username: str
    password: SecretStr

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the password and reveals nothing of it."""
        return fingerprint("password", self.domain, self.username, self.password.get_secret_value())


class TokenIssuer:
    """Gets tokens and keeps them. One for the whole process.

    A token is good for 24 hours in one project. After a change of password or permissions services stop
    accepting it within 30 minutes, and say so in many words: it is then renewed once and the request sent once
    more, which is safe for any request, because one whose token was rejected was not carried out. Only IAM's own
    rejection says something against the password.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        clock: Clock = time.time,
        rejected: Rejections | None = None,
        observe: Observe | None = None,
    ) -> None:
        self._http = http
        self._observe = observe
        self._clock = clock
        self._rejected = rejected or Rejections(clock=clock)
        self._tokens: ExpiringCache[SecretStr] = ExpiringCache(clock=clock)
        self._owners: dict[str, str] = {}

    def auth(
        self, credential: PasswordCredential, *, iam_endpoint: str, project_id: str | None
    ) -> httpx.Auth:
        """Adds this person's token for one project, or for global services when `project_id` is None.

        Requests made with it may also raise `HuaweiError` with `source == "iam"`; they were then not sent.
        """
        return _TokenAuth(self, credential, iam_endpoint.rstrip("/"), project_id)

    def is_worth_renewing(
        self, credential: PasswordCredential, iam_endpoint: str, project_id: str | None
    ) -> bool:
        """Whether another token may be accepted, now that one was rejected."""
        return self._tokens.is_worth_renewing((credential.fingerprint, iam_endpoint, project_id))

    def rejected_anew(
        self, credential: PasswordCredential, iam_endpoint: str, project_id: str | None
    ) -> None:
        """Note that even a token just issued was rejected."""
        self._tokens.rejected_anew((credential.fingerprint, iam_endpoint, project_id))

    def owner(self, credential: PasswordCredential) -> str:
        """IAM's id of the user, as it came with a token; empty if none has been fetched yet."""
        return self._owners.get(credential.fingerprint, "")

    async def token(
        self,
        credential: PasswordCredential,
        iam_endpoint: str,
        project_id: str | None,
        *,
        dead: SecretStr | None,
    ) -> SecretStr:
        """A token other than `dead`, from the cache if possible.

        Raises:
            HuaweiError: IAM rejected it, now or before, or could not be reached.
        """
        owner = credential.fingerprint
        key = (owner, iam_endpoint, project_id)

        async def fetch() -> Expiring[SecretStr]:
            async with self._rejected.attempt(owner, credential):
                try:
                    fetched = await self._fetch(credential, iam_endpoint, project_id)
                except HuaweiError as exc:
                    # Nothing but the password was shown, whatever the rejection speaks of.
                    self._rejected.remember(owner, exc, although_expired=True)
                    raise
                self._rejected.accept(owner)
                return fetched

        if dead is not None:
            self._tokens.discard(key, dead)
        return await self._tokens.get(key, fetch)

    async def keep_ready(
        self, credential: PasswordCredential, iam_endpoint: str, project_id: str | None
    ) -> float:
        """Fetch a token if none is kept; return for how many seconds it will be handed out.

        Raises:
            HuaweiError: as for `token`.
        """
        await self.token(credential, iam_endpoint, project_id, dead=None)
        return self._tokens.fresh_for((credential.fingerprint, iam_endpoint, project_id))

    async def _fetch(
        self, credential: PasswordCredential, iam_endpoint: str, project_id: str | None
    ) -> Expiring[SecretStr]:
        url = f"{iam_endpoint}/v3/auth/tokens?nocatalog=true"  # the catalogue is large and not needed
        response, answer = await ask_iam(
            self._http,
            url,
            _question(credential, project_id),
            operation="create_token",
            observe=self._observe,
        )
        token = response.headers.get("X-Subject-Token")
        if not token:
            raise unexpected(response, "the answer has no X-Subject-Token")
        check_length("token", token, response)
        details = answer.get("token")
        self._owners[credential.fingerprint] = _user_id(details)
        expires_at = details.get("expires_at") if isinstance(details, dict) else None
        return Expiring(SecretStr(token), life(expires_at, response, self._clock))


class _TokenAuth(httpx.Auth):
    def __init__(
        self, issuer: TokenIssuer, credential: PasswordCredential, iam_endpoint: str, project_id: str | None
    ) -> None:
        self._issuer = issuer
        self._credential = credential
        self._iam_endpoint = iam_endpoint
        self._project_id = project_id

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self._token()
        response = yield _with_token(request, token)
        whose = (self._credential, self._iam_endpoint, self._project_id)
        if await _rejects_the_token(response) and self._issuer.is_worth_renewing(*whose):
            response = yield _with_token(request, await self._token(dead=token))
            if await _rejects_the_token(response):
                self._issuer.rejected_anew(*whose)

    async def keep_ready(self) -> float:
        return await self._issuer.keep_ready(self._credential, self._iam_endpoint, self._project_id)

    async def _token(self, dead: SecretStr | None = None) -> SecretStr:
        return await self._issuer.token(self._credential, self._iam_endpoint, self._project_id, dead=dead)


def _user_id(details: object) -> str:
    user = details.get("user") if isinstance(details, dict) else None
    found = user.get("id") if isinstance(user, dict) else None
    return found[:64] if isinstance(found, str) else ""


def _with_token(request: httpx.Request, token: SecretStr) -> httpx.Request:
    request.headers["X-Auth-Token"] = token.get_secret_value()
    return request


async def _rejects_the_token(response: httpx.Response) -> bool:
    """Whether a service did not believe the token: by 401, or OMS, which says 400 to everything, by its code."""
    if response.status_code < 400:
        return False
    await response.aread()
    return isinstance(from_response(response), CredentialRejected)


def _question(credential: PasswordCredential, project_id: str | None) -> dict[str, Any]:
    domain = {"name": credential.domain}
    user = {"name": credential.username, "password": credential.password.get_secret_value(), "domain": domain}
    scope = {"project": {"id": project_id}} if project_id is not None else {"domain": domain}
    return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
