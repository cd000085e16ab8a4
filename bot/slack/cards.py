"""Block Kit: values in, blocks out. Pure.

At most five lines stand above the buttons, and no meaning is carried by colour or emoji alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.conversation.outcomes import Done, Expired, Failed, Kept, OfOne, Refused, is_retryable
from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import PAUSE, RESUME, Card, Wish
from bot.slack import modals, reason_modal
from bot.slack.blocks import Blocks, action_blocks, button, header, lines_of, section, small_print
from bot.spelling import quote
from bot.text import say_answered, say_cards, say_consent, say_costs, say_endings, say_lists
from bot.text.format import escape, spoken
from bot.text.languages import Language
from bot.text.say_endings import Told
from bot.text.say_which import would_be
from bot.verbs.parsing import without_flags

CONFIRM = "oms_confirm"
CANCEL = "oms_cancel"
KEEP = "oms_keep"
RUN = "oms_run"
RUN_ALSO = re.compile(f"^{RUN}_[0-9]+$")  # beside one, in the same block
DETAILS = "oms_details"  # names the block below a card, so that it is told from what is told there
RUN_BEFORE = "oms_ask"  # on messages of releases before this one


@dataclass(frozen=True)
class Message:
    """What is posted: `text` for notifications and screen readers, `blocks` for the eye.

    `plain` are blocks that every Slack takes, if some of the others are newer; see `bot.slack.newer_blocks`.
    """

    text: str
    blocks: Blocks = field(default_factory=list)
    plain: Blocks = field(default_factory=list)


def asked(language: Language, card: Card, agreed: Sequence[str] = (), *, alone: bool = False) -> Message:
    """Ask whether to act; where others must agree, *agreed* are those who have. *alone*: it may go without them."""
    stake, cost = say_cards.stake(language, card.task), say_costs.cost(language, card)
    where = f"{say_cards.where(language, card)} · {say_cards.as_of(language, card.task)}"
    who = say_cards.who_and_until(language, card, agreed)
    title = say_cards.title_asked(language, card)
    confirm = say_cards.confirm(language, card)
    style = "danger" if card.verb == PAUSE else "primary"
    buttons = [
        button(CONFIRM, confirm, card.operation_id, say_cards.label_confirm(language, card), style=style),
        *([reason_modal.opener(language, "decline", card)] if card.approvals else []),
        *([reason_modal.opener(language, "break_glass", card)] if alone else []),
        button(
            CANCEL,
            say_cards.leave(language, card.verb),
            card.operation_id,
            say_cards.label_leave(language, card),
        ),
    ]
    if card.verb == PAUSE and not card.many and card.task.kind is not Kind.SYNC:
        buttons.append(modals.slow_down_button(language, card))
    parts = (
        say_cards.stake(language, card.task, bar=False),
        who,
        *say_cards.details(language, card, beside_card=True),
    )
    return Message(
        lines_of(escape(title), *map(spoken, parts)),
        [
            header(title),
            section(lines_of(stake, cost)),
            *small_print(where, who),
            *action_blocks(*buttons),
            *small_print(*(would_be(language, card) if card.many else ())),
        ],
    )


def details(language: Language, card: Card) -> Message:
    """Say in the card's thread what it has no room for."""
    lines = say_cards.details(language, card)
    small = say_cards.operation(language, card.operation_id)
    body = section(lines_of(*lines)) | {"block_id": DETAILS}
    return Message(spoken(lines_of(*lines)), [body, *small_print(small)])


def acting(language: Language, card: Card, user_id: str, confirmed_at: float) -> Message:
    """Show that it is under way, without buttons."""
    title = say_answered.title_acting(language, card)
    confirmed = say_answered.acting_now(language, card.verb, user_id, confirmed_at)
    return answered(language, card, lines_of(title, confirmed))


@dataclass(frozen=True)
class Ending:
    """How it ended: in words, on the card (without buttons), and as the note in its thread."""

    text: str
    card: Message
    note: Message


