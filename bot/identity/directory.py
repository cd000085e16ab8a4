"""Whose IAM credential does this Slack user act with? Answered anew each time: no answer is kept across a click.

In this order: the link that the person made themself (vault), then what the operator wrote into ``oms-bot.toml``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

import httpx
import structlog
from pydantic import SecretStr

from bot.huawei.iam.agency import AgencyCredential, AgencyIssuer, session_name
from bot.huawei.iam.exchange import Observe
from bot.huawei.iam.rejected import Ledger, Rejections
from bot.huawei.iam.signing import AccessKeyAuth, AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential, TokenIssuer
from bot.identity.keyring import VaultError
from bot.identity.link import Link, Linked, OwnCredential
from bot.identity.principal import Name, claimed_by, names_of
from bot.identity.stores import SecretStore
from bot.settings.sections import AccessKey, Agency, PasswordLogin, Project, User

log = structlog.get_logger(__name__)

_LONGEST_SESSION: Final = 32  # characters; more is refused by IAM

Credential = PasswordCredential | AccessKeyCredential | AgencyCredential


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
        return hashlib.sha256(json.dumps(claimed_by(self.credential)).encode()).hexdigest()[:32]


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
            ledger: remembers beyond this process what IAM refused; None where nothing can be.
            observe: called after each request to IAM, for metrics.
        """
        self._users = users
        self._vault = vault
        self._clock = clock
        self._rejections = Rejections(clock=clock, ledger=ledger)
        self._tokens = TokenIssuer(http, clock=clock, rejected=self._rejections, observe=observe)
        self._observe = observe
        self._http = http
        self._service_account = service_account
        self._agencies: dict[str, AgencyIssuer] = {}

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
                return replace(self._from_settings(user, user_id), found_in=place)
        return None

    async def holders(self, names: frozenset[Name]) -> list[Holder]:
        """Return the Slack accounts that act as an IAM identity: by a link, or as the settings let them."""
        found = [Holder(link.team_id, link.user_id) for link in await self._links_of(names)]
        for key, user in self._users.items():
            team_id, _, user_id = key.rpartition(":")
            if names & self._from_settings(user, user_id).names:
                found.append(Holder(team_id, user_id))
        return found

    async def _links_of(self, names: frozenset[Name]) -> list[Link]:
        return await self._vault.holders(names) if self._vault else []

    def _from_settings(self, user: User, user_id: str) -> Identity:
        identity = _from_settings(user, user_id)
        if isinstance(identity.credential, PasswordCredential):
            return replace(identity, owner=self._tokens.owner(identity.credential))
        return identity

    def auth(self, identity: Identity, project: Project) -> httpx.Auth:
        """Return what signs requests to *project* as *identity*."""
        match identity.credential:
            case PasswordCredential() as login:
                iam = project.endpoint_for_iam()
                return self._tokens.auth(login, iam_endpoint=iam, project_id=project.id)
            case AccessKeyCredential() as key:
                return AccessKeyAuth(key, project_id=project.id, clock=self._clock, rejected=self._rejections)
            case AgencyCredential() as agency:
                issuer = self._agency_issuer(project)
                return issuer.auth(agency, iam_endpoint=project.endpoint_for_iam(), project_id=project.id)
            case _:
                assert_never(identity.credential)

    def forgive(self, credential: OwnCredential) -> None:
        """Let a credential that was refused before be tried again, because it has just been proved good."""
        self._rejections.forget(credential.fingerprint)

    def _agency_issuer(self, project: Project) -> AgencyIssuer:
        """Return the issuer for a project's IAM endpoint; it keeps the temporary keys, so there is one for each."""
        iam = project.endpoint_for_iam()
        if iam not in self._agencies:
            self._agencies[iam] = AgencyIssuer(
                self._http, self._service_auth(iam), clock=self._clock, observe=self._observe
            )
        return self._agencies[iam]

    def _service_auth(self, iam_endpoint: str) -> httpx.Auth:
        match self._service_account:
            case PasswordLogin() as login:
                return self._tokens.auth(_password(login), iam_endpoint=iam_endpoint, project_id=None)
            case AccessKey() as key:
                return AccessKeyAuth(
                    _access_key(key), project_id=None, clock=self._clock, rejected=self._rejections
                )
            case _:
                raise ValueError("an agency acts through [service_account], which is missing")


def places_of(team_id: str, also: Collection[str]) -> list[str]:
    """Return where a person's link is looked for: first where they are now, then elsewhere in their organisation."""
    return [team_id, *sorted({*also} - {team_id, ""})]


def _from_link(linked: Linked) -> Identity | None:
    if linked.credential is None:
        return None
    link = linked.link
    return Identity(link.principal, linked.credential, link.link_id, owner=link.owner, found_in=link.team_id)


def _from_settings(user: User, user_id: str) -> Identity:
    match user.credential:
        case PasswordLogin() as login:
            return Identity(f"IAM user {login.username}", _password(login))
        case AccessKey() as key:
            return Identity(f"the access key of {user.name or user_id}", _access_key(key))
        case Agency() as agency:
            session = _session(user.name, user_id)
            return Identity(
                f"agency {agency.agency}, session {session}",
                AgencyCredential(agency.agency, agency.domain, session),
            )
        case _:
            assert_never(user.credential)


def _session(name: str, user_id: str) -> str:
    """Name a person in Huawei's audit trail: readable, and unique even if names are shared or hold no Latin letter."""
    if not re.search("[A-Za-z]", name):
        return session_name(user_id)
    readable = session_name(name)[: _LONGEST_SESSION - len(user_id) - 1].rstrip(" .")
    return session_name(f"{readable}.{user_id}" if readable else user_id)


def _password(login: PasswordLogin) -> PasswordCredential:
    return PasswordCredential(login.domain, login.username, login.password)


def _access_key(key: AccessKey) -> AccessKeyCredential:
    return AccessKeyCredential(SecretStr(key.access_key), key.secret_key)
