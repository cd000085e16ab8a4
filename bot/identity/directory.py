"""Whose IAM credential does this Slack user act with? Answered anew each time: no answer is kept across a click.

In this order: the link that the person made themself (vault), then what the operator wrote into ``oms-bot.toml``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import httpx
import structlog

from bot.huawei.iam.credential import Credential
from bot.huawei.iam.rejections import Ledger
from bot.huawei.iam.shared import Iam
from bot.huawei.iam.signing import AccessKeyCredential
from bot.identity.keyring import VaultError
from bot.identity.kinds import KINDS, kind_of, names_of
from bot.identity.link import Link, Linked
from bot.identity.names import Name
from bot.identity.store import SecretStore
from bot.metrics import Observe
from bot.settings.sections import AccessKey, PasswordLogin, Project, User

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Identity:
    """Whom a call is made as. `principal` is how people know it, such as "IAM user alice".

    `link_id` is new each time a person links, so a link replaced since a card was posted can be told; None for an
    identity from the settings. `owner` is IAM's id of the user, where IAM told it. `found_in` is the workspace or
    organisation under which the person was looked up.
    """

    principal: str
    credential: Credential
    link_id: str | None = None
    owner: str = ""
    found_in: str = field(default="", compare=False)

    @property
    def names(self) -> frozenset[Name]:
        """Who this is at IAM; identities that share a name are one, whatever Slack accounts they are found under."""
        return names_of(self.credential, owner=self.owner)

    @property
    def mark(self) -> str:
        """What may be stored of who this is at IAM: it changes with the identity, and not with its secret."""
        claim = kind_of(self.credential).claim(self.credential)
        return hashlib.sha256(json.dumps(claim).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Holder:
    """A Slack account that acts as some IAM identity. `team_id` is empty where the settings name none."""

    team_id: str
    user_id: str


class Directory:
    """Finds identities, and turns them into the `httpx.Auth` that a call needs."""

    def __init__(
        self,
        users: Mapping[str, User],
        *,
        http: httpx.AsyncClient,
        service_account: PasswordLogin | AccessKey | None,
        clock: Callable[[], float],
        vault: SecretStore | None = None,
        ledger: Ledger | None = None,
        observe: Observe | None = None,
    ) -> None:
        """Bind a directory.

        Args:
            users: from ``oms-bot.toml``.
            http: shared by the process.
            service_account: what agencies act through.
            clock: gives Unix seconds.
            vault: the links that people made themselves; None when there can be none.
            ledger: remembers beyond this process what IAM rejected; None where nothing can be.
            observe: called after each request to IAM, for metrics.
        """
        self._users = users
        self._vault = vault
        self._iam = Iam(http, clock=clock, ledger=ledger, observe=observe, service=_signs_as(service_account))

    async def find(self, team_id: str, user_id: str, also: Collection[str] = ()) -> Identity | None:
        """Return the identity that a Slack user is linked to, or None.

        *also* names other workspaces of their organisation, and itself, where they are the same person.

        A link that was disabled counts as none, and the settings do not stand in for it: it would be another identity
        than the person chose.

        Raises:
            VaultUnavailable: the links can't be read now (or the database driver's own error).
            VaultError: this person's can't be opened, here or at all.
        """
        places = places_of(team_id, also)
        for place in places:
            try:
                linked = await self._vault.get(place, user_id) if self._vault else None
            except VaultError as error:
                log.error("link_unreadable", team=place, user=user_id, reason=str(error))  # noqa: TRY400  # it says all
                raise
            if linked is not None:
                return _from_link(linked)
        for key, place in [*((f"{place}:{user_id}", place) for place in places), (user_id, team_id)]:
            if user := self._users.get(key):
                return replace(self.configured(user, user_id), found_in=place)
        return None

    async def holders(self, names: frozenset[Name]) -> list[Holder]:
        """Return the Slack accounts that act as an IAM identity: by a link, or as the settings let them."""
        found = [Holder(link.team_id, link.user_id) for link in await self._links_of(names)]
        for key, user in self._users.items():
            team_id, _, user_id = key.rpartition(":")
            if names & self.configured(user, user_id).names:
                found.append(Holder(team_id, user_id))
        return found

    async def _links_of(self, names: frozenset[Name]) -> list[Link]:
        return await self._vault.holders(names) if self._vault else []

    def configured(self, user: User, user_id: str) -> Identity:
        """Return whom a section of the settings acts as."""
        kind = KINDS[user.credential.type]
        principal, credential = kind.given(user.credential, name=user.name, user_id=user_id)
        return Identity(principal, credential, owner=kind.owner(credential, self._iam))

    def auth(self, identity: Identity, project: Project) -> httpx.Auth:
        """Return what signs requests to *project* as *identity*."""
        return kind_of(identity.credential).auth_for(identity.credential, self._iam, project)

    def lender(self, identity: Identity) -> str:
        """Return the agency that lends this person keys for a while; nothing if they act through none."""
        return kind_of(identity.credential).lender(identity.credential)

    async def lend(self, identity: Identity, project: Project) -> AccessKeyCredential:
        """Return a key of this person's agency, to be handed to OMS.

        Raises:
            HuaweiError: IAM grants none.
        """
        return await kind_of(identity.credential).lend(identity.credential, self._iam, project)

    def forgive(self, credential: Credential) -> None:
        """Let a credential that was rejected before be tried again, because it has just been proved good."""
        self._iam.rejections.forget(credential.fingerprint)


def places_of(team_id: str, also: Collection[str]) -> list[str]:
    """Return where a person's link is looked for: first where they are now, then elsewhere in their organisation."""
    return [team_id, *sorted({*also} - {team_id, ""})]


def _from_link(linked: Linked) -> Identity | None:
    if linked.credential is None:
        return None
    link = linked.link
    return Identity(link.principal, linked.credential, link.link_id, owner=link.owner, found_in=link.team_id)


def _signs_as(service_account: PasswordLogin | AccessKey | None) -> Callable[[Iam, str], httpx.Auth] | None:
    """Return what signs as the service account, whatever its kind."""
    if service_account is None:
        return None
    kind = KINDS[service_account.type]
    credential = kind.given(service_account, name="the service account", user_id="").credential
    return lambda iam, endpoint: kind.auth(credential, iam, iam_endpoint=endpoint, project_id=None)
