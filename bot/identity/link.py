"""A link: which IAM identity a Slack user acts as, and its credential."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from bot.huawei.iam.credential import Credential
from bot.identity.kinds import names_of, own_kind_of
from bot.identity.names import Name


@dataclass(frozen=True, kw_only=True)
class Link:
    """What is known of a link; no secret.

    `kind` is one of `bot.identity.kinds`. `principal` is how people know the identity, such as "IAM user alice".
    `projects` are the aliases that could be read at `verified_at` (Unix seconds). `disabled` says why the link must not
    be used any more; None while it may. `owner` is IAM's id of the user, where IAM told it.
    """

    team_id: str
    user_id: str
    link_id: str
    kind: str
    principal: str
    projects: tuple[str, ...]
    verified_at: float
    disabled: str | None = None
    owner: str = ""


@dataclass(frozen=True)
class Linked:
    """A link with its credential, which is None exactly when the link is disabled."""

    link: Link
    credential: Credential | None

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
    credential: Credential,
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
        kind=own_kind_of(credential).name,
        principal=principal,
        projects=projects,
        verified_at=verified_at,
        owner=owner,
    )
