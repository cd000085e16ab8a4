"""How people, phones and Slack spell what is meant. Pure.

    normalise   undoes what a keyboard does: quotes, invisible characters, spaces
    unlinked    undoes what Slack makes of words: links, mentions
    unwrap      takes off what stands around a word: back-ticks, bold, brackets, a comma; never what is inside it
    fold        is equal for two spellings of one name
    meant       finds the names that somebody may have meant, of those that there are

A name may itself begin or end in such characters, so `meant` prefers the name that leaves the least to take off.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

EDGES = "\"'`*_~()[]{}<>|,;:.!?#•·¡¿。、「」『』【】《》〈〉"
"""What Slack's mark-up, a phone or a sentence puts around a word."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛‹›′´", "'"))
# As the French write them, with a space inside; the Germans turn them round, and have theirs outside.
_SPACED_QUOTES = re.compile("(?<!\\w)(«)[\u00a0\u202f]|[\u00a0\u202f](»)(?!\\w)")
_DASHES = re.compile(r"[‐‑‒–—―−﹘﹣－-]+")
_LOOK_ALIKES = str.maketrans("∗ˋ∼ˍ∶", "*`~_:")  # what `text.format` shows instead, and people copy
_BARE_WORD = re.compile(r"\S+")
# Quotes and back-ticks keep several words together, whatever else stands around them.
_edges = f"[{re.escape(EDGES)}]"
_WORD = re.compile(rf"""{_edges}*?(?:"([^"]*)"|`([^`]*)`|'([^']*)'){_edges}*+(?=\s|$)|(\S+)""")
# <target> or <target|label>: a link of any scheme, or the mention of a person, a channel, a group.
_TOKEN = re.compile(r"<([a-z][a-z0-9+.-]*:[^<>|\s]*|[@#!][^<>|\s]+)(?:\|([^<>]*))?>", re.IGNORECASE)


def normalise(text: str) -> str:
    """Undo what a phone's keyboard does: quotes become plain, invisible characters go, spaces are single."""
    # Quotes first: NFKC makes two single ones of a ″.
    text = _SPACED_QUOTES.sub(lambda found: found[1] or found[2], _visible(text)).translate(_QUOTES)
    text = _visible(unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    return " ".join(text.split())


def _visible(text: str) -> str:
    """Drop what nobody sees; control characters and lone surrogates too, which no database would store."""
    return "".join(char for char in text if not _is_invisible(char))


def _is_invisible(char: str) -> bool:
    if "\ufe00" <= char <= "\ufe0f":  # variation selectors, which follow an emoji
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") and not char.isspace()


def unescape(text: str) -> str:
    """Undo Slack's three escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


_OTHER_SCHEMES = frozenset({"mailto", "tel", "sip"})


def unlinked(text: str) -> str:
    """Put words where Slack has put links: the word that it took for an address, else the address itself."""
    while (plain := _TOKEN.sub(_words_of, text)) != text:
        text = plain
    return text


def _words_of(token: re.Match[str]) -> str:
    target, label = token[1], token[2] or ""
    if target[0] == "!":
        return label or f"@{target[1:]}"
    if target[0] in "@#":
        return target[0] + (label.lstrip("@#") or target[1:])
    scheme, _, address = target.partition(":")
    if scheme.casefold() in _OTHER_SCHEMES:
        return label or address
    if scheme.casefold() not in ("http", "https"):
        return label or target  # no link of Slack's: somebody put a name with a colon in brackets
    return label if _address(unwrap(label)) == _address(target) else target


def _address(link: str) -> str:
    return re.sub(r"^https?://|/$", "", unquote(link).casefold())


def unwrap(word: str) -> str:
    """Take off what stands around a word."""
    return word.strip(EDGES)


def first_word(text: str, *, quoted: bool = False) -> tuple[str, str]:
    """Return the first word of *text* as it was typed, and what follows. If *quoted*, quotes may hold several.

    Dashes and marks that stand alone are no words.
    """
    pattern = _WORD if quoted else _BARE_WORD
    while found := pattern.search(text):
        word = next((group for group in found.groups() if group is not None), found[0]).strip()
        text = text[found.end() :]
        if fold(word).strip(EDGES + "- "):
            return word, text.strip()
    return "", ""


def quote(words: str) -> str:
    """Return *words* so that `first_word`, if quoted, gives them back."""
    if unwrap(words) == words and not re.search(r"[\s\"'`]", words):
        return words
    mark = next((mark for mark in "\"`'" if mark not in words), "")
    return f"{mark}{words}{mark}"


def fold(name: str) -> str:
    """Return the form in which two spellings of a name are the same: no case, any run of dashes is one."""
    # Look-alikes first: normalised, some would be one with an accent after them.
    name = normalise(name.translate(_LOOK_ALIKES))
    return _DASHES.sub("-", name).casefold()


def meant(typed: str, names: Iterable[str], *, exactly: bool = False) -> set[str]:
    """Return those of *names* that *typed* stands for, but for what is around it; unless *exactly*, however spelt."""
    known = {name for name in names if name}
    same = {name: name for name in known if _holds(typed, name)}
    if not same and not exactly:
        same = {name: folded for name in known if _holds(fold(typed), folded := fold(name))}
    most = max(map(len, same.values()), default=0)
    return {name for name, spelt in same.items() if len(spelt) == most}


def _holds(typed: str, name: str) -> bool:
    """Tell whether *typed* is *name* with nothing but edges around it."""
    before, found, after = typed.partition(name) if name else ("", "", "")
    return bool(found) and not unwrap(before) and not unwrap(after)


def closest_names(name: str, known: list[str], limit: int = 3) -> list[str]:
    """Return the names in *known* that *name* was most likely meant to be, best first."""
    by_folded = {fold(candidate): candidate for candidate in known}
    return [
        by_folded[found] for found in difflib.get_close_matches(fold(name), by_folded, limit, cutoff=0.55)
    ]
