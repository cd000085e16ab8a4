"""Slack's mrkdwn and Block Kit as text for a terminal. Pure.

The sandbox's HTML (`mrkdwn`, `blockkit`) is the one place that knows how Slack reads its own notation; this reads that
HTML, so the terminal and the web page never disagree.
"""

import unicodedata
from html.parser import HTMLParser

from markupsafe import Markup
from rich.style import Style
from rich.text import Text

from bot.sandbox.page.mrkdwn import Reader, mrkdwn

_STYLES = {
    "strong": "bold",
    "b": "bold",
    "em": "italic",
    "s": "strike",
    "code": "cyan",
    "pre": "cyan",
    "blockquote": "italic",
}
_ON_LINES_OF_THEIR_OWN = frozenset(
    {"div", "p", "h3", "li", "ul", "ol", "pre", "blockquote", "figure", "label"}
)
_WITHOUT_END = frozenset({"br", "hr", "img", "input"})


def inert(text: str) -> str:
    """Return text without the control characters by which a name could command the terminal."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") else "\ufffd" for c in text)


def mrkdwn_text(text: str, reader: Reader, *, verbatim: bool = True) -> Text:
    """Show mrkdwn as its reader sees it."""
    return html_text(mrkdwn(text, reader, verbatim=verbatim))


def html_text(html: Markup) -> Text:
    """Show the sandbox's own HTML."""
    parser = _Reading()
    parser.feed(str(html))
    parser.close()
    parser.text.rstrip()
    return parser.text


class _Reading(HTMLParser):
    """HTML on its way to text: a stack of styles, and line breaks where a browser would make them."""

    def __init__(self) -> None:
        super().__init__()
        self.text = Text()
        self._styles: list[Style] = [Style.null()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _ON_LINES_OF_THEIR_OWN or tag == "br":
            self._new_line()
        if tag in ("input", "img"):
            self.handle_data(f"[{given.get('value') or given.get('alt') or given.get('type') or tag}] ")
        if tag not in _WITHOUT_END:
            self._styles.append(self._styles[-1] + _style(tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _WITHOUT_END and len(self._styles) > 1:
            self._styles.pop()
        if tag in _ON_LINES_OF_THEIR_OWN:
            self._new_line()

    def handle_data(self, data: str) -> None:
        self.text.append(inert(data), self._styles[-1])

    def _new_line(self) -> None:
        if self.text.plain and not self.text.plain.endswith("\n"):
            self.text.append("\n")


def _style(tag: str, given: dict[str, str | None]) -> Style:
    classes = (given.get("class") or "").split()
    if "bk-mention" in classes:
        return Style.parse("bold yellow" if "bk-mine" in classes else "bold blue")
    if tag == "a":  # mrkdwn lets harmless schemes through only
        return Style(underline=True, link=given.get("href"))
    return Style.parse(_STYLES.get(tag, ""))
