"""What Slack opens on top of a channel: the confirmation of a button, a modal, and the App Home."""

from collections.abc import Awaitable, Callable, Mapping

from markupsafe import Markup
from nicegui import ui

from bot.sandbox.page.blockkit import render
from bot.sandbox.page.blockkit_text import text
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.page.region import Region
from bot.sandbox.slack.objects import Json, View

EMPTY = Markup()
Deed = Callable[[], Awaitable[None]]


class Dialog:
    """One dialog, called *name*, that is opened with a content; `Esc` closes it and focus goes back to where it was."""

    def __init__(self, name: str, *, on_close: Callable[[], Awaitable[None]] | None = None) -> None:
        with ui.dialog().props(f'aria-label="{name}"') as self._dialog, ui.element("div").classes("sheet"):
            self._region = Region()
        self._on_close, self._open = on_close, False
        self._dialog.on_value_change(self._changed)

    @property
    def root(self) -> ui.element:
        """The element to which events of the content bubble."""
        return self._region

    def show(self, content: Markup | None) -> None:
        """Open with a content, redraw it, or close."""
        if content is not None:
            self._region.show(content)
        if self._open != (content is not None):
            self._open = content is not None
            self._dialog.set_value(self._open)

    async def _changed(self) -> None:
        if self._open and not self._dialog.value:  # the person closed it, not we
            self._open = False
            if self._on_close:
                await self._on_close()


def confirm_html(confirm: Json, reader: Reader) -> Markup:
    """Show a confirmation dialog as Slack does."""
    style = Markup("bk-danger") if confirm.get("style") == "danger" else Markup("bk-primary")
    return Markup(
        '<div role="alertdialog" aria-label="{0}"><h2>{0}</h2><div class="bk-text">{1}</div><div class="sheet-foot">'
        '<button type="button" class="bk-button" data-do="deny">{2}</button>'
        '<button type="button" class="bk-button {3}" data-do="confirm">{4}</button></div></div>'
    ).format(
        text(confirm["title"], reader),
        text(confirm["text"], reader),
        text(confirm["deny"], reader),
        style,
        text(confirm["confirm"], reader),
    )


def modal_html(view: View, reader: Reader, typed: Mapping[str, str]) -> Markup:
    """Show a modal: its blocks in a form that is submitted as Slack would; what was `typed` into it stays."""
    shown = view.definition
    blocks = [_filled(block, typed, refused=bool(view.errors)) for block in shown["blocks"]]
    submit = EMPTY
    if "submit" in shown:
        submit = Markup('<button type="submit" class="bk-button bk-primary">{}</button>').format(
            text(shown["submit"], reader)
        )
    close = text(shown["close"], reader) if "close" in shown else "Cancel"
    failed = _TROUBLE if "" in view.errors else EMPTY
    return Markup(
        '<form class="modal" data-do="submit" aria-label="{0}"><h2>{0}</h2>{1}{2}<div class="sheet-foot">'
        '<button type="button" class="bk-button" data-do="close">{3}</button>{4}</div></form>'
    ).format(text(shown["title"], reader), render(blocks, reader, view.errors), failed, close, submit)


_TROUBLE = Markup('<p class="failed" role="alert">⚠ We had some trouble connecting. Try again?</p>')


def _filled(block: Json, typed: Mapping[str, str], *, refused: bool) -> Json:
    """Put what was typed into an input block; a menu that asks the bot may ask about something else by now."""
    element = block.get("element", {})
    value = typed.get(element.get("action_id", ""))
    asks = element.get("type") == "external_select"
    if not value or (asks and not refused):
        return block
    if asks:
        return block | {"element": element | {"initial_option": {"value": value}}}
    if element["type"] == "conversations_select":
        return block | {"element": element | {"initial_conversation": value}}
    chosen = [option for option in element.get("options", []) if option["value"] == value]
    start: Json = {"initial_option": chosen[0]} if chosen else {"initial_value": value}
    return block | {"element": element | start}


def home_html(view: View | None, reader: Reader) -> Markup:
    """Show an App Home, or that there is none yet."""
    body = (
        render(view.definition["blocks"], reader)
        if view
        else Markup("<p>This app shows nothing here yet.</p>")
    )
    return Markup(
        '<div><h2>oms-bot · Home</h2>{}<div class="sheet-foot">'
        '<button type="button" class="bk-button" data-do="close-home">Close</button></div></div>'
    ).format(body)
