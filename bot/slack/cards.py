"""Block Kit: values in, blocks out. Pure.

`mrkdwn` objects are always `verbatim`, so that Slack makes no link of a name that looks like one. At most five lines
stand above the buttons, and no meaning is carried by colour or emoji alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.conversation.outcomes import Outcome, Snapshot, is_retryable
from bot.conversation.values import Card, Wish
from bot.spelling import quote
from bot.text import say, say_endings
from bot.text.format import escape
from bot.text.languages import Language

CONFIRM = "oms_confirm"
CANCEL = "oms_cancel"
RUN = "oms_run"
RUN_BEFORE = "oms_ask"  # on messages of releases before this one
MOST_LISTED = 10

Blocks = list[dict[str, Any]]


@dataclass(frozen=True)
class Message:
    """What is posted: `text` for notifications and screen readers, `blocks` for the eye."""

    text: str
    blocks: Blocks = field(default_factory=list)


def asked(language: Language, card: Card, agreed: Sequence[str] = ()) -> Message:
    """Ask whether to act; where others must agree, *agreed* are those who have."""
    answer = say.answer_by(language, card.expires_at)
    if card.approvals:
        answer = f"{say.approvals(language, card.approvals, card.approvers, agreed)} · {answer}"
    lines = [
        _place(language, card),
        say.amounts(language, card.task),
        say.warnings(language, card.task, verb=card.verb),
        f"{say.who(language, card.user_id, card.principal, card.reason)} · {answer}",
    ]
    confirm = say.approve(language) if card.approvals else say.button(language, verb=card.verb)
    buttons = [
        _button(CONFIRM, confirm, card.operation_id, style="danger"),
        _button(CANCEL, say.cancel(language), card.operation_id),
    ]
    return _card(
        say.title_asked(language, card.task, verb=card.verb),
        lines,
        [{"type": "actions", "elements": buttons}],
    )


def acting(language: Language, card: Card, user_id: str, confirmed_at: float) -> Message:
    """Show that it is under way, without buttons."""
    return _card(
        say.title_acting(language, card.task, verb=card.verb),
        [
            _place(language, card),
            say.acting_now(language, user_id, confirmed_at, verb=card.verb),
        ],
    )


@dataclass(frozen=True)
class Ending:
    """How it ended: in words, on the card (without buttons), and as the note in its thread."""

    text: str
    card: Message
    note: Message


def ended(language: Language, card: Card, outcome: Outcome, *, confirm_within: float) -> Ending:
    """Render an ending. *confirm_within* is for how many seconds an answer was waited for."""
    text = say_endings.ending(
        language,
        outcome,
        verb=card.verb,
        project=card.project,
        principal=card.principal,
        confirm_within=confirm_within,
    )
    who = say.who(language, card.user_id, card.principal, card.reason)
    lines = [_place(language, card), text, who]
    retry = try_again(language, card.wish) if is_retryable(outcome) else None
    return Ending(
        text,
        _card(say_endings.title_ended(language, card.task, outcome, verb=card.verb), lines),
        note(text, retry),
    )


def stale(language: Language, card: Card, text: str) -> Message:
    """Show that a card is no longer open, where another one, or none, shows the ending."""
    return _card(
        say.title_stale(language, card.task),
        [_place(language, card), text],
    )


def note(text: str, button: dict[str, Any] | None = None) -> Message:
    """Say something, with at most one button."""
    blocks: Blocks = [_section(text)]
    if button:
        blocks.append({"type": "actions", "elements": [button]})
    return Message(text, blocks)


def try_again(language: Language, wish: Wish) -> dict[str, Any]:
    """Return a button that starts over from the preview, as whoever clicks it."""
    targets = " ".join(map(quote, wish.targets))
    return run_button(say.try_again(language), f"{wish.verb} {wish.project} {targets} {wish.reason}".strip())


def run_button(label: str, command: str) -> dict[str, Any]:
    """Return a button that stands for typing *command* (without ``/oms``)."""
    return _button(RUN, label, command)


def task_list(language: Language, project: str, tasks: Sequence[Snapshot]) -> Message:
    """List migrating tasks, each with a Pause button that asks as if the command had been typed."""
    shown = tasks[:MOST_LISTED]
    head = say.task_list(language, project, len(shown), len(tasks))
    blocks: Blocks = [_section(head)]
    for number, task in enumerate(shown):
        line = _section(say.task_line(language, task)) | {"block_id": f"task_{number}"}
        blocks.append(
            line | {"accessory": run_button(say.button(language), f"pause {project} {task.task_id}")}
        )
    return Message(head, blocks)


def _place(language: Language, card: Card) -> str:
    return say.place(language, card.task, card.project, card.region)


def _card(title: str, lines: list[str], actions: Blocks | None = None) -> Message:
    header = {"type": "header", "text": {"type": "plain_text", "text": title[:150], "emoji": False}}
    return Message(escape(title), [header, _section("\n".join(lines)), *(actions or [])])


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000], "verbatim": True}}


def _button(action_id: str, label: str, value: str, *, style: str | None = None) -> dict[str, Any]:
    button = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "value": value[:2000],
    }
    return button | ({"style": style} if style else {})
