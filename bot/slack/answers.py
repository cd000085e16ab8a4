"""Answers and objections as messages: values of the conversation in, Slack's blocks out. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.conversation import answers, outcomes
from bot.conversation.answers import Answer
from bot.conversation.ports import Objection
from bot.conversation.reasons import Reason
from bot.conversation.values import Operation, TooLate
from bot.huawei.fault import Fault
from bot.slack import cards
from bot.slack.cards import Message
from bot.text import en, en_endings
from bot.text.en_faults import fault_text
from bot.text.en_refusals import refusal


def answered(answer: Answer) -> Message:
    """Answer a request about which nothing is asked."""
    match answer:
        case answers.NoCard():
            return _no_card(answer)
        case answers.NoSuchTask(project=project, task=task, closest=closest):
            return cards.note(en.no_such_task(task, project, closest))
        case answers.AmbiguousTask(project=project, task=task, ids=ids):
            return cards.note(en.ambiguous_task(task, project, ids))
        case answers.TaskList(project=project, tasks=tasks):
            return cards.task_list(project, tasks)
        case answers.OwnFault(called=called):
            return cards.note(en.own_fault(no_call=not called))
        case answers.Said(text=text, blocks=blocks):
            return Message(text, list(blocks))
        case _:
            assert_never(answer)


def _no_card(answer: answers.NoCard) -> Message:
    project, outcome = answer.wish.project, answer.outcome
    principal = answer.principal or "your IAM user"
    if isinstance(outcome, outcomes.Failed):
        text = en_endings.unread(outcome.fault, project=project, principal=principal)
    else:
        text = en_endings.ending(outcome, project=project, principal=principal)
    retry = outcomes.is_retryable(outcome) and answer.wish.targets
    return cards.note(text, cards.try_again(answer.wish) if retry else None)


def objected(objection: Objection, operation: Operation | None) -> Message:
    """Say why a click does not count."""
    match objection:
        case TooLate(kind=kind, by=by):
            return cards.note(en.too_late(kind, by))
        case Fault():
            project = operation.project if operation else ""
            return cards.note(fault_text(objection, project=project, principal=""))
        case Reason() if operation is None:
            return cards.note(refusal(objection))
        case Reason():
            text = refusal(
                objection,
                project=operation.project,
                requester=operation.user_id,
                task_id=operation.task_id,
            )
            return cards.note(text)
        case _:
            assert_never(objection)


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
