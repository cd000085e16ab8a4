"""Slack's mrkdwn as HTML, read as Slack's client reads it. Pure; what comes out is escaped.

Slack escapes only `&`, `<` and `>`. A raw `<` therefore starts a token (`<@U1>`, `<#C1>`, `<!date^…>`, a link) or
nothing; tokens are lifted out first, so that no name or address is mistaken for bold or a link.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_TOKEN = re.compile(r"<([^<>\n]+)>")
# A held piece ends an address.
_BARE_LINK = re.compile("https?://[^\\s<>\"'`*\ue000\ue001]+[^\\s<>\"'`*\ue000\ue001.,;:!?)\\]]")
_EMOJI_CODE = re.compile(r":([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?")
_EMOJI = {
    "100": "💯", "+1": "👍", "-1": "👎", "boom": "💥", "eyes": "👀", "fire": "🔥", "rocket": "🚀", "skull": "💀",
    "smile": "😄", "tada": "🎉", "thumbsup": "👍", "warning": "⚠️", "wave": "👋", "white_check_mark": "✅", "x": "❌",
}  # fmt: skip
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "slack"})
_HELD = re.compile("\ue000(\\d+)\ue001")
_STYLES = (("*", "strong"), ("_", "em"), ("~", "s"))
_QUOTED_LINE = re.compile(r"^(?:&gt;|>) ?(.*)\n?", re.MULTILINE)
_QUOTE = re.compile(rf"(?:{_QUOTED_LINE.pattern})+", re.MULTILINE)


@dataclass(frozen=True)
class Reader:
    """Who reads: what ids are called, whose mention is highlighted, in which time zone, and when (Unix seconds)."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    me: str | None = None
    zone: tzinfo = UTC
    now: float = 0.0


def plain(text: str) -> Markup:
    """Show a plain_text: nothing is formatted, line breaks are kept by the style sheet."""
    return escape(text)


def mrkdwn(text: str, reader: Reader, *, verbatim: bool = False) -> Markup:
    """Show mrkdwn; `verbatim` makes no links of addresses that are not written as tokens."""
    return _Page(reader, verbatim=verbatim).show(text)


class _Page:
    """One text on its way: finished pieces are held aside, behind private-use characters."""

    def __init__(self, reader: Reader, *, verbatim: bool) -> None:
        self._reader, self._verbatim = reader, verbatim
        self._held: list[tuple[Markup, str]] = []  # each piece, and the text that it was made of

    def show(self, text: str) -> Markup:
        text = re.sub("[\ue000\ue001]", "\ufffd", text)  # nobody outside may forge a held piece
        text = re.sub(r"```\n?([\s\S]+?)\n?```\n?", self._keep(lambda m: _pre(m[1])), text)
        text = re.sub(r"`([^`\n]+)`", self._keep(lambda m: _code(m[1])), text)
        text = _TOKEN.sub(self._keep(lambda m: self._token(self._raw(m[1]))), text)
        if not self._verbatim:
            text = _BARE_LINK.sub(self._keep(lambda m: _link(m[0], m[0])), text)
        text = _EMOJI_CODE.sub(lambda m: _EMOJI.get(m[1], m[0]), text)
        text = _QUOTE.sub(self._keep(_quote), text)
        return self._release(_styled(escape(_unescape(text))))

    def _keep(self, make: Callable[[re.Match[str]], Markup]) -> Callable[[re.Match[str]], str]:
        def hold(found: re.Match[str]) -> str:
            self._held.append((make(found), found[0]))
            return f"\ue000{len(self._held) - 1}\ue001"

        return hold

    def _raw(self, text: str) -> str:
        """Return *text* as it was written: what becomes part of a link or an attribute holds no tags."""
        while _HELD.search(text):
            text = _HELD.sub(lambda m: self._held[int(m[1])][1], text)
        return text

    def _release(self, text: Markup) -> Markup:
        while _HELD.search(text):  # a quote holds what was held before it
            text = Markup(_HELD.sub(lambda m: self._held[int(m[1])][0], str(text)))  # noqa: S704  # made here, escaped
        return text

    def _token(self, inner: str) -> Markup:
        target, _, label = inner.partition("|")
        kind, rest = target[:1], target[1:]
        if kind == "@":
            return self._mention(rest, label)
        if kind == "#":
            return _chip("#" + (self._reader.channels.get(rest) or _unescape(label) or rest))
        if kind == "!":
            return self._special(rest, label)
        return _link(_unescape(target), _unescape(label or target))

    def _mention(self, user: str, label: str) -> Markup:
        name = self._reader.users.get(user) or _unescape(label) or user
        return _chip("@" + name, mine=user == self._reader.me)

    def _special(self, command: str, label: str) -> Markup:
        if command.startswith("date^"):
            return date_token(command, _unescape(label), self._reader)
        if command.startswith("subteam^"):
            group = command.removeprefix("subteam^")
            return _chip("@" + (self._reader.groups.get(group) or _unescape(label).lstrip("@") or group))
        if command in ("here", "channel", "everyone"):
            return _chip("@" + command, mine=True)
        return escape(_unescape(label) or f"<!{_unescape(command)}>")


