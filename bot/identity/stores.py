"""Where links are kept is the operator's choice, and nobody else's concern."""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa

from bot.huawei.iam.credential import Credential
from bot.identity.keyring import KeyRing, VaultError
from bot.identity.link import Link, Linked
from bot.identity.names import Name
from bot.identity.vault import Vault
from bot.settings.load import Settings


class SecretStore(Protocol):
    """Where links are kept: the database (`Vault`) or HashiCorp Vault (`HashiCorpVault`).

    Every method may raise `VaultError`; when the store can't be asked, `VaultUnavailable` or its driver's error.
    """

    @property
    def writable(self) -> bool:
        """Whether a link could be stored: False without a key to encrypt with."""

    async def check(self) -> None:
        """Prove at start that the stored secrets can be opened."""

    async def bind(self) -> int:
        """At a start, bring what an earlier version had stored up to date; return how many links that were."""

    async def put(self, link: Link, credential: Credential, *, alone: bool = False) -> bool:
        """Store a person's credential under a new link; tell whether it replaced one.

        Raises:
            HeldByAnother: another Slack account acts as the same IAM identity, although it had to be *alone*.
        """

    async def holders(self, names: frozenset[Name]) -> list[Link]:
        """Return the links that act as an IAM identity."""

    async def get(self, team_id: str, user_id: str) -> Linked | None:
        """Return a person's link with its credential."""

    async def all_links(self) -> list[Link]:
        """Return everybody's links, by team and user."""

    async def delete(self, team_id: str, user_id: str) -> bool:
        """Forget a person's link and secret; False if there was none."""

    async def disable(self, team_id: str, user_id: str, reason: str) -> bool:
        """Destroy the secret and keep the reason, until the person links anew; False if nothing was in use."""

    async def rotate(self) -> int:
        """Encrypt anew what is not under the newest key; return how many that were."""


def open_store(settings: Settings, engine: sa.Engine) -> SecretStore:
    """Return the store that the settings name; nothing is read yet.

    Raises:
        VaultError: the key ring is faulty, or HashiCorp Vault's client library is missing.
    """
    chosen = settings.hashicorp_vault
    if chosen is None:
        return Vault(engine, KeyRing.parse(settings.secret_keys))
    try:
        from bot.identity.hashicorp import HashiCorpVault  # noqa: PLC0415  # an extra
    except ImportError:
        raise VaultError(
            "[hashicorp_vault] needs a library that is not installed; install it with: pip install 'oms-bot[vault]'"
        ) from None
    return HashiCorpVault(
        chosen.address,
        chosen.token,
        mount=chosen.mount,
        prefix=chosen.prefix,
        ca=str(chosen.ca) if chosen.ca else None,
    )