def ended(
    language: Language,
    card: Card,
    outcome: OfOne,
    *,
    at: float,
    confirm_within: float,
    newer: str = "",
    alone: str = "",
) -> Ending:
    """Render an ending. *at* is when it was decided; *confirm_within*: for how many seconds it could be.

    *newer* leads to the card that counts instead. *alone* is why it went without those who must agree.
    """
    about = say_endings.About(
        verb=card.verb,
        project=card.project,
        principal=card.principal,
        name=say_cards.called(language, card),
        kind=card.task.kind,
        requester=card.user_id,
        last=card.task,
        at=at,
        confirm_within=confirm_within,
        by_itself=bool(card.follows),
        should_resume=bool(card.resumes_at),
        newer=newer,
        terms=card.terms,
    )
    words = say_endings.ending(language, outcome, about)
    retry = _once_more(language, card.wish, outcome) or _resume(language, card, outcome)
    went_alone = say_consent.went_alone(language, card, alone)
    words = replace(words, lines=(*words.lines, *went_alone))
    figures = (words.figures, *went_alone) if words.figures else words.lines
    shown = lines_of(words.title, *figures, words.next)
    operation = say_cards.operation(language, card.operation_id)
    return Ending(
        words.text,
        answered(language, card, shown, words.codes, text=words.text),
        told(words, retry, small=[operation]),
    )


def _resume(language: Language, card: Card, outcome: OfOne) -> dict[str, Any] | None:
    """Return the button that asks to resume what is paused by now, where there are keys for it."""
    paused = card.verb == PAUSE and isinstance(outcome, Done)
    stays_paused = bool(card.follows) and isinstance(outcome, Kept | Refused | Failed)
    is_of_use = card.keys and (paused or stays_paused)
    return ask_button(language, RESUME, card.project, card.task) if is_of_use else None


def stale(language: Language, card: Card, text: str) -> Message:
    """Show that a card is no longer open, where another one, or none, shows the ending."""
    return answered(language, card, lines_of(say_answered.title_stale(language, card), text))


def told(words: Told, button: dict[str, Any] | None = None, *, small: Sequence[str] = ()) -> Message:
    """Say an ending outside of its card."""
    marked = lines_of(words.title, *words.lines, words.next)
    return note(words.text, button, marked=marked, small=(words.codes, *small))


def note(text: str, *buttons: dict[str, Any] | None, marked: str = "", small: Sequence[str] = ()) -> Message:
    """Say something, with small print and buttons, if any. *marked* is the *text* with marks, for the eye."""
    blocks: Blocks = [section(marked or text), *small_print(" · ".join(filter(None, small)))]
    return Message(text, [*blocks, *action_blocks(*filter(None, buttons))])


def _once_more(language: Language, wish: Wish, outcome: OfOne) -> dict[str, Any] | None:
    """Return the button by which whoever presses it asks for the same, if that makes sense after an ending."""
    if isinstance(outcome, Expired):
        return wish_button(say_endings.ask_again(language), wish)
    return try_again(language, wish) if is_retryable(outcome) else None


def try_again(language: Language, wish: Wish) -> dict[str, Any]:
    """Return a button that starts over from the preview, as whoever clicks it."""
    return wish_button(say_cards.try_again(language), wish)


def command_of(wish: Wish) -> str:
    """Return what to type (without ``/oms``) for a wish."""
    targets = " ".join(map(quote, wish.targets))
    anyway = "--anyway" if wish.anyway else ""
    over = f"--take-over {wish.over}" if wish.over else ""
    reason = without_flags(wish.reason)
    return " ".join(filter(None, (wish.verb, wish.project, targets, wish.terms, reason, anyway, over)))


def run_button(label: str, command: str, *, spoken: str = "") -> dict[str, Any]:
    """Return a button that stands for typing *command* (without ``/oms``); *spoken* sets it apart from its like."""
    return button(RUN, label, command, spoken)


def wish_button(label: str, wish: Wish) -> dict[str, Any]:
    """Return a button that stands for typing *wish*; a screen reader says which, since its label is on others too."""
    return run_button(label, command_of(wish), spoken=say_cards.label_wish(label, command_of(wish)))


def ask_button(language: Language, verb: str, project: str, task: Snapshot) -> dict[str, Any]:
    """Return a button that asks to do *verb* to a task, as whoever clicks it."""
    wish = Wish(verb=verb, project=project, targets=(task.task_id,))
    label = say_lists.label_ask(language, verb, task, project)
    return run_button(say_cards.button(language, verb), command_of(wish), spoken=label)


def side_by_side(buttons: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *buttons* as one block can hold them: Slack takes no action_id twice in a block."""
    seen: Counter[str] = Counter()
    apart = []
    for one in buttons:
        action = one["action_id"]
        seen[action] += 1
        apart.append(one | {"action_id": f"{action}_{seen[action]}"} if seen[action] > 1 else one)
    return apart


def answered(language: Language, card: Card, shown: str, codes: str = "", *, text: str = "") -> Message:
    """Show a card that was answered: quieter than one that asks, and without buttons."""
    small = small_print(say_cards.where(language, card), say_cards.who(language, card), codes)
    return Message(text or spoken(shown), [section(shown), *small])
