"""The modal that puts a command together: for whom the words are too many, or who is on a phone. Pure.

It stands for typing the command, and can do no more than that. What it carries in its `private_metadata` comes back
with what was chosen in it, and is trusted no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from bot.conversation import timed
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import ALL, PAUSE
from bot.slack.blocks import Blocks, input_block, plain_text, section, text_input
from bot.spelling import fold, quote
from bot.text import say_modal
from bot.text.languages import Language

MODAL: Final = "oms_pause_modal"
VERB: Final = "oms_verb"
PROJECT: Final = "oms_project"
TASK: Final = "oms_task"
LENGTH: Final = "oms_length"
REASON: Final = "oms_reason"
CONVERSATION: Final = "oms_conversation"
"""An input's action_id, and its block_id too; but the task's block is called after the project: each has its own."""

OPEN: Final = "oms_open"
"""A button that opens it, and has the words of a command as its value."""

LONGEST_VALUE: Final = 150  # characters. Source: Slack, "Option object"
LONGEST_METADATA: Final = 3_000  # characters. Source: Slack, "Modal views"
MOST_OPTIONS: Final = 100  # Source: Slack, "block_suggestion"
_CONVERSATION: Final = re.compile(r"[CDG][A-Z0-9]{1,31}")  # not a person, whom a post would reach directly
_FITTING: Final = re.compile(r"<project> <task>(\|\S+)?( \[[^\]]*\])*")  # nothing else must be said


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A command that is being put together. It was begun in `channel`, and there in `thread`, if in any.

    `asks_in` is where to ask; `named` what the chosen task is called.
    """

    verb: str = PAUSE
    project: str = ""
    task: str = ""
    named: str = ""
    length: str = ""
    reason: str = ""
    channel: str = ""
    thread: str = ""
    asks_in: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """The conversation to ask in, and the thread, if it is the one that the modal was opened from."""
        return self.asks_in, self.thread if self.asks_in == self.channel else ""

    @property
    def command(self) -> str:
        """What it stands for typing, without ``/oms``."""
        task = ALL if self.task == ALL else quote(self.task)
        terms = terms_of(self.length) or ""
        return " ".join(filter(None, (self.verb, self.project, task, terms, self.reason)))


class Held(Protocol):
    """What Slack says of a view: what it carried, what stands in it."""

    metadata: str
    blocks: list[dict[str, Any]]

    def chosen(self, action_id: str) -> str:
        """Return what stands in an input."""


def read(held: Held) -> Draft:
    """Return what stands in the modal. Another project's task is none of this one's."""
    carried = _carried(held.metadata)
    project = held.chosen(PROJECT)
    inputs = {str(block.get("block_id")) for block in held.blocks}
    asked_for_task = any(block.startswith(TASK) for block in inputs)
    own_task = held.chosen(TASK) if _task_block(project) in inputs else ""
    return Draft(
        verb=held.chosen(VERB) or PAUSE,
        project=project,
        task=own_task if asked_for_task else carried.get("task", ""),
        length=held.chosen(LENGTH),
        reason=" ".join(held.chosen(REASON).split()),
        channel=_conversation_id(carried.get("channel", "")),
        thread=carried.get("thread", "")[:32],
        asks_in=_conversation_id(held.chosen(CONVERSATION)),
    )


def _carried(metadata: str) -> dict[str, str]:
    try:
        found = json.loads(metadata)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _conversation_id(sent: str) -> str:
    return sent if _CONVERSATION.fullmatch(sent) else ""


def terms_of(length: str) -> str | None:
    """Return the terms that *length* means, with or without their first word; none if it can't be kept."""
    for words in (length, f"for {length}", f"until {length}"):
        match timed.peel(words.strip()):
            case timed.Terms(terms=terms, rest="") if terms or not length.strip():
                return terms
    return None


def fitting(forms: Mapping[str, str]) -> dict[str, str]:
    """Return the verbs that this modal has all inputs for, each with what is typed behind it."""
    return {name: form for name, form in forms.items() if _FITTING.fullmatch(form)}


def modal(
    language: Language, draft: Draft, forms: Mapping[str, str], projects: Sequence[str] | None
) -> dict[str, Any]:
    """Show *draft*, with the verbs to choose from, by their *forms*, and the *projects*.

    These are None while they are being looked up.
    """
    words = say_modal.words(language)
    form = forms[draft.verb]
    carried = {"channel": draft.channel, "thread": draft.thread, "task": draft.task}
    names = {name: say_modal.verb(language, name) for name in forms}
    length = text_input(
        LENGTH, words.length, words.length_hint, max_length=60, typed=draft.length, optional=True
    )
    reason = text_input(REASON, words.reason, max_length=200, typed=draft.reason, optional=True)
    return {
        "type": "modal",
        "callback_id": MODAL,
        "private_metadata": json.dumps(carried)[:LONGEST_METADATA],
        "title": plain_text(words.title),
        "submit": plain_text(words.submit),
        "close": plain_text(words.close),
        "blocks": [
            _menu(VERB, words.verb, names, draft.verb, words.choose),
            *_what(language, draft, form, projects),
            *([length] if "[for " in form else []),
            *([reason] if "[reason]" in form else []),
            _conversation(language, draft),
        ],
    }


