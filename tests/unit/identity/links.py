"""Making links, as several tests of the stores do."""

from __future__ import annotations

from bot.identity.stores import SecretStore
from bot.identity.vault import Link, OwnCredential, new_link


async def put_new(
    store: SecretStore,
    team_id: str,
    user_id: str,
    credential: OwnCredential,
    *,
    principal: str,
    projects: tuple[str, ...],
    verified_at: float,
) -> tuple[Link, bool]:
    """Store a new link; return it, and whether it replaced one."""
    link = new_link(
        team_id, user_id, credential, principal=principal, projects=projects, verified_at=verified_at
    )
    return link, await store.put(link, credential)
