"""The smallest pieces of Block Kit as HTML: text objects, pictures, and the box for what is not known. Pure."""

from urllib.parse import urlsplit

from markupsafe import Markup

from bot.sandbox.page.mrkdwn import Reader, mrkdwn, plain
from bot.sandbox.slack.objects import Json


def text(given: Json, reader: Reader) -> Markup:
    """Show a text object. Raises ValueError if it is neither plain_text nor mrkdwn."""
    match given.get("type"):
        case "plain_text":
            return plain(given["text"])
        case "mrkdwn":
            return mrkdwn(given["text"], reader, verbatim=bool(given.get("verbatim")))
        case other:
            raise ValueError(f"no text object: {other}")


def image(given: Json) -> Markup:
    """Show a picture; the page loads nothing from elsewhere, so one on the internet is shown as its alt text."""
    url, told = str(given.get("image_url", "")), given["alt_text"]
    if urlsplit(url).scheme == "data" and url.startswith("data:image/"):
        return Markup('<img src="{}" alt="{}">').format(url, told)
    return Markup('<span class="bk-picture" role="img" aria-label="{}" title="{}">🖼 {}</span>').format(
        told, url, told
    )


def unknown(what: str, kind: object) -> Markup:
    """Say that there is something here which this page cannot show."""
    told = "The sandbox cannot show this {}: {}. In Slack it may look right; here it is not known."
    return Markup('<div class="bk-unknown" role="note">⚠ {}</div>').format(told.format(what, kind))
