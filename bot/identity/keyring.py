"""Encryption of what must not be readable in the database: AES-256-GCM with a ring of keys, newest first.

Each ciphertext names its key and is bound to its place, so it opens with that key and in that place only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from pydantic import SecretStr

from bot.settings.reading import KEY_BYTES, read_keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
"""96 bits, random: safe for 2**32 encryptions with one key, which links never come near."""


class VaultError(Exception):
    """A key is missing or wrong, or a stored secret can't be opened. Its text is one sentence for an operator."""


class KeyMissing(VaultError):  # noqa: N818  # reads as what happened
    """What is stored is whole, but this process was not given the key to it."""


class VaultUnavailable(VaultError):  # noqa: N818  # reads as what happened
    """The place where secrets are kept can't be asked just now. It says nothing about anybody's link."""


def new_key() -> str:
    """Return a new random key, as it is written in OMS_BOT_SECRET_KEYS."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """What was encrypted (nonce first), and the id of the key that opens it."""

    key_id: str
    blob: bytes


class KeyRing:
    """The keys of OMS_BOT_SECRET_KEYS. The newest encrypts; any may decrypt. Shows no key in its repr."""

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {_key_id(key): _cipher(key) for key in keys}
        self._signing = {_key_id(key): hmac.digest(key, b"oms-bot seals", "sha256") for key in keys}
        self._oldest = keys[-1] if keys else None
        self.newest: Final = next(iter(self._keys), None)

    @classmethod
    def parse(cls, text: SecretStr) -> Self:
        """Read keys separated by commas, newest first. Nothing but space gives an empty ring, which encrypts nothing.

        Raises:
            VaultError: a key is not 32 bytes in URL-safe base64, or stands there twice.
        """
        try:
            return cls(read_keys(text.get_secret_value()))
        except ValueError as error:
            raise VaultError(f"OMS_BOT_SECRET_KEYS {error}") from None

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of the keys in the ring."""
        return frozenset(self._keys)

    def derive(self, purpose: str) -> bytes | None:
        """Return a key for hashes, made from the oldest key; None without one.

        The oldest, because while keys are being replaced every process holds it.
        """
        if self._oldest is None:
            return None
        return hashlib.blake2b(purpose.encode(), key=self._oldest, digest_size=KEY_BYTES).digest()

    def sign(self, message: bytes) -> str:
        """Return a signature of *message* by the newest key, with the key's id; empty without a key."""
        if self.newest is None:
            return ""
        return f"{self.newest}:{hmac.digest(self._signing[self.newest], message, 'sha256').hex()}"

    def verify(self, signature: str, message: bytes) -> bool:
        """Tell whether a key of the ring has signed *message*."""
        key_id, _, digest = signature.partition(":")
        key = self._signing.get(key_id)
        expected = hmac.digest(key, message, "sha256").hex() if key else ""
        return bool(key) and hmac.compare_digest(expected.encode(), digest.encode())

    def encrypt(self, plain: bytes, place: tuple[str, ...], *, key_id: str | None = None) -> Ciphertext:
        """Encrypt, bound to *place*: the words that say where the ciphertext will be kept, and beside what.

        With the newest key, unless another one of the ring is named by its *key_id*.

        Raises:
            VaultError: the ring is empty.
        """
        key_id = key_id or self.newest
        if key_id is None:
            raise VaultError("OMS_BOT_SECRET_KEYS is not set; `oms-bot users new-key` prints a key for it")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return Ciphertext(key_id, nonce + self._keys[key_id].encrypt(nonce, plain, _bound(place)))

    def decrypt(self, ciphertext: Ciphertext, place: tuple[str, ...]) -> bytes:
        """Decrypt what was encrypted for the same *place*.

        Raises:
            KeyMissing: its key is not in the ring.
            VaultError: it was altered, or it was encrypted for another place.
        """
        key = self._keys.get(ciphertext.key_id)
        if key is None:
            raise KeyMissing(
                f"a stored secret needs the key {ciphertext.key_id}, which OMS_BOT_SECRET_KEYS does not hold; "
                "put it back"
            )
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # loaded with the key

        try:
            return key.decrypt(ciphertext.blob[:_NONCE_BYTES], ciphertext.blob[_NONCE_BYTES:], _bound(place))
        except (InvalidTag, ValueError):  # ValueError: too short to be one
            raise VaultError(
                "a stored secret was altered or moved to another place; unlink it and have it linked again"
            ) from None


def _key_id(key: bytes) -> str:
    # A hash of a random 256-bit key reveals nothing of it.
    return hashlib.sha256(b"oms-bot key id" + key).hexdigest()[:16]


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # 7 MiB, useless without a key

    return AESGCM(key)


def _bound(place: tuple[str, ...]) -> bytes:
    return json.dumps(place).encode()  # JSON: ("a", "bc") must not read like ("ab", "c")
