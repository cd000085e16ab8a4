"""The languages that the bot speaks, and which of them somebody reads. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language, by its ISO 639 code. It is stored with an operation, so a code stays what it is."""

    EN = "en"
    ZH = "zh"


_ACCEPTED: Final = re.compile(
    r"\s*([A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?"
)


def language_of(locale: str | None) -> Language:
    """Return the language of *locale* as Slack writes it (``zh-CN``); English where it is another, or unknown."""
    return _spoken(locale or "") or Language.EN


def language_accepted(header: str) -> Language:
    """Return the language that a browser prefers among ours, by its Accept-Language *header*."""
    wishes = (_ACCEPTED.fullmatch(part) for part in header.split(",")[:20])
    weighed = [(float(wish[2] or 1), _spoken(wish[1])) for wish in wishes if wish]
    ours = [(weight, language) for weight, language in weighed if language and weight]
    return max(ours, key=lambda wish: wish[0])[1] if ours else Language.EN


def _spoken(locale: str) -> Language | None:
    code = re.split(r"[-_]", locale.strip().casefold(), maxsplit=1)[0]
    return next((language for language in Language if language == code), None)
