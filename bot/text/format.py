"""Times, mentions and foreign text, as they stand in a Slack message. Pure; the same in every language."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

NAME, PROJECT = 22, 9  # columns that a line has room for on a phone
_LONGEST_LABEL = 75  # Source: Slack, "Button element", accessibility_label
_HARMLESS = re.compile(r"[A-Za-z0-9.-]+(?: [A-Za-z0-9.-]+)*")  # as most names are
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def inert(text: str, limit: int = 80, *, of_end: bool = False) -> str:
    """Make *text* from outside harmless in mrkdwn, and at most *limit* columns long.

    No mention, link, emoji, quote, format, line break or invisible character; and what is written from right to left
    stands in an isolate of its own, so that it does not reorder what follows. A name loses its middle, since its end
    often tells it from its siblings; a sentence loses its end.
    """
    if len(text) <= limit and _HARMLESS.fullmatch(text):
        return text
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Co", "Cs", "Cn"))
    text = " ".join(text.split())
    if _width(text) > limit:
        tail = 0 if of_end else (limit - 1) // 2
        text = _head(text, limit - 1 - tail) + "…" + _head(text[::-1], tail)[::-1]
    return escape(_isolated(_without_format(text)))


def _width(text: str) -> int:
    """Count columns; an ideograph takes two."""
    if text.isascii():  # as most are
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _head(text: str, columns: int) -> str:
    """Return as much of the beginning as fits."""
    if text.isascii():
        return text[:columns]
    widths = itertools.accumulate(map(_width, text))
    return text[: sum(width <= columns for width in widths)]


def escape(text: str) -> str:
    """Escape what Slack reads as the start of a mention, a link or an escape, also in a message's plain `text`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_format(text: str) -> str:
    # Slack has no escape for these; look-alikes can't open a bold, struck or code span. `bot.spelling` reads them back.
    text = text.translate(str.maketrans("*`~", "∗ˋ∼"))
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", "ˍ", text)  # one that stands between letters opens nothing
    text = re.sub(r"@(?=(here|channel|everyone)\b)", "＠", text, flags=re.IGNORECASE)
    text = re.sub(r":(?=\S*:)", "∶", text)  # `a:100:b` has an emoji in it
    return re.sub(r"^>", "＞", text)  # at the start of a line, even escaped, it quotes


def _isolated(text: str) -> str:
    """Put text that runs from right to left between a first strong isolate and its end."""
    return (
        f"\u2068{text}\u2069" if any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text) else text
    )


def plain(text: str, limit: int = 80) -> str:
    """Make *text* from outside fit for a plain_text object, which is shown without Slack's three escapes."""
    return inert(text, limit).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def label(template: str, name: str, project: str = "", **others: str) -> str:
    """Return what a screen reader says of a button: *template*, filled with names from outside, which are cut."""
    filled = template.format(name=plain(name, NAME), project=plain(project, PROJECT), **others)
    return filled[:_LONGEST_LABEL]


def moment(unix_seconds: float, *, seconds: bool = False) -> str:
    """Return a Slack date token, which each reader sees in their own time zone; the fallback is UTC."""
    fallback = datetime.fromtimestamp(unix_seconds, UTC).strftime("%H:%M:%S UTC" if seconds else "%H:%M UTC")
    return f"<!date^{int(unix_seconds)}^{'{time_secs}' if seconds else '{time}'}|{fallback}>"


def day_and_time(unix_seconds: float) -> str:
    """Return a Slack date token as `moment` does, for what may be days ago."""
    fallback = datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(unix_seconds)}^{{date_short_pretty}} {{time}}|{fallback}>"


def link(url: str, label: str) -> str:
    """Return a link. *url* is the bot's own, never from outside."""
    return f"<{url}|{label}>"


_SIGN = re.compile("^[\u2100-\u2bff\U0001f000-\U0001faff]\ufe0f? ", re.MULTILINE)


def spoken(text: str) -> str:
    """Return *text* of ours as a screen reader should say it: no bold marks, and no sign that a word follows anyway.

    What came from outside has no marks once it is inert.
    """
    return _SIGN.sub("", text.replace("*", ""))


def mention(user_id: str) -> str:
    """Return a mention of a Slack user."""
    return f"<@{user_id}>"


def group_or_person(name: str) -> str:
    """Return a mention of a user group (S…) or of a person."""
    return f"<!subteam^{name}>" if name.startswith("S") else mention(name)


_TOKEN = re.compile(r"<([^<>\n]*)>")
_DATE = re.compile(r"!date\^(\d+)\^(\{date_short_pretty\} )?\{time(_secs)?\}")


def unmarked(text: str, *, names: Mapping[str, str] | None = None, zone: tzinfo = UTC) -> str:
    """Return what Slack's client would show of *text*, as a terminal can: no marks, no tokens, no escapes.

    *names* are those of Slack users by their ids; *zone* is the reader's. It is for what the bot says: text from outside
    has no marks of its own once it is `inert`.
    """
    shown = [
        _read_token(part, names or {}, zone) if is_token else part.translate({ord("*"): None, ord("`"): None})
        for is_token, part in zip(itertools.cycle((False, True)), _TOKEN.split(text), strict=False)
    ]
    return "".join(shown).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read_token(token: str, names: Mapping[str, str], zone: tzinfo) -> str:
    target, _, label = token.partition("|")
    if date := _DATE.fullmatch(target):
        shown = ("%Y-%m-%d " if date[2] else "") + ("%H:%M:%S %Z" if date[3] else "%H:%M %Z")
        return datetime.fromtimestamp(int(date[1]), zone).strftime(shown)
    if target.startswith("@"):
        return f"@{names.get(target[1:], target[1:])}"
    if target.startswith("!subteam^"):
        return f"@{target.removeprefix('!subteam^')}"
    return f"{label} ({target})" if label else target
