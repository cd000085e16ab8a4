"""What a row says of a link and what it hides are bound together.

So a row whose secret was swapped, copied or altered, or that names another identity than was linked, is refused instead
of opened.
"""

from __future__ import annotations

import json

from bot.huawei.iam.credential import Credential
from bot.identity.keyring import Ciphertext, KeyRing, VaultError
from bot.identity.kinds import from_json, own_kind_of, to_json
from bot.identity.link import Link, Linked


class LinkCipher:
    """Encrypts credentials for their links, with the keys of *ring*."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring

    def encrypt(self, link: Link, credential: Credential) -> Ciphertext:
        """Encrypt with the newest key.

        Raises:
            VaultError: there is none.
        """
        return self.ring.encrypt(to_json(credential), _place(link))

    def anew(self, link: Link, ciphertext: Ciphertext) -> Ciphertext:
        """Encrypt with the newest key what an older one has encrypted.

        Raises:
            VaultError: it can't be opened.
        """
        return self.ring.encrypt(self.ring.decrypt(ciphertext, _place(link)), _place(link))

    def opened(self, link: Link, ciphertext: Ciphertext) -> Linked:
        """Return a link with its credential.

        Raises:
            VaultError: it can't be opened.
        """
        return Linked(link, from_json(self.ring.decrypt(ciphertext, _place(link))))

    def prove(self, link: Link, ciphertext: Ciphertext) -> None:
        """Open it, as this version or an earlier one has encrypted it.

        Raises:
            VaultError: its key is missing from the ring, or does not open what it encrypted.
        """
        if ciphertext.key_id not in self.ring.key_ids:
            raise VaultError(
                f"OMS_BOT_SECRET_KEYS does not hold the key {ciphertext.key_id}, which stored links are encrypted "
                "with; put it back, or start with an empty database"
            )
        if self._loosely_bound(link, ciphertext) is None:
            self.ring.decrypt(ciphertext, _place(link))

    def bound(self, link: Link, ciphertext: Ciphertext) -> Ciphertext | None:
        """Encrypt anew, under the same key, what an earlier version had bound to less of its row.

        None if it is no such row, or one that says otherwise than its own secret.
        """
        if ciphertext.key_id not in self.ring.key_ids:
            return None
        if (plain := self._loosely_bound(link, ciphertext)) is None:
            return None
        return self.ring.encrypt(plain, _place(link), key_id=ciphertext.key_id)

    def _loosely_bound(self, link: Link, ciphertext: Ciphertext) -> bytes | None:
        try:
            plain = self.ring.decrypt(ciphertext, ("link", link.team_id, link.user_id, link.link_id))
            credential = from_json(plain)
        except VaultError:
            return None
        kind = own_kind_of(credential)
        honest = kind.name == link.kind and kind.principal(credential) in (link.principal, None)
        return plain if honest and not link.owner else None


def _place(link: Link) -> tuple[str, ...]:
    said = (link.kind, link.principal, link.owner, json.dumps(link.projects))
    return ("link", link.team_id, link.user_id, link.link_id, *said)
