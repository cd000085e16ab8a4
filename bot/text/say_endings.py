"""How an operation ended: the truth, the cause, the next step, whatever the language. Pure.

`verb` is the operation's; what was seen and how it ended is the same for all of them.
"""

from __future__ import annotations

from typing import assert_never

from bot.conversation import outcomes
from bot.conversation.outcomes import Outcome, Snapshot, Standing
from bot.conversation.values import PAUSE
from bot.huawei.fault import Fault, FaultKind
from bot.huawei.oms.models import TaskStatus
from bot.text.figures import duration, in_brackets, joined, size
from bot.text.format import inert, mention, moment, plain
from bot.text.languages import Language
from bot.text.say import progress, status_word
from bot.text.say_faults import fault_text
from bot.text.say_refusals import refusal
from bot.text.words import reading_of, verbs_of, words_of

_OfTheVerb = (
    outcomes.Done
    | outcomes.AlreadyDone
    | outcomes.NotReady
    | outcomes.EndedInstead
    | outcomes.Failed
    | outcomes.StillMoving
)


def title_ended(language: Language, task: Snapshot, outcome: Outcome, *, verb: str = PAUSE) -> str:
    """Head a card that has its ending."""
    words, own = words_of(language).endings, verbs_of(language)[verb]
    name = plain(task.name)
    match outcome:
        case outcomes.Done():
            return own.title_done.format(name=name)
        case outcomes.AlreadyDone():
            return own.title_already.format(name=name)
        case outcomes.EndedInstead(task=ended):
            status = status_word(language, ended.status).capitalize()
            return own.title_ended.format(name=name, status=status)
        case outcomes.StillMoving():
            return own.title_still.format(name=name)
        case outcomes.Unknown():
            return words.title_unclear.format(name=name)
        case outcomes.Cancelled():
            return words.title_cancelled.format(name=name)
        case outcomes.Expired():
            return words.title_expired.format(name=name)
        case outcomes.Refused() | outcomes.Failed() | outcomes.NotReady():
            return own.title_not.format(name=name)
        case _:
            assert_never(outcome)


def ending(
    language: Language,
    outcome: Outcome,
    *,
    verb: str = PAUSE,
    project: str,
    principal: str,
    confirm_within: float = 600,
) -> str:
    """Say how an operation ended: the truth, the cause, the next step."""
    words = words_of(language).endings
    match outcome:
        case outcomes.Unknown():
            return _unknown(language, verb, outcome, project=project, principal=principal)
        case outcomes.Refused(reason=reason, person=person):
            why = refusal(language, reason, verb=verb, project=project, person=person)
            return words.refused.format(refusal=why)
        case outcomes.Cancelled(by=by):
            return words.cancelled.format(who=mention(by))
        case outcomes.Expired():
            return words.expired.format(within=duration(language, confirm_within))
        case _:
            return _in_the_verbs_words(language, verb, outcome, project=project, principal=principal)


def _in_the_verbs_words(
    language: Language, verb: str, outcome: _OfTheVerb, *, project: str, principal: str
) -> str:
    own = verbs_of(language)[verb]
    match outcome:
        case outcomes.Done(task=task, seen_at=at, seconds=seconds):
            after = duration(language, seconds)
            done = own.done.format(at=moment(at, seconds=True), after=after)
            return joined(language, done, _left(language, task))
        case outcomes.AlreadyDone(task=task):
            return joined(language, own.already.format(name=inert(task.name)), _left(language, task))
        case outcomes.NotReady(task=task, changed=changed):
            return _not_ready(language, verb, task, changed=changed)
        case outcomes.EndedInstead(task=task, seen_at=at):
            code = _error_code(language, task) if task.status == TaskStatus.FAILED else ""
            status = status_word(language, task.status) + code
            return own.ended_instead.format(status=status, at=moment(at, seconds=True))
        case outcomes.Failed(fault=fault, task=task):
            cause = fault_text(language, fault, verb=verb, project=project, principal=principal)
            now = words_of(language).endings.now_shown_as
            shown = now.format(status=status_word(language, task.status)) if task else ""
            return joined(language, own.not_done.format(cause=cause), shown)
        case outcomes.StillMoving():
            return _still(language, verb, outcome, project=project, principal=principal)
        case _:
            assert_never(outcome)


def unread(language: Language, fault: Fault, *, verb: str = PAUSE, project: str, principal: str) -> str:
    """Say why there is no card: the task could not be read, so there is nothing to confirm."""
    cause = fault_text(language, fault, verb=verb, project=project, principal=principal)
    return reading_of(language, verb).unread.format(cause=cause)


def _left(language: Language, task: Snapshot) -> str:
    words = words_of(language).endings
    if task.progress is None:
        return ""
    done = progress(language, task, task.progress)
    if task.bytes_total is None or task.bytes_done is None:
        return words.done.format(progress=done)
    left = size(language, max(0, task.bytes_total - task.bytes_done))
    return words.done_and_left.format(progress=done, left=left)


def _error_code(language: Language, task: Snapshot) -> str:
    return in_brackets(language, [inert(task.error_code or "")])


def _not_ready(language: Language, verb: str, task: Snapshot, *, changed: bool) -> str:
    words, own = words_of(language).endings, verbs_of(language)[verb]
    match task.status:
        case int(status) if status in own.not_ready:
            return own.not_ready[status]
        case TaskStatus.SUCCEEDED:
            return words.finished_meanwhile if changed else words.finished
        case TaskStatus.FAILED:
            code = _error_code(language, task)
            return (words.failed_meanwhile if changed else words.failed).format(code=code)
        case status:
            return own.not_ready_other.format(status=status_word(language, status))


def _still(
    language: Language, verb: str, outcome: outcomes.StillMoving, *, project: str, principal: str
) -> str:
    words, own = words_of(language).endings, verbs_of(language)[verb]
    waited = duration(language, outcome.seconds)
    then = own.watched if outcome.watching else words.not_watched
    if outcome.fault:
        cause = fault_text(language, outcome.fault, verb=verb, project=project, principal=principal)
        return joined(language, own.still_unread.format(waited=waited, cause=cause), then)
    task = outcome.task
    elsewhere = task and outcome.standing is not Standing.MOVING
    shown = words.shown_as.format(status=status_word(language, task.status)) if task and elsewhere else ""
    return joined(language, own.still.format(waited=waited), shown, then)


def _unknown(
    language: Language, verb: str, outcome: outcomes.Unknown, *, project: str, principal: str
) -> str:
    words = words_of(language).endings
    cause = fault_text(language, outcome.fault, verb=verb, project=project, principal=principal)
    doubt = words.unknown.format(cause=cause)
    if outcome.task is None:
        unread = "" if outcome.fault.kind is FaultKind.OWN_FAULT else words.unreadable
        return joined(language, doubt, unread, words.watched)
    read = words.read_afterwards.format(status=status_word(language, outcome.task.status))
    return joined(language, doubt, read, words.watched_a_while if outcomes.is_watched(outcome) else "")
