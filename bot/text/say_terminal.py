"""What is said as in Slack, as a terminal shows it; and what is said there only, whatever the language. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Card
from bot.huawei.fault import Fault, FaultKind
from bot.text import say_lists
from bot.text.format import inert, plain, spoken, unmarked
from bot.text.languages import Language
from bot.text.say import command, status_word
from bot.text.say_cards import called, details, stake
from bot.text.say_endings import Told
from bot.text.say_faults import where, whom
from bot.text.say_freezes import since_when
from bot.text.say_targets import with_kind
from bot.text.say_which import would_be
from bot.text.words import help_of, verbs_of, words_of

_TYPED: Final = re.compile(r"/oms (?=(\w+))")


def at_terminal(text: str, verbs: Collection[str], zone: tzinfo) -> str:
    """Return *text* as a terminal shows it: no marks, times in *zone*; of *verbs* it says how they are typed there."""
    shown = unmarked(spoken(text), zone=zone)
    return _TYPED.sub(lambda found: "oms-bot task " if found[1] in verbs else found[0], shown)


def preview(language: Language, card: Card) -> list[str]:
    """Say what would be done to what, and what it costs: what stands on a card and in its thread."""
    which = would_be(language, card) if card.many else []
    freeze = [since_when(language, card.freeze, card.project)] if card.freeze else []
    return [stake(language, card.task), *freeze, *which, *details(language, card)]


def question(language: Language, card: Card) -> str:
    """Ask whether to do it."""
    return verbs_of(language)[card.verb].title_asked.format(name=inert(called(language, card)))


def going_on(language: Language, task: Snapshot) -> tuple[str, str]:
    """Name a task, and say how it stands."""
    return _called(language, task), " · ".join(
        (status_word(language, task.status), stake(language, task, bar=False))
    )


def acting(language: Language, verb: str, task: Snapshot) -> str:
    """Say what is under way."""
    return verbs_of(language)[verb].title_acting.format(name=_called(language, task))


def _called(language: Language, task: Snapshot) -> str:
    return inert(with_kind(language, task.kind, task.name))


def own_key(language: Language, told: Told, fault: Fault, principal: str) -> Told:
    """Return what was *told* of a fault as it is told to somebody who acts with keys of their own, on this machine."""
    words = words_of(language).terminal
    match fault.kind:
        case FaultKind.CREDENTIAL_REJECTED | FaultKind.NOT_SENT_AGAIN:
            what = words.key_rejected.format(where=where(fault), principal=whom(language, principal))
            return replace(told, lines=(what, *told.lines[1:]), next=words.check_key)
        case FaultKind.SIGNATURE_EXPIRED:
            return replace(told, lines=(words.clock_is_off, *told.lines[1:]), next=words.set_clock)
        case _:
            return told


def needs_approval(language: Language, project: str, *typed: str) -> str:
    """Say that others must agree, which they can't at a terminal."""
    return words_of(language).terminal.needs_approval.format(project=project, command=command(*typed))


def ends_by_itself(language: Language, *typed: str) -> str:
    """Say that what ends by itself later takes a bot that is there then."""
    return words_of(language).terminal.ends_by_itself.format(command=command(*typed))


def not_audited(language: Language) -> str:
    """Say, as small print, that the bot's audit does not know of it."""
    return words_of(language).terminal.not_audited


def table_head(language: Language) -> tuple[str, ...]:
    """Head the columns of `table_row`: those that a table in Slack has, but for the buttons."""
    name, _buttons, *rest = say_lists.columns(language)
    return (name, *rest)


def table_row(language: Language, task: Snapshot) -> tuple[str, ...]:
    """Describe a task in a row."""
    name, status = say_lists.name_cell(language, task), say_lists.status_cell(language, task)
    return (
        name,
        plain(task.task_id),
        status,
        *(shown for _, shown in say_lists.figure_cells(language, task)),
    )


def help_lines(language: Language, verbs: Collection[str]) -> list[str]:
    """Explain the *verbs*, a line each."""
    finding, acting = help_of(language)
    return [line for line in (*finding, *acting) if (typed := _TYPED.search(line)) and typed[1] in verbs]
