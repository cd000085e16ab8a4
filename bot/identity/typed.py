"""What people type beside a credential: what they call it, and secrets where they don't belong. Pure."""

from __future__ import annotations

import re
from typing import Final

_LONGEST_LABEL: Final = 40


def read_label(label: str) -> str:
    """Return what a person calls their key, as it may be shown."""
    return " ".join("".join(c if c.isprintable() else " " for c in label).split())[:_LONGEST_LABEL].rstrip()


_ACCESS_KEY: Final = re.compile(r"(?=.*[A-Z])[A-Z0-9]{16,}")
_LONG_SECRET: Final = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])[A-Za-z0-9+/=_-]{28,}")
_NAMED: Final = re.compile(r"(?i)(?:ak|sk|access|secret|password|passwd|pwd|pw|token)[\w-]*[:=]\S+")
_CLASSES: Final = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")))


def looks_like_secret(text: str) -> bool:
    """Whether what follows ``/oms link`` may be a secret, which is then neither used, kept nor logged. Pure.

    It leans towards yes: the command takes no words, and whoever typed a secret has to revoke it.
    """
    return any(_secret_word(word.strip("\"'`“”‘’,;<>()")) for word in text.split())


def _secret_word(word: str) -> bool:
    if any(pattern.fullmatch(word) for pattern in (_ACCESS_KEY, _LONG_SECRET, _NAMED)):
        return True
    # A password, as IAM wants them: long, and of several kinds of characters.
    return len(word) >= 8 and sum(bool(kind.search(word)) for kind in _CLASSES) >= 3
