"""Answers and objections as messages: values of the conversation in, Slack's blocks out. Pure."""

from __future__ import annotations

from typing import Final, assert_never

from bot.conversation import answers, outcomes
from bot.conversation.answers import Answer
from bot.conversation.ports import Objection
from bot.conversation.reasons import Reason
from bot.conversation.values import PAUSE, Operation, TooLate
from bot.huawei.fault import Fault, FaultKind
from bot.slack import cards
from bot.slack.cards import Message
from bot.text import say, say_endings
from bot.text.languages import Language
from bot.text.say_faults import fault_text
from bot.text.say_refusals import refusal, too_late


def answered(language: Language, answer: Answer, *, verb: str = PAUSE) -> Message:
    """Answer a request for *verb* about which nothing is asked."""
    match answer:
        case answers.NoCard():
            return _no_card(language, answer)
        case answers.NoSuchTask(project=project, task=task, closest=closest):
            return cards.note(say.no_such_task(language, task, project, closest))
        case answers.AmbiguousTask(project=project, task=task, ids=ids):
            return cards.note(say.ambiguous_task(language, task, project, ids, verb=verb))
        case answers.TaskList(project=project, tasks=tasks):
            return cards.task_list(language, project, tasks)
        case answers.OwnFault(called=called):
            return cards.note(say.own_fault(language, no_call=not called))
        case answers.Said(text=text, blocks=blocks):
            return Message(text, list(blocks))
        case _:
            assert_never(answer)


def _no_card(language: Language, answer: answers.NoCard) -> Message:
    verb, project, outcome = answer.wish.verb, answer.wish.project, answer.outcome
    principal = answer.principal or say.your_iam_user(language)
    if isinstance(outcome, outcomes.Failed):
        text = say_endings.unread(language, outcome.fault, verb=verb, project=project, principal=principal)
    else:
        text = say_endings.ending(language, outcome, verb=verb, project=project, principal=principal)
    retry = outcomes.is_retryable(outcome) and answer.wish.targets
    return cards.note(text, cards.try_again(language, answer.wish) if retry else None)


def objected(language: Language, objection: Objection, operation: Operation | None) -> Message:
    """Say why a click does not count."""
    match objection:
        case TooLate():
            return cards.note(too_late(language, objection))
        case Fault():
            project = operation.project if operation else ""
            return cards.note(fault_text(language, objection, project=project, principal=""))
        case Reason() if operation is None:
            return cards.note(refusal(language, objection))
        case Reason():
            text = refusal(
                language,
                objection,
                verb=operation.verb,
                project=operation.project,
                person=operation.user_id,
                task_id=operation.task_id,
            )
            return cards.note(text)
        case _:
            assert_never(objection)


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
