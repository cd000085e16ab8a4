"""rich_text blocks as HTML: paragraphs, lists, quotes and preformatted text, with the elements inside. Pure."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from bot.sandbox.page.blockkit_text import unknown
from bot.sandbox.page.mrkdwn import Reader, mrkdwn
from bot.sandbox.slack.objects import Json

_EMPTY = Markup()
_STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}


def rich_text(parts: Sequence[Json], reader: Reader) -> Markup:
    """Show the parts of a rich_text block, one after the other."""
    return _EMPTY.join(_part(part, reader) for part in parts)


def _part(part: Json, reader: Reader) -> Markup:
    match part.get("type"):
        case "rich_text_section":
            return Markup('<div class="bk-text">{}</div>').format(_inside(part, reader))
        case "rich_text_quote":
            return Markup("<blockquote>{}</blockquote>").format(_inside(part, reader))
        case "rich_text_preformatted":
            return Markup("<pre>{}</pre>").format(_inside(part, reader))
        case "rich_text_list":
            items = (Markup("<li>{}</li>").format(_inside(item, reader)) for item in part["elements"])
            frame = Markup("<ol>{}</ol>") if part.get("style") == "ordered" else Markup("<ul>{}</ul>")
            return frame.format(_EMPTY.join(items))
        case other:
            return unknown("rich text", other)


def _inside(part: Json, reader: Reader) -> Markup:
    return _EMPTY.join(_styled(one, reader) for one in part["elements"])


def _styled(one: Json, reader: Reader) -> Markup:
    shown = _leaf(one, reader)
    for style, tag in _STYLES.items():
        if one.get("style", {}).get(style):
            shown = Markup("<{}>{}</{}>").format(Markup(tag), shown, Markup(tag))  # noqa: S704  # our own four tags
    return shown


def _leaf(one: Json, reader: Reader) -> Markup:
    """Show one leaf; mentions, links and dates go the way of mrkdwn's tokens."""
    match one.get("type"):
        case "text":
            return escape(one["text"])
        case "emoji":
            codes = str(one.get("unicode") or "")
            sign = "".join(chr(int(code, 16)) for code in codes.split("-")) if codes else f":{one['name']}:"
            return escape(sign)
        case "link":
            target = str(one["url"]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            label = str(one.get("text") or one["url"])
            return _token(f"{target}|{label}", reader)
        case "user":
            return _token(f"@{one['user_id']}", reader)
        case "channel":
            return _token(f"#{one['channel_id']}", reader)
        case "broadcast":
            return _token(f"!{one['range']}", reader)
        case "date":
            return _token(f"!date^{one['timestamp']}^{one['format']}|{one.get('fallback', '')}", reader)
        case other:
            return unknown("rich text element", other)


def _token(inner: str, reader: Reader) -> Markup:
    target, _, label = inner.partition("|")
    safe = label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")
    return mrkdwn(f"<{target}|{safe}>" if label else f"<{target}>", reader, verbatim=True)
