"""Whose identity at IAM a credential is, as names that can be compared: stable, and none of them secret. Pure.

One IAM user may be known by several names: an account and a user name, IAM's id for them, each of their access keys.
Credentials with a name in common are one identity's.
"""

from __future__ import annotations

import unicodedata

Name = tuple[str, ...]


def fold(name: str) -> str:
    """Return the form in which spellings that IAM may take for one name are the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