def date_token(command: str, fallback: str, reader: Reader) -> Markup:
    """Show `date^seconds^format^link` in the reader's time zone; the fallback if it is not well formed."""
    _, _, rest = command.partition("^")
    seconds, _, rest = rest.partition("^")
    form, _, link = rest.partition("^")
    try:
        at = datetime.fromtimestamp(int(seconds), reader.zone)
        told = re.sub(r"\{(\w+)\}", lambda m: _moment(m[1], at, reader), _unescape(form))
    except (ValueError, KeyError, OverflowError, OSError):
        return escape(fallback)
    shown = Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), f"{at:%c}", told)
    return _link(_unescape(link), shown) if link else shown


def _moment(word: str, at: datetime, reader: Reader) -> str:
    """Show one piece of a date format. Raises KeyError for a word that Slack does not know."""
    if word.endswith("_pretty") or word == "date_pretty":
        today = datetime.fromtimestamp(reader.now, reader.zone).date()
        near = {today: "today", today - timedelta(days=1): "yesterday", today + timedelta(days=1): "tomorrow"}
        word = word.removesuffix("_pretty")
        if at.date() in near:
            return near[at.date()]
    return {
        "date": f"{at:%B} {at.day}, {at.year}",
        "date_num": f"{at:%Y-%m-%d}",
        "date_slash": f"{at:%m/%d/%Y}",
        "date_long": f"{at:%A}, {at:%B} {at.day}, {at.year}",
        "date_short": f"{at:%b} {at.day}, {at.year}",
        "time": f"{at:%H:%M}",
        "time_secs": f"{at:%H:%M:%S}",
        "ago": _ago(reader.now - at.timestamp()),
    }[word]


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if abs(seconds) >= size:
            count = int(abs(seconds) // size)
            told = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{told} ago" if seconds > 0 else f"in {told}"
    return "just now"


def _unescape(text: str) -> str:
    """Undo Slack's three escapes; every other entity is text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _styled(text: Markup) -> Markup:
    """Make bold, italic and struck spans, where Slack would: at word borders, on one line."""
    html = str(text)
    for sign, tag in _STYLES:
        mark = re.escape(sign)
        span = rf"(?<![\w{mark}])(?<!&){mark}(?=[^\s{mark}])([^{mark}\n]*?[^\s{mark}]){mark}(?![\w{mark}])"
        html = re.sub(span, rf"<{tag}>\1</{tag}>", html)
    return Markup(html)  # noqa: S704  # escaped before, and only our own tags were added


def _chip(text: str, *, mine: bool = False) -> Markup:
    return Markup('<span class="bk-mention{}">{}</span>').format(" bk-mine" if mine else "", text)


def _link(target: str, label: str | Markup) -> Markup:
    """Make a link of a target with a harmless scheme; of any other, only its text remains."""
    try:
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme not in _SAFE_SCHEMES:
        return escape(label if label != target else f"<{target}>")
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(target, label)


def _quote(found: re.Match[str]) -> Markup:
    said = "\n".join(line[1] for line in _QUOTED_LINE.finditer(found[0]))
    return Markup("<blockquote>{}</blockquote>").format(_styled(escape(_unescape(said))))


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(_unescape(text))


def _pre(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(_unescape(text))
