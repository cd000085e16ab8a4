"""Where links are kept: what the database (`Vault`) and HashiCorp Vault (`HashiCorpVault`) have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from bot.huawei.iam.credential import Credential
from bot.identity.link import Link, Linked
from bot.identity.names import Name

if TYPE_CHECKING:
    from bot.audit import Entry


class SecretStore(Protocol):
    """Where links are kept. Nothing is cached: each call reads what is there now.

    What changes a link is given a *note*, the event that tells of it. In the database both are one transaction;
    elsewhere the event follows at once.

    Every method may raise `VaultError`; when the store can't be asked, `VaultUnavailable` or its driver's error.
    """

    @property
    def writable(self) -> bool:
        """Whether a link could be stored: False without a key to encrypt with."""

    async def check(self) -> None:
        """Prove at a start that the stored secrets can be opened, by opening some."""

    async def bind(self) -> int:
        """At a start, bring what an earlier version had stored up to date; return how many links that were."""

    async def put(
        self,
        link: Link,
        credential: Credential,
        *,
        alone: bool = False,
        note: Callable[[bool], Entry] | None = None,
    ) -> bool:
        """Store a person's credential under a new link; tell whether it replaced one, as *note* is told too.

        Raises:
            HeldByAnother: another Slack account acts as the same IAM identity, although it had to be *alone*. Nothing
                is stored.
        """

    async def get(self, team_id: str, user_id: str) -> Linked | None:
        """Return a person's link with its credential. If it can't be opened, nobody else's is returned instead."""

    async def holders(self, names: frozenset[Name]) -> list[Link]:
        """Return the links that act as an IAM identity. What can't be opened acts as nobody."""

    async def all_links(self) -> list[Link]:
        """Return everybody's links, by team and user."""

    async def delete(self, team_id: str, user_id: str, *, note: Entry | None = None) -> bool:
        """Forget a person's link and secret; False if there was none."""

    async def disable(self, team_id: str, user_id: str, reason: str, *, note: Entry | None = None) -> bool:
        """Destroy the secret and keep the reason, until the person links anew; False if nothing was in use."""

    async def rotate(self) -> int:
        """Encrypt anew what is not under the newest key; return how many links that were."""
