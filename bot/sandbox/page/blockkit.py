"""Block Kit as HTML that looks like Slack's. Pure; everything from outside is escaped.

What can be operated carries what was operated: `data-do` ("click" or "change"), `data-block`, `data-action` and, for a
menu's entry, `data-value`; inputs of a modal are named after their action_id. A block or element that is not
known here becomes a visible box that says so: nothing that the bot sends is ever dropped.
"""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.sandbox.page import blockkit_plans as plans
from bot.sandbox.page.blockkit_charts import chart
from bot.sandbox.page.blockkit_elements import element
from bot.sandbox.page.blockkit_rich import rich_text
from bot.sandbox.page.blockkit_tables import data_table, table
from bot.sandbox.page.blockkit_text import image, text, unknown
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json

_EMPTY = Markup()
_Rendering = Callable[[Json, Reader], Markup]


def render(blocks: Sequence[Json], reader: Reader, errors: dict[str, str] | None = None) -> Markup:
    """Show the blocks of a message, modal or App Home; `errors` maps block_id to why an input was refused."""
    return _EMPTY.join(_block(block, reader, errors or {}) for block in blocks)


def _block(block: object, reader: Reader, errors: dict[str, str]) -> Markup:
    if not isinstance(block, dict):
        return unknown("block", block)
    try:
        if block.get("type") == "input":
            return _input(block, reader, errors.get(block.get("block_id", ""), ""))
        shown = _BLOCKS.get(str(block.get("type")))
        return shown(block, reader) if shown else unknown("block", block.get("type"))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return unknown("malformed block", block.get("type"))


def _header(block: Json, reader: Reader) -> Markup:
    return Markup('<h3 class="bk-header">{}</h3>').format(text(block["text"], reader))


def _section(block: Json, reader: Reader) -> Markup:
    body = _EMPTY
    if "text" in block:
        body += Markup('<div class="bk-text">{}</div>').format(text(block["text"], reader))
    if "fields" in block:
        fields = (
            Markup('<div class="bk-text">{}</div>').format(text(one, reader)) for one in block["fields"]
        )
        body += Markup('<div class="bk-fields">{}</div>').format(_EMPTY.join(fields))
    aside = _EMPTY
    if "accessory" in block:
        shown = element(block["accessory"], block.get("block_id", ""), reader)
        aside = Markup('<div class="bk-accessory">{}</div>').format(shown)
    return Markup('<div class="bk-section"><div class="bk-body">{}</div>{}</div>').format(body, aside)


def _context(block: Json, reader: Reader) -> Markup:
    shown = (
        image(one) if one.get("type") == "image" else Markup("<span>{}</span>").format(text(one, reader))
        for one in block["elements"]
    )
    return Markup('<div class="bk-context">{}</div>').format(_EMPTY.join(shown))


def _actions(block: Json, reader: Reader) -> Markup:
    shown = (element(one, block.get("block_id", ""), reader) for one in block["elements"])
    return Markup('<div class="bk-actions">{}</div>').format(_EMPTY.join(shown))


def _divider(_: Json, __: Reader) -> Markup:
    return Markup('<hr class="bk-divider">')


def _image(block: Json, reader: Reader) -> Markup:
    caption = _EMPTY
    if "title" in block:
        caption = Markup("<figcaption>{}</figcaption>").format(text(block["title"], reader))
    return Markup('<figure class="bk-image">{}{}</figure>').format(caption, image(block))


def _rich_text(block: Json, reader: Reader) -> Markup:
    return Markup('<div class="bk-rich">{}</div>').format(rich_text(block["elements"], reader))


def _container(block: Json, reader: Reader) -> Markup:
    return plans.container(block, reader, render)


def _input(block: Json, reader: Reader, error: str) -> Markup:
    shown = element(block["element"], block.get("block_id", ""), reader, required=not block.get("optional"))
    optional = Markup(' <span class="bk-optional">(optional)</span>') if block.get("optional") else _EMPTY
    hint = _EMPTY
    if "hint" in block:
        hint = Markup('<span class="bk-hint">{}</span>').format(text(block["hint"], reader))
    told = Markup('<span class="bk-refused" role="alert">{}</span>').format(error) if error else _EMPTY
    tells = Markup(" data-dispatch") if block.get("dispatch_action") else _EMPTY
    return Markup('<label class="bk-input"{}><span class="bk-label">{}{}</span>{}{}{}</label>').format(
        tells, text(block["label"], reader), optional, shown, hint, told
    )


_BLOCKS: dict[str, _Rendering] = {
    "actions": _actions,
    "alert": plans.alert,
    "container": _container,
    "context": _context,
    "data_table": data_table,
    "data_visualization": chart,
    "divider": _divider,
    "header": _header,
    "image": _image,
    "plan": plans.plan,
    "rich_text": _rich_text,
    "section": _section,
    "table": table,
    "task_card": plans.task_card,
}
