"""Proves a credential before it is stored: to whom it belongs, and in which projects it can read tasks.

By reads only. Whether it may pause can't be asked without pausing something: OMS has one permission for pausing and
resuming (oms:task:update) and no dry run, so that shows at the first pause.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, assert_never
from urllib.parse import quote
from weakref import WeakValueDictionary

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.huawei.errors import (
    AccountLocked,
    AnswerLost,
    CredentialRejected,
    HuaweiError,
    PermissionDenied,
    SignatureExpired,
    Unreachable,
)
from bot.huawei.iam.rejected import NotSentAgain, Rejections, TriesUsedUp
from bot.huawei.iam.signing import AccessKeyAuth, AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential, TokenIssuer
from bot.huawei.oms.client import OmsClient
from bot.huawei.oms.models import TaskStatus
from bot.identity.link import OwnCredential
from bot.identity.principal import Name, claimed_by
from bot.identity.tries import Tries
from bot.settings.sections import Project

PROBE_SECONDS: Final = 8.0  # for each project; a person waits, and proxies in between give up after 30


@dataclass(frozen=True)
class Probe:
    """What came of reading one project: `error` None means that its tasks can be read."""

    alias: str
    error: HuaweiError | None = None


@dataclass(frozen=True)
class Proved:
    """The credential is good. `named_by_iam` False: `principal` rests on what the person called their key.

    `owner` is IAM's id of the user, where IAM told it.
    """

    principal: str
    named_by_iam: bool
    probes: tuple[Probe, ...]
    owner: str = ""

    @property
    def readable(self) -> tuple[str, ...]:
        """The aliases of the projects whose tasks it can read."""
        return tuple(probe.alias for probe in self.probes if probe.error is None)


@dataclass(frozen=True)
class NotProved:
    """The credential was refused, or (`rejected` False) Huawei Cloud could not be asked."""

    error: HuaweiError

    @property
    def rejected(self) -> bool:
        """Whether this counts at IAM as a failed login. A wrong clock of ours does not, nor what was not sent."""
        return isinstance(self.error, CredentialRejected) and not isinstance(
            self.error, SignatureExpired | NotSentAgain | TriesUsedUp
        )


Verdict = Proved | NotProved


class _Key(BaseModel):
    user_id: str


class _KeyAnswer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    credential: _Key


class _User(BaseModel):
    name: str


class _UserAnswer(BaseModel):
    user: _User


_Answer = TypeVar("_Answer", _KeyAnswer, _UserAnswer)


class Checker:
    """Checks credentials against IAM and the configured projects. Keeps nothing from one check to the next."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        projects: Mapping[str, Project],
        *,
        tries: Tries | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Bind a checker.

        Args:
            http: shared by the process.
            projects: the configured ones.
            tries: counts what IAM refuses; None where nothing can be remembered.
            clock: gives Unix seconds.
        """
        self._http = http
        self._tries = tries
        self._one_at_a_time: WeakValueDictionary[Name, asyncio.Lock] = WeakValueDictionary()
        self._projects = dict(sorted(projects.items()))
        self._clock = clock

    async def check(self, credential: OwnCredential, *, label: str = "") -> Verdict:
        """Prove a credential. A wrong one is shown to Huawei once, since IAM locks whoever fails too often.

        Args:
            credential: whose owner has just typed it.
            label: what the person calls an access key, used when IAM does not tell whose it is.
        """
        if self._tries is None:
            return await self._prove(credential, label)
        async with self._one_at_a_time.setdefault(claimed_by(credential), asyncio.Lock()):
            try:
                await self._tries.take(credential)
            except HuaweiError as error:
                return NotProved(error)
            verdict = await self._prove(credential, label)
            await self._count(self._tries, credential, verdict)
            return verdict

    async def _count(self, tries: Tries, credential: OwnCredential, verdict: Verdict) -> None:
        match verdict:
            case Proved():
                await tries.accepted(credential)
            case NotProved(error=AccountLocked()):  # IAM counts no more
                await tries.give_back(credential)
            case NotProved(error=error) if verdict.rejected:
                await tries.refused(credential, error.code)
            case NotProved(error=AnswerLost()):
                pass  # IAM may have seen it
            case _:
                await tries.give_back(credential)

    async def _prove(self, credential: OwnCredential, label: str) -> Verdict:
        match credential:
            case PasswordCredential():
                return await self._check_password(credential)
            case AccessKeyCredential():
                return await self._check_key(credential, label)
            case _:
                assert_never(credential)

    async def _check_password(self, login: PasswordCredential) -> Verdict:
        """Log in without a project first: only there a refusal certainly means the password."""
        error: HuaweiError | None = None
        for iam in dict.fromkeys(project.endpoint_for_iam() for project in self._projects.values()):
            issuer = self._issuer()
            try:
                await issuer.token(login, iam, None, dead=None)
            except HuaweiError as exc:
                error = exc
                if not isinstance(exc, Unreachable):
                    break
            else:
                probes = await self._probe_all(self._projects, login)
                owner = issuer.owner(login)
                return Proved(f"IAM user {login.username}", named_by_iam=True, probes=probes, owner=owner)
        return NotProved(error or _nothing_configured())

    async def _check_key(self, key: AccessKeyCredential, label: str) -> Verdict:
        """Read the projects one by one until one has recognised the key, then the rest at once."""
        probes: list[Probe] = []
        waiting = dict(self._projects)
        while waiting:
            alias = next(iter(waiting))
            probe = await self._probe(waiting.pop(alias), key)
            if isinstance(probe.error, CredentialRejected):
                return NotProved(probe.error)
            probes.append(probe)
            if probe.error is None or isinstance(probe.error, PermissionDenied):
                probes += await self._probe_all(waiting, key)
                return await self._proved(key, label, tuple(probes))
        return NotProved(next((probe.error for probe in probes if probe.error), _nothing_configured()))

    async def _proved(self, key: AccessKeyCredential, label: str, probes: tuple[Probe, ...]) -> Proved:
        owner, user = await self._owner_of(key)
        if user is not None:
            return Proved(f"IAM user {user}", named_by_iam=True, probes=probes, owner=owner)
        name = f"“{label}”" if label else f"ending in {key.access_key.get_secret_value()[-4:]}"
        return Proved(f"the access key {name}", named_by_iam=False, probes=probes, owner=owner)

    async def _probe_all(
        self, projects: Mapping[str, Project], credential: OwnCredential
    ) -> tuple[Probe, ...]:
        return tuple(await asyncio.gather(*(self._probe(p, credential) for p in projects.values())))

    async def _probe(self, project: Project, credential: OwnCredential) -> Probe:
        """Read one task, as the smallest of reads."""
        oms = OmsClient(
            self._http,
            endpoint=project.endpoint_for_oms(),
            project_id=project.id,
            auth=self._auth(project, credential),
        )
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await oms.count_tasks(status=TaskStatus.MIGRATING)
        except HuaweiError as error:
            return Probe(project.alias, error)
        except TimeoutError:
            return Probe(project.alias, Unreachable(f"no answer within {PROBE_SECONDS:.0f} s"))
        return Probe(project.alias)

    def _auth(self, project: Project, credential: OwnCredential) -> httpx.Auth:
        match credential:
            case PasswordCredential():
                iam = project.endpoint_for_iam()
                return self._issuer().auth(credential, iam_endpoint=iam, project_id=project.id)
            case AccessKeyCredential():
                return AccessKeyAuth(
                    credential, project_id=project.id, rejected=Rejections(), clock=self._clock
                )
            case _:
                assert_never(credential)

    def _issuer(self) -> TokenIssuer:
        # Each with a memory of its own: IAM may answer 401 for a project that is out of reach, and an earlier
        # refusal must not stand against somebody who says that it has been put right.
        return TokenIssuer(self._http, clock=self._clock)

    async def _owner_of(self, key: AccessKeyCredential) -> tuple[str, str | None]:
        """Ask IAM whose key this is: the id and name of the user, as far as it says. Every user may ask about themself.

        Never a reason to refuse a key that OMS has just recognised.
        """
        iam = next(iter(self._projects.values())).endpoint_for_iam()
        auth = AccessKeyAuth(key, project_id=None, rejected=Rejections(), clock=self._clock)
        access = quote(key.access_key.get_secret_value(), safe="")
        found = await self._ask(f"{iam}/v3.0/OS-CREDENTIAL/credentials/{access}", auth, _KeyAnswer)
        if found is None:
            return "", None
        user = quote(found.credential.user_id, safe="")
        owner = await self._ask(f"{iam}/v3/users/{user}", auth, _UserAnswer)
        return found.credential.user_id[:64], owner.user.name if owner else None

    async def _ask(self, url: str, auth: httpx.Auth, model: type[_Answer]) -> _Answer | None:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                response = await self._http.get(url, auth=auth, follow_redirects=False)
            return model.model_validate_json(response.content) if response.status_code == 200 else None
        except (HuaweiError, httpx.HTTPError, TimeoutError, ValidationError):
            return None


def _nothing_configured() -> HuaweiError:
    return Unreachable("no project is configured")
