"""Acting through an agency: a service credential assumes a role in each person's name.

Nobody's long-lived secret is kept. Huawei's audit trail shows the session's name.
"""

import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot.huawei.errors import TokenExpired, from_response
from bot.huawei.iam.cache import Clock, Expiring, ExpiringCache, life
from bot.huawei.iam.exchange import ask_iam, check_length, unexpected
from bot.huawei.iam.rejections import fingerprint
from bot.huawei.iam.signing import AccessKeyCredential, sign
from bot.metrics import Observe

ROLE_SECONDS: Final = 3600  # IAM grants 900 to 86400; a role that was taken away should not live on for a day
LENT_SECONDS: Final = 86_400
"""The longest that IAM grants: for a key that OMS is handed, and needs until the last object is copied."""


@dataclass(frozen=True)
class AgencyCredential:
    """An agency of the account `domain`, used by the person named in `session_user`."""

    agency: str
    domain: str
    session_user: str

    @cached_property
    def fingerprint(self) -> str:
        """One for each session: there is no secret in it."""
        return fingerprint("agency", self.agency, self.domain, session_name(self.session_user))


class AgencyIssuer:
    """Gets temporary access keys and keeps them almost until they expire. One for the whole process."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        service: httpx.Auth,
        *,
        clock: Clock = time.time,
        observe: Observe | None = None,
    ) -> None:
        """Bind an issuer.

        Args:
            http: shared by the process.
            service: the service account's own credential: `TokenIssuer.auth(…, project_id=None)` or an
                `AccessKeyAuth(…, project_id=None)`. It needs the Agent Operator role.
            clock: seconds since 1970.
            observe: called after each request, for metrics.
        """
        self._http = http
        self._observe = observe
        self._service = service
        self._clock = clock
        self._keys: ExpiringCache[AccessKeyCredential] = ExpiringCache(clock=clock)

    def auth(self, credential: AgencyCredential, *, iam_endpoint: str, project_id: str | None) -> httpx.Auth:
        """Signs requests to one project as this person's session.

        Requests made with it may also raise `HuaweiError` with `source == "iam"`; they were then not sent.
        """
        return _AgencyAuth(self, credential, iam_endpoint.rstrip("/"), project_id, self._clock)

    async def temporary_key(self, credential: AgencyCredential, iam_endpoint: str) -> AccessKeyCredential:
        """This person's temporary key, from the cache if possible.

        Raises:
            HuaweiError: IAM rejected the service account, has no such agency, or could not be reached.
        """

        async def fetch() -> Expiring[AccessKeyCredential]:
            return await self._assume(credential, iam_endpoint, ROLE_SECONDS)

        return await self._keys.get((credential.fingerprint, iam_endpoint), fetch)

    async def lend(self, credential: AgencyCredential, iam_endpoint: str) -> AccessKeyCredential:
        """A key of this person's to hand to OMS, fetched anew, so that it lasts for as long as IAM grants.

        Raises:
            HuaweiError: as for `temporary_key`.
        """
        return (await self._assume(credential, iam_endpoint.rstrip("/"), LENT_SECONDS)).value

    async def _assume(
        self, credential: AgencyCredential, iam_endpoint: str, seconds: int
    ) -> Expiring[AccessKeyCredential]:
        response, answer = await ask_iam(
            self._http,
            f"{iam_endpoint}/v3.0/OS-CREDENTIAL/securitytokens",
            _question(credential, seconds),
            operation="assume_role",
            auth=self._service,
            observe=self._observe,
        )
        try:
            granted = _Answer.model_validate(answer).credential
        except ValidationError:  # its text quotes the secret
            raise unexpected(response, "the answer has no temporary key") from None
        check_length("security token", granted.securitytoken.get_secret_value(), response)
        key = AccessKeyCredential(granted.access, granted.secret, granted.securitytoken)
        return Expiring(key, life(granted.expires_at, response, self._clock))

    async def keep_ready(self, credential: AgencyCredential, iam_endpoint: str) -> float:
        """Fetch a key if none is kept; return for how many seconds it will be handed out.

        Raises:
            HuaweiError: as for `temporary_key`.
        """
        await self.temporary_key(credential, iam_endpoint)
        return self._keys.fresh_for((credential.fingerprint, iam_endpoint))

    def discard(self, credential: AgencyCredential, iam_endpoint: str, key: AccessKeyCredential) -> None:
        """Let the next request ask for another key, because this one was rejected."""
        self._keys.discard((credential.fingerprint, iam_endpoint), key)

    def is_worth_renewing(self, credential: AgencyCredential, iam_endpoint: str) -> bool:
        """Whether another key may be accepted, now that one was rejected."""
        return self._keys.is_worth_renewing((credential.fingerprint, iam_endpoint))

    def rejected_anew(self, credential: AgencyCredential, iam_endpoint: str) -> None:
        """Note that even a key just granted was rejected."""
        self._keys.rejected_anew((credential.fingerprint, iam_endpoint))


class _AgencyAuth(httpx.Auth):
    def __init__(
        self,
        issuer: AgencyIssuer,
        credential: AgencyCredential,
        iam_endpoint: str,
        project_id: str | None,
        clock: Clock,
    ) -> None:
        self._issuer = issuer
        self._credential = credential
        self._iam_endpoint = iam_endpoint
        self._project_id = project_id
        self._clock = clock

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        await request.aread()
        whose = (self._credential, self._iam_endpoint)
        key = await self._signed(request)
        response = yield request
        if response.status_code != 401 or not self._issuer.is_worth_renewing(*whose):
            return
        self._issuer.discard(*whose, key)
        if not await _says_token_expired(response):
            return
        await self._signed(request)
        response = yield request  # once more, which is safe: what got a 401 was not carried out
        if response.status_code == 401:
            self._issuer.rejected_anew(*whose)

    async def keep_ready(self) -> float:
        return await self._issuer.keep_ready(self._credential, self._iam_endpoint)

    async def _signed(self, request: httpx.Request) -> AccessKeyCredential:
        key = await self._issuer.temporary_key(self._credential, self._iam_endpoint)
        sign(request, key, project_id=self._project_id, clock=self._clock)
        return key


async def _says_token_expired(response: httpx.Response) -> bool:
    """Whether the security token is what was rejected. A signature, or our clock, would be wrong again."""
    await response.aread()
    return isinstance(from_response(response), TokenExpired)


class _TemporaryKey(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access: SecretStr
    secret: SecretStr
    securitytoken: SecretStr
    expires_at: str | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    credential: _TemporaryKey


def session_name(name: str) -> str:
    """The nearest name IAM accepts: 1 to 32 letters, digits, spaces and "_.-", a letter first."""
    allowed = re.sub(r"[^A-Za-z0-9_ .-]", "", name).strip()
    return (allowed if re.match("[A-Za-z]", allowed) else f"u{allowed}")[:32].rstrip()


def _question(credential: AgencyCredential, seconds: int) -> dict[str, Any]:
    role = {
        "agency_name": credential.agency,
        "domain_name": credential.domain,
        "duration_seconds": seconds,
        "session_user": {"name": session_name(credential.session_user)},
    }
    return {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}}