def _what(language: Language, draft: Draft, form: str, projects: Sequence[str] | None) -> Blocks:
    """Ask for the project and, once it is known, for the task."""
    words = say_modal.words(language)
    if projects is None:
        return [section(words.looking)]
    if not projects:
        return [section(words.no_project_here if draft.asks_in or draft.channel else words.no_project)]
    project = draft.project if draft.project in projects else ""
    asked = [_menu(PROJECT, words.project, dict.fromkeys(projects), project, words.choose)]
    return [*asked, _task(language, replace(draft, project=project), form)] if project else asked


def _task(language: Language, draft: Draft, form: str) -> dict[str, Any]:
    words = say_modal.words(language)
    element = {
        "type": "external_select",
        "action_id": TASK,
        "min_query_length": 0,
        "placeholder": plain_text(words.choose),
    }
    takes_all = "|all" in form
    if draft.task and (draft.task != ALL or takes_all) and len(draft.task) <= LONGEST_VALUE:
        named = words.everything if draft.task == ALL else draft.named or draft.task
        element["initial_option"] = _option(named, draft.task)
    return input_block(_task_block(draft.project), words.task, element, hint=words.task_hint)


def task_options(
    language: Language, tasks: Iterable[Snapshot], typed: str, *, takes_all: bool
) -> list[dict[str, Any]]:
    """Offer those of *tasks* that *typed* may mean; and what was typed as it is, unless it is one of them exactly."""
    part = fold(typed)
    found = [task for task in tasks if part in fold(task.name) or part in task.task_id]
    options = [
        _option(say_modal.task(task), task.task_id, say_modal.about_task(language, task)) for task in found
    ]
    if takes_all and not part:
        options.insert(0, _option(say_modal.words(language).everything, ALL))
    is_known = any(part in (fold(task.name), task.task_id) for task in found)
    if part and not is_known and len(typed) <= LONGEST_VALUE:
        options = [*options[: MOST_OPTIONS - 1], _option(say_modal.as_typed(language, typed), typed)]
    return options[:MOST_OPTIONS]


def errors(language: Language, draft: Draft, held: Held) -> dict[str, str]:
    """Say what is lacking or can't be understood, by the block that it is said beside."""
    words = say_modal.words(language)
    inputs = {str(block.get("block_id")) for block in held.blocks}
    found: dict[str, str] = {}
    if not draft.project:
        found[PROJECT if PROJECT in inputs else VERB] = words.needs_project
    elif not draft.task:
        block = _task_block(draft.project)
        found[block if block in inputs else PROJECT] = words.needs_task
    if LENGTH in inputs and terms_of(draft.length) is None:
        found[LENGTH] = say_modal.unclear_length(language, draft.length)
    if not draft.asks_in:
        found[CONVERSATION] = words.needs_conversation
    return found


def notice(language: Language, text: str) -> dict[str, Any]:
    """Show why there is nothing to choose."""
    words = say_modal.words(language)
    return {
        "type": "modal",
        "callback_id": MODAL,
        "title": plain_text(words.title),
        "close": plain_text(words.close),
        "blocks": [section(text)],
    }


def _conversation(language: Language, draft: Draft) -> dict[str, Any]:
    words = say_modal.words(language)
    element: dict[str, Any] = {
        "type": "conversations_select",
        "action_id": CONVERSATION,
        "placeholder": plain_text(words.choose),
        "filter": {"include": ["public", "private", "im"]},
    }
    known = draft.asks_in or draft.channel
    element |= {"initial_conversation": known} if known else {"default_to_current_conversation": True}
    return input_block(CONVERSATION, words.conversation, element, hint=words.conversation_hint, tells=True)


def _menu(
    name: str, label: str, options: Mapping[str, str | None], chosen: str, placeholder: str
) -> dict[str, Any]:
    made = {value: _option(text or value, value) for value, text in list(options.items())[:MOST_OPTIONS]}
    element = {
        "type": "static_select",
        "action_id": name,
        "options": list(made.values()),
        "placeholder": plain_text(placeholder),
    }
    element |= {"initial_option": made[chosen]} if chosen in made else {}
    return input_block(name, label, element, tells=True)


def _option(text: str, value: str, description: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"text": plain_text(text[:75]), "value": value}
    return made | ({"description": plain_text(description)} if description else {})


def _task_block(project: str) -> str:
    return f"{TASK}:{project}"[:255]
