"""Whether a workspace takes all that the bot can show, as Slack itself says. Nothing is shown to anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Final

from bot.cli.checks.line import Line
from bot.gallery.messages import states
from bot.gallery.views import views
from bot.slack.cards import Message
from bot.slack.chat import Chat
from bot.slack.delivery import CannotDeliver, SlackError, deliver
from bot.text.languages import Language

_PATIENCE: Final = 120.0  # seconds for one of them, where Slack asks to wait
_REMEDY: Final = "people would not see this; report it with what Slack says"


@dataclass(frozen=True)
class _Shape:
    """What is asked about; `plain` is sent where that is refused, if there is such a form."""

    name: str
    what: dict[str, Any]
    plain: dict[str, Any] | None = None


async def blocks(chat: Chat) -> AsyncIterator[Line]:
    """Yield what is refused, or shown in its plain form only, and at the end how many were taken."""
    shapes, taken = list(_shapes()), 0
    for shape in shapes:
        try:
            await _asked(chat, shape.what)
        except SlackError as error:
            if error.for_operator or not isinstance(error, CannotDeliver):  # nothing is said of the shape
                yield Line(
                    False, f"Slack: {error.method}: {error.error}", "nothing more can be asked; try again"
                )
                return
            line = await _refused(chat, shape, error)
            taken += line.ok
            yield line
        else:
            taken += 1
    yield Line(True, f"Slack: {taken} of {len(shapes)} messages, modals and views are taken")


async def _refused(chat: Chat, shape: _Shape, refusal: CannotDeliver) -> Line:
    said = f"{shape.name}: {_said(refusal)}"
    if shape.plain is None:
        return Line(False, f"Slack refuses {said}", _REMEDY)
    try:
        await _asked(chat, shape.plain)
    except SlackError as error:
        return Line(False, f"Slack refuses {said}, and its plain form: {_said(error)}", _REMEDY)
    return Line(True, f"Slack takes the plain form of {said}")


def _said(refusal: SlackError) -> str:
    return "; ".join(refusal.about) or refusal.error


async def _asked(chat: Chat, what: dict[str, Any]) -> None:
    await deliver(lambda: chat.validate(what), within_seconds=_PATIENCE, repeatable=True)


def _shapes() -> Iterator[_Shape]:
    for language in Language:
        for state in states(language):
            yield _of(f"{state.name} ({language})", state.message)
            if state.thread:
                yield _of(f"{state.name}, in its thread ({language})", state.thread)
        for name, view in views(language):
            yield _Shape(f"{name} ({language})", {"view": view})


def _of(name: str, message: Message) -> _Shape:
    return _Shape(name, {"blocks": message.blocks}, {"blocks": message.plain} if message.plain else None)
