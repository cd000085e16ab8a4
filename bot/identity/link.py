"""A link: which IAM identity a Slack user acts as, and its credential."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Literal, assert_never

from pydantic import SecretStr

from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.keyring import VaultError
from bot.identity.principal import Name, names_of

OwnCredential = PasswordCredential | AccessKeyCredential
"""What a person can link: a secret of their own. An agency is the operator's to give."""
Kind = Literal["password", "access_key"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """What is known of a link; no secret.

    `principal` is how people know the identity, such as "IAM user alice". `projects` are the aliases that could be read
    at `verified_at` (Unix seconds). `disabled` says why the link must not be used any more; None while it may. `owner`
    is IAM's id of the user, where IAM told it.
    """

    team_id: str
    user_id: str
    link_id: str
    kind: Kind
    principal: str
    projects: tuple[str, ...]
    verified_at: float
    disabled: str | None = None
    owner: str = ""


@dataclass(frozen=True)
class Linked:
    """A link with its credential, which is None exactly when the link is disabled."""

    link: Link
    credential: OwnCredential | None

    @property
    def names(self) -> frozenset[Name]:
        """Who this is at IAM; empty once the link is disabled."""
        return names_of(self.credential, owner=self.link.owner) if self.credential else frozenset()


class HeldByAnother(Exception):  # noqa: N818  # reads as what happened
    """Another Slack account acts as this IAM identity."""

    def __init__(self, team_id: str, user_id: str) -> None:
        super().__init__(team_id, user_id)
        self.team_id, self.user_id = team_id, user_id


def new_link(
    team_id: str,
    user_id: str,
    credential: OwnCredential,
    *,
    principal: str,
    projects: tuple[str, ...],
    verified_at: float,
    owner: str = "",
) -> Link:
    """Return a link that no other one is like, for a credential that has just been verified."""
    return Link(
        team_id=team_id,
        user_id=user_id,
        link_id=uuid.uuid4().hex,
        kind=kind_of(credential),
        principal=principal,
        projects=projects,
        verified_at=verified_at,
        owner=owner,
    )


def kind_of(credential: OwnCredential) -> Kind:
    """Name the kind of a credential as the settings do."""
    match credential:
        case PasswordCredential():
            return "password"
        case AccessKeyCredential():
            return "access_key"
        case _:
            assert_never(credential)


def to_json(credential: OwnCredential) -> bytes:
    """Write a credential, secrets included, for a store that encrypts it."""
    match credential:
        case PasswordCredential(domain=domain, username=username, password=password):
            fields = {"domain": domain, "username": username, "password": password.get_secret_value()}
        case AccessKeyCredential(access_key=access, secret_key=secret):
            fields = {"access_key": access.get_secret_value(), "secret_key": secret.get_secret_value()}
        case _:
            assert_never(credential)
    return json.dumps({"kind": kind_of(credential), **fields}).encode()


def from_json(text: bytes) -> OwnCredential:
    """Read what `to_json` wrote.

    Raises:
        VaultError: it is something else, perhaps of a newer version of the bot.
    """
    match json.loads(text):
        case {
            "kind": "password",
            "domain": str(domain),
            "username": str(username),
            "password": str(password),
        }:
            return PasswordCredential(domain, username, SecretStr(password))
        case {"kind": "access_key", "access_key": str(access), "secret_key": str(secret)}:
            return AccessKeyCredential(SecretStr(access), SecretStr(secret))
        case _:
            raise VaultError("a stored secret is of a kind that this version of the bot does not know")
