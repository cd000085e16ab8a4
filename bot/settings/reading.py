"""A setting's text as it was meant: without what files, shells, Docker and chats put around it."""

from __future__ import annotations

import base64
import binascii
import re
import string
import unicodedata
from typing import Final

KEY_BYTES: Final = 32

# A byte order mark and a zero-width space are no white space to Python.
_AROUND: Final = string.whitespace + "\u00a0\u200b\ufeff"
_QUOTATION_MARKS: Final = ('""', "''", "``", "“”", "‘’")


def tidy(text: str) -> str:
    """Take off what can't be meant: a byte order mark, white space and line ends, one pair of quotation marks."""
    bare = text.strip(_AROUND)
    return bare[1:-1].strip(_AROUND) if _is_quoted(bare) else bare


def read_token(text: str) -> str:
    """Return a token or key, which are made of visible ASCII characters.

    Raises:
        ValueError: it has others.
    """
    token = tidy(text)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError(
            "has white space or other characters in it that it can't have; copy it anew, and it alone"
        )
    return token


def read_password(text: str, *, exact: bool) -> str:
    """Return a password, which may begin and end with anything that can be typed, so only line ends come off.

    In an environment variable (not *exact*) white space and quotation marks around it may be meant or not; nobody can
    tell, and a wrong password must not be tried.

    Raises:
        ValueError: it can't be told, or no password is like this.
    """
    password = text.removeprefix("\ufeff").strip("\r\n")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise ValueError("has a line end or another control character in it; put the password there alone")
    if not exact and password != tidy(password):
        raise ValueError(
            "has white space or quotation marks around it, which may belong to it or not; take them away, "
            "or put the password into a file (file:/path), which is taken as it is"
        )
    return password


def read_keys(text: str) -> list[bytes]:
    """Return the keys of OMS_BOT_SECRET_KEYS, which commas or white space separate, in their order.

    Raises:
        ValueError: one is not 32 bytes in URL-safe base64, or stands there twice.
    """
    parts = (tidy(part) for part in re.split(r"[,\s]", text))
    keys = [_read_key(number, part) for number, part in enumerate(filter(None, parts), 1)]
    if len(set(keys)) < len(keys):
        raise ValueError("has a key twice; remove one")
    return keys


def _read_key(number: int, part: str) -> bytes:
    try:
        key = base64.b64decode(part, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"has a key (number {number}) that is not {KEY_BYTES} bytes in URL-safe base64; "
            "`oms-bot users new-key` prints one that is"
        )
    return key


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] + text[-1] in _QUOTATION_MARKS
