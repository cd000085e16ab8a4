"""Where links are kept is the operator's choice, and nobody else's concern."""

from __future__ import annotations

import sqlalchemy as sa

from bot.identity.keyring import KeyRing, VaultError
from bot.identity.store import SecretStore
from bot.identity.vault import Vault
from bot.settings.load import Settings


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
            "[hashicorp_vault] needs a library that is not installed; install it with: pip install '.[vault]'"
        ) from None
    return HashiCorpVault(
        chosen.address,
        chosen.token,
        mount=chosen.mount,
        prefix=chosen.prefix,
        ca=chosen.ca,
        outgoing=settings.outgoing,
        engine=engine,
    )
