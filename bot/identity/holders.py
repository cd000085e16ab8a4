"""Who acts as an IAM identity already: each acts for one Slack account, and whoever holds it hears of others' tries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.huawei.iam.credential import Credential
from bot.identity.directory import Directory
from bot.identity.kinds import described, names_of
from bot.identity.link import HeldByAnother, Link
from bot.identity.linking_results import Tried

log = structlog.get_logger(__name__)

OnTried = Callable[[Tried], Awaitable[None]]
"""Told after a try that failed, for each Slack account that acts as that identity."""


class Holders:
    """Finds them, by links and settings, and tells them."""

    def __init__(self, directory: Directory, on_tried: OnTried) -> None:
        self._directory = directory
        self._on_tried = on_tried

    async def check_alone(self, link: Link, credential: Credential) -> None:
        """Find out whether somebody else acts as this identity as the settings let them; the store knows the links.

        Raises:
            HeldByAnother: somebody does.
        """
        for holder in await self._directory.holders(names_of(credential, owner=link.owner)):
            # The id alone: in an organisation one account is seen under several workspaces.
            if holder.user_id != link.user_id:
                raise HeldByAnother(holder.team_id, holder.user_id)

    async def tell(
        self, team_id: str, user_id: str, credential: Credential, owner: str = "", *, proved: bool = False
    ) -> None:
        """Tell each Slack account that acts as the identity of *credential* of somebody else's try."""
        try:
            for holder in await self._directory.holders(names_of(credential, owner=owner)):
                if holder.user_id != user_id:
                    tried = Tried(
                        holder=holder,
                        team_id=holder.team_id or team_id,
                        by_user=user_id,
                        who=described(credential),
                        proved=proved,
                    )
                    await self._on_tried(tried)
        except Exception:  # it is audited: a Slack that is down must not make the page say otherwise
            log.exception("holder_not_told", team=team_id)
