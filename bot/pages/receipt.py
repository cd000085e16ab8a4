"""What a browser keeps of a link that was stored, so that success is a page that it may leave, reload and come back to.

The one-time address is used up by then, and the form's answer could not be shown again. Nothing of it is a secret, nor
kept on our side: it is a cookie, sealed with the address's own token, so that it says only what the bot has said.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Final

from bot.text.languages import Language

RECEIPT: Final = "oms_link_receipt"
LARGEST: Final = 3800
"""Characters. Browsers drop a cookie of more than 4096 bytes, name and attributes included."""
_LARGEST_INSIDE: Final = 65_536  # bytes


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The words of the page after success. `probes` are pairs of a project and why it can't be read, or nothing."""

    language: Language
    heading: str
    sentence: str
    probes: tuple[tuple[str, str], ...]

    def sealed(self, token: str) -> str:
        """Return the cookie's value, which may be longer than `LARGEST` where there are very many projects."""
        body = zlib.compress(json.dumps(asdict(self), ensure_ascii=False).encode())
        return base64.urlsafe_b64encode(_seal(token, body) + body).decode().rstrip("=")

    @classmethod
    def opened(cls, token: str, cookie: str) -> Receipt | None:
        """Return what was sealed with *token*; None if anybody else made the cookie up."""
        try:
            kept = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
        except (binascii.Error, ValueError):
            return None
        seal, body = kept[:32], kept[32:]
        if not hmac.compare_digest(seal, _seal(token, body)):
            return None
        said = json.loads(zlib.decompressobj().decompress(body, _LARGEST_INSIDE))
        return cls(
            language=Language(said["language"]),
            heading=said["heading"],
            sentence=said["sentence"],
            probes=tuple((alias, cause) for alias, cause in said["probes"]),
        )


def _seal(token: str, body: bytes) -> bytes:
    return hmac.digest(token.encode(), body, hashlib.sha256)
