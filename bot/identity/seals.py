"""Seals: signs that what is read from the database was written by this bot, by an HMAC under keys that are not in it.

Who can write to the database could otherwise record a click that nobody made. Without OMS_BOT_SECRET_KEYS there is
nothing to seal with: seals are empty, and everything holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, ClassVar, Protocol, TypeVar

from bot.identity.keyring import KeyRing


class Sealable(Protocol):
    """A dataclass that is stored with its seal, which covers all its other fields, and what kind of record it is."""

    __dataclass_fields__: ClassVar[dict[str, Any]]  # as `typeshed` describes a dataclass

    sealed_as: ClassVar[str]

    @property
    def seal(self) -> str:
        """The seal; empty for what was not sealed."""


SomeSealable = TypeVar("SomeSealable", bound=Sealable)


class Seals:
    """Makes and checks seals."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    @property
    def can_seal(self) -> bool:
        """Whether there is a key to seal with."""
        return self._ring.newest is not None

    def seal(self, what: str, fields: Mapping[str, Any]) -> str:
        """Return the seal of a record of the kind *what*."""
        return self._ring.sign(_bytes(what, fields))

    def holds(self, what: str, fields: Mapping[str, Any], seal: str | None) -> bool:
        """Tell whether *seal* is of exactly this record. What was recorded before there was a key has none."""
        return not self.can_seal or self._ring.verify(seal or "", _bytes(what, fields))

    def sealed(self, record: SomeSealable) -> SomeSealable:
        """Return *record* with its seal."""
        return replace(record, seal=self.seal(record.sealed_as, asdict(record)))

    def intact(self, record: Sealable) -> bool:
        """Tell whether *record* is as it was when it was sealed."""
        return self.holds(record.sealed_as, asdict(record), record.seal)


def _bytes(what: str, fields: Mapping[str, Any]) -> bytes:
    """Return what is signed. A field that is empty is left out, so that a new one changes no older record."""
    kept = {key: value for key, value in fields.items() if key != "seal" and value not in (None, "", [], ())}
    return json.dumps([what, kept], sort_keys=True).encode()
