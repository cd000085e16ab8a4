"""What comes of proving a credential, and the reads by which it is proved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from bot.huawei.errors import CredentialRejected, HuaweiError, SignatureExpired, Unreachable
from bot.huawei.iam.rejections import NotSentAgain, TriesUsedUp
from bot.huawei.iam.shared import Iam
from bot.huawei.oms.client import OmsClient
from bot.huawei.oms.models import TaskStatus
from bot.huawei.oms.tasks import TaskCalls
from bot.settings.sections import Project

PROBE_SECONDS: Final = 8.0  # for each project; a person waits, and proxies in between give up after 30

Answer = TypeVar("Answer", bound=BaseModel)


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
    """The credential was rejected, or (`rejected` False) Huawei Cloud could not be asked."""

    error: HuaweiError

    @property
    def rejected(self) -> bool:
        """Whether this counts at IAM as a failed login. A wrong clock of ours does not, nor what was not sent."""
        return isinstance(self.error, CredentialRejected) and not isinstance(
            self.error, SignatureExpired | NotSentAgain | TriesUsedUp
        )


Proof = Proved | NotProved


class Probing:
    """The reads of one proof. Nothing is kept from one to the next.

    `projects` are the configured ones, by alias; `auth` signs with the credential that is to be proved.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        projects: Mapping[str, Project],
        *,
        clock: Callable[[], float],
        auth: Callable[[Iam, Project], httpx.Auth],
    ) -> None:
        self._http = http
        self._clock = clock
        self._auth = auth
        self.projects = projects

    def iam(self) -> Iam:
        """Return a way to IAM that remembers nothing: it may answer 401 for a project that is out of reach."""
        return Iam(self._http, clock=self._clock)

    @property
    def nothing_configured(self) -> NotProved:
        """What comes of it without a project."""
        return NotProved(Unreachable("no project is configured"))

    async def read(self, project: Project) -> Probe:
        """Read one task of *project*, as the smallest of reads."""
        auth = self._auth(self.iam(), project)
        oms = OmsClient(self._http, endpoint=project.endpoint_for_oms(), project_id=project.id, auth=auth)
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await TaskCalls(oms).count(status=TaskStatus.MIGRATING)
        except HuaweiError as error:
            return Probe(project.alias, error)
        except TimeoutError:
            return Probe(project.alias, Unreachable(f"no answer within {PROBE_SECONDS:.0f} s"))
        return Probe(project.alias)

    async def read_all(self, projects: Mapping[str, Project]) -> tuple[Probe, ...]:
        """Read all of *projects* at once."""
        return tuple(await asyncio.gather(*map(self.read, projects.values())))

    async def ask(self, url: str, auth: httpx.Auth, answer: type[Answer]) -> Answer | None:
        """Ask IAM about the owner of a credential; None if it does not say. Never a reason to reject it."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                response = await self._http.get(url, auth=auth, follow_redirects=False)
            return answer.model_validate_json(response.content) if response.status_code == 200 else None
        except (HuaweiError, httpx.HTTPError, TimeoutError, ValidationError):
            return None
