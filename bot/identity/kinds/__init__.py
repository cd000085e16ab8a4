"""The kinds of credentials. To add one: a file here, a line in `KINDS`, its words, and its section of the settings."""

from __future__ import annotations

import json
from typing import Any, Final

from bot.huawei.iam.credential import Credential
from bot.identity.keyring import VaultError
from bot.identity.kinds.access_key import AccessKey
from bot.identity.kinds.agency import Agency
from bot.identity.kinds.kind import Kind, OwnKind
from bot.identity.kinds.password import Password
from bot.identity.names import Name

KINDS: Final[dict[str, Kind[Any]]] = {kind.name: kind for kind in (AccessKey(), Password(), Agency())}
"""All of them, by name, in the order in which people are offered those that they can link."""


def own_kinds() -> list[OwnKind[Any]]:
    """Return the kinds that people can link by themselves."""
    return [kind for kind in KINDS.values() if isinstance(kind, OwnKind)]


def kind_of(credential: Credential) -> Kind[Any]:
    """Return the kind of a credential."""
    return next(kind for kind in KINDS.values() if isinstance(credential, kind.credential))


def own_kind_of(credential: Credential) -> OwnKind[Any]:
    """Return the kind of a credential that somebody has linked, or wants to."""
    return next(kind for kind in own_kinds() if isinstance(credential, kind.credential))


def names_of(credential: Credential, *, owner: str = "") -> frozenset[Name]:
    """Return every name of whoever acts with *credential*. `owner` is IAM's id of that user, where IAM told it."""
    by_id = {("id", owner)} if owner else set()
    return frozenset({kind_of(credential).claim(credential), *by_id})


def described(credential: Credential) -> str:
    """Say in words whom a credential claims to be, for the audit and for that person."""
    return own_kind_of(credential).described(credential)


def to_json(credential: Credential) -> bytes:
    """Write a credential that was linked, secrets included, for a store that encrypts it."""
    return own_kind_of(credential).to_json(credential)


def from_json(text: bytes) -> Credential:
    """Read what `to_json` wrote.

    Raises:
        VaultError: it is something else, perhaps of a newer version of the bot.
    """
    match json.loads(text):
        case {"kind": str(name), **values}:
            kind = KINDS.get(name)
            credential: Credential | None = kind.from_json(values) if isinstance(kind, OwnKind) else None
            if credential is not None:
                return credential
    raise VaultError("a stored secret is of a kind that this version of the bot does not know")
