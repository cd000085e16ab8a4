"""Answers and objections as messages: values of the conversation in, Slack's blocks out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, assert_never

from bot.conversation import answers, outcomes
from bot.conversation.answers import Answer
from bot.conversation.ports import Objection
from bot.conversation.reasons import Reason
from bot.conversation.values import PAUSE, Operation, Wish
from bot.conversation.verdicts import TooLate
from bot.huawei.fault import Fault, FaultKind
from bot.slack import cards, lists
from bot.slack.cards import Message
from bot.slack.report import report
from bot.text import (
    say,
    say_cards,
    say_endings,
    say_faults,
    say_freezes,
    say_limits,
    say_planned,
    say_targets,
    say_watching,
)
from bot.text.figures import joined
from bot.text.languages import Language
from bot.text.say_endings import About
from bot.text.say_refusals import refusal, take_over, too_late
from bot.verbs import parsing

_MOST_OFFERED: Final = 5


def answered(language: Language, answer: Answer, *, wish: Wish, operation_id: str, link: str = "") -> Message:
    """Answer a *wish* about which nothing is asked. *link* leads to what the answer is about."""
    match answer:
        case answers.NoCard():
            return _no_card(language, answer, operation_id)
        case answers.NoSuchTask(project=project, task=task, closest=closest):
            return cards.note(
                say.no_such_task(language, task, project, closest), *_each(language, wish, closest)
            )
        case answers.AmbiguousTask():
            return _ambiguous(language, wish, answer)
        case answers.Driven():
            return _driven(language, answer)
        case answers.TaskList():
            return lists.task_list(language, answer)
        case answers.NotWatched():
            return cards.note(say_watching.not_watched(language, answer))
        case answers.Watched(task=task):  # never said: the message that shows it speaks for itself
            return cards.note(say_cards.amounts(language, task))
        case answers.TaskReport():
            return report(language, answer)
        case answers.AskedBefore(wish=asked):
            return cards.note(say.asked_before(language, answer, link), _own_card(language, asked))
        case answers.DecidedBefore(how=how, by=by):
            return cards.note(too_late(language, TooLate(kind=how, by=by)))
        case answers.History():
            return lists.history(language, answer)
        case answers.Frozen() | answers.Unfrozen() | answers.NotFrozen() | answers.StaysFrozen():
            small = [say_cards.operation(language, operation_id)] if answers.concerns_all(answer) else []
            text, marked = say_freezes.told(language, answer)
            return cards.note(text, marked=marked, small=small)
        case answers.NoKeys():
            return _no_keys(language, answer)
        case answers.OwnFault(called=called):
            return cards.note(
                say.own_fault(language, no_call=not called),
                small=[say_cards.operation(language, operation_id)],
            )
        case answers.Said(text=text, blocks=blocks):
            return Message(text, list(blocks))
        case _:
            assert_never(answer)


def _each(language: Language, wish: Wish, targets: Sequence[str]) -> list[dict[str, Any]]:
    """Return a button for each of the first few *targets*, which wishes the same for it: never a guess."""
    return [
        cards.run_button(say.meant(language, command, same), command)
        for same in (replace(wish, targets=(target,)) for target in targets[:_MOST_OFFERED])
        for command in (cards.command_of(same),)
    ]


def _ambiguous(language: Language, wish: Wish, answer: answers.AmbiguousTask) -> Message:
    """Show what shares a name, each with what sets it apart; a release stored their ids only."""
    text = say.ambiguous_task(language, answer.task, answer.project, answer.ids, verb=wish.verb)
    if not answer.tasks:
        return cards.note(text, *_each(language, wish, answer.ids))
    head = say.which_of_them(language, answer.task, answer.project, len(answer.ids))
    return lists.one_of(language, wish, answer.tasks, text=text, head=head)


def _driven(language: Language, answer: answers.Driven) -> Message:
    """Say what drives a task, with a button that asks about that, or shows what it may be."""
    listing = f"list {answer.wish.project}"
    text = say_targets.driven(language, answer, say.command(listing))
    if answer.instead is None:
        return cards.note(text, cards.run_button(f"/oms {listing}", listing))
    label = say_targets.ask_about_driver(language, answer)
    return cards.note(text, cards.wish_button(label, answer.instead))


def _no_card(language: Language, answer: answers.NoCard, operation_id: str) -> Message:
    about = About.wish(language, answer.wish, answer.principal or say_cards.your_iam_user(language))
    outcome, retry = answer.outcome, outcomes.is_retryable(answer.outcome) and answer.wish.targets
    button = cards.try_again(language, answer.wish) if retry else None
    if isinstance(outcome, outcomes.Refused):  # as strangers are told who name a project that there is not
        why = refusal(
            language,
            outcome.reason,
            verb=about.verb,
            project=about.project,
            channels=outcome.channels,
            freeze=outcome.freeze,
        )
        return cards.note(why, button)
    if isinstance(outcome, outcomes.Failed):
        told = say_endings.unread(language, outcome.fault, about)
    else:
        told = say_endings.ending(language, outcome, about)
    return cards.told(told, button, small=[say_cards.operation(language, operation_id)] if told.codes else [])


def _no_keys(language: Language, answer: answers.NoKeys) -> Message:
    """Say which key is lacking; a pause that should end by itself is offered without that."""
    wish = replace(answer.wish, terms="")
    without = cards.wish_button(say_planned.pause_without(language), wish)
    return cards.told(say_planned.no_keys(language, answer), without if wish.verb == PAUSE else None)


def objected(language: Language, objection: Objection, operation: Operation | None) -> Message:
    """Say why a click does not count."""
    match objection:
        case TooLate():
            return cards.note(too_late(language, objection))
        case Fault():
            project = operation.project if operation else ""
            said = say_faults.explained(language, objection, project=project, principal="")
            return cards.note(joined(language, said.what, said.next), small=[said.codes])
        case Reason() if operation is None:
            return cards.note(refusal(language, objection))
        case Reason():
            verb, project, person = operation.verb, operation.project, operation.user_id
            text = refusal(language, objection, verb=verb, project=project, person=person)
            return cards.note(text, _instead(language, objection, operation))
        case _:
            assert_never(objection)


def problem(language: Language, fault: parsing.Problem) -> Message:
    """Say what is wrong with a command; if everything was typed, with a button that does what was meant."""
    if isinstance(fault, parsing.BadLimit):
        return cards.note(say_limits.bad_limit(language, fault))
    meant = None if isinstance(fault, parsing.MissingProject) else fault.meant
    command = cards.command_of(meant) if meant else ""
    if isinstance(fault, parsing.UnclearTime):
        label, text = say_planned.without_time(language, fault), say_planned.unclear_time(language, fault)
        return cards.note(text, cards.run_button(label, command))
    button = cards.run_button(say.meant(language, command, meant), command) if meant else None
    return cards.note(say.problem(language, fault), button)


def _instead(language: Language, reason: Reason, operation: Operation) -> dict[str, Any] | None:
    """Return the button by which somebody who may not answer asks for the same, as themselves."""
    if reason is not Reason.NOT_REQUESTER or operation.card.get("approvals"):
        return None
    wish = replace(operation.wish, reason="", over=operation.id)
    return cards.wish_button(take_over(language), wish)


def _own_card(language: Language, wish: Wish) -> dict[str, Any]:
    """Return the button that asks for the same as oneself, though somebody else's card waits."""
    return cards.wish_button(say_cards.review(language, wish.verb), replace(wish, anyway=True))


NAMES: Final[tuple[str, ...]] = ("decided", *Reason, *FaultKind)
"""What objections are called in the audit and the metrics."""


def name_of(objection: Objection) -> str:
    """Return what an objection is called in the audit and the metrics."""
    match objection:
        case TooLate():
            return "decided"
        case Fault(kind=kind):
            return kind.value
        case Reason():
            return objection.value
        case _:
            assert_never(objection)
