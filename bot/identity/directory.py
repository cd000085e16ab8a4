"""Whose IAM credential does this Slack user act with? Answered anew each time: no answer is kept across a click."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

import httpx
from pydantic import SecretStr

from bot.iam.agency import AgencyCredential, AgencyIssuer, session_name
from bot.iam.rejected import Rejections
from bot.iam.signing import AccessKeyAuth, AccessKeyCredential
from bot.iam.token import PasswordCredential, TokenIssuer
from bot.settings import AccessKey, Agency, PasswordLogin, Project, User

Credential = PasswordCredential | AccessKeyCredential | AgencyCredential


@dataclass(frozen=True)
class Identity:
    """Whom a call is made as. `principal` is how people know it, such as "IAM user alice"."""

    principal: str
    credential: Credential


class Directory:
    """Finds identities, and turns them into the `httpx.Auth` that a call needs."""

    def __init__(
        self,
        users: Mapping[str, User],
        *,
        http: httpx.AsyncClient,
        service_account: PasswordLogin | AccessKey | None,
        clock: Callable[[], float],
    ) -> None:
        self._users = users
        self._clock = clock
        self._rejections = Rejections(clock=clock)
        self._tokens = TokenIssuer(http, clock=clock)
        self._http = http
        self._service_account = service_account
        self._agencies: dict[str, AgencyIssuer] = {}

    async def find(self, team_id: str, user_id: str) -> Identity | None:
        """Return the identity that a Slack user is linked to, or None."""
        user = self._users.get(f"{team_id}:{user_id}") or self._users.get(user_id)
        return _from_settings(user, user_id) if user else None

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

    def _agency_issuer(self, project: Project) -> AgencyIssuer:
        """Return the issuer for a project's IAM endpoint; it keeps the temporary keys, so there is one for each."""
        iam = project.endpoint_for_iam()
        if iam not in self._agencies:
            self._agencies[iam] = AgencyIssuer(self._http, self._service_auth(iam), clock=self._clock)
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


def _from_settings(user: User, user_id: str) -> Identity:
    name = user.name or user_id
    match user.credential:
        case PasswordLogin() as login:
            return Identity(f"IAM user {login.username}", _password(login))
        case AccessKey() as key:
            return Identity(f"the access key of {name}", _access_key(key))
        case Agency() as agency:
            session = session_name(name)
            return Identity(
                f"agency {agency.agency}, session {session}",
                AgencyCredential(agency.agency, agency.domain, session),
            )
        case _:
            assert_never(user.credential)


def _password(login: PasswordLogin) -> PasswordCredential:
    return PasswordCredential(login.domain, login.username, login.password)


def _access_key(key: AccessKey) -> AccessKeyCredential:
    return AccessKeyCredential(SecretStr(key.access_key), key.secret_key)
