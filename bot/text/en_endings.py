"""How an operation ended, in English: the truth, the cause, the next step. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.conversation import outcomes
from bot.conversation.outcomes import Outcome, Snapshot
from bot.huawei.fault import Fault
from bot.text.en import progress, status_word
from bot.text.en_faults import fault_text
from bot.text.en_refusals import refusal
from bot.text.format import duration, inert, mention, moment, plain, size


def title_ended(task: Snapshot, outcome: Outcome) -> str:
    """Head a card that has its ending."""
    name = plain(task.name)
    match outcome:
        case outcomes.Done():
            return f"Paused: {name}"
        case outcomes.AlreadyDone():
            return f"Already paused: {name}"
        case outcomes.EndedInstead(task=ended):
            return f"{status_word(ended.status).capitalize()} before it could pause: {name}"
        case outcomes.StillMoving():
            return f"Still pausing: {name}"
        case outcomes.Unknown():
            return f"Unclear: {name}"
        case outcomes.Cancelled():
            return f"Cancelled: {name}"
        case outcomes.Expired():
            return f"No answer in time: {name}"
        case outcomes.Refused() | outcomes.Failed() | outcomes.NotReady():
            return f"Not paused: {name}"
        case _:
            assert_never(outcome)


def ending(outcome: Outcome, *, project: str, principal: str, confirm_within: float = 600) -> str:
    """Say how an operation ended: the truth, the cause, the next step."""
    match outcome:
        case outcomes.Done(task=task, seen_at=at, seconds=seconds):
            when = f"{moment(at, seconds=True)}, {duration(seconds)} after the click"
            return f"Paused at {when}. OMS shows status 3.{_left(task)}"
        case outcomes.AlreadyDone(task=task):
            return f"No call was made: {inert(task.name)} is already paused.{_left(task)}"
        case outcomes.NotReady(task=task, changed=changed):
            return _not_pausable(task, changed=changed)
        case outcomes.EndedInstead(task=task, seen_at=at):
            return _ended_instead(task, at)
        case outcomes.Refused(reason=reason, person=person):
            return f"No call was made. {refusal(reason, project=project, requester=person)}"
        case outcomes.Failed(fault=fault, task=task):
            now = f" OMS now shows the task as {status_word(task.status)}." if task else ""
            return f"Not paused: {fault_text(fault, project=project, principal=principal)}{now}"
        case outcomes.StillMoving():
            return _still_pausing(outcome, project=project, principal=principal)
        case outcomes.Unknown():
            return _unknown(outcome, project=project, principal=principal)
        case outcomes.Cancelled(by=by):
            return f"Cancelled by {mention(by)}. No call was made."
        case outcomes.Expired():
            return f"Nobody answered within {duration(confirm_within)}. No call was made."
        case _:
            assert_never(outcome)


def unread(fault: Fault, *, project: str, principal: str) -> str:
    """Say why there is no card: the task could not be read, so there is nothing to confirm."""
    return f"I can't show what would be paused: {fault_text(fault, project=project, principal=principal)}"


def _left(task: Snapshot) -> str:
    if task.progress is None:
        return ""
    done = f" {progress(task, task.progress)} done"
    if task.bytes_total is not None and task.bytes_done is not None:
        return f"{done}, {size(max(0, task.bytes_total - task.bytes_done))} left."
    return f"{done}."


def _not_pausable(task: Snapshot, *, changed: bool) -> str:
    when = ", before the click" if changed else ""
    match task.status:
        case 5:
            return f"No call was made: the task finished{when}."
        case 4:
            cause = f" ({inert(task.error_code)})" if task.error_code else ""
            return f"No call was made: the task failed{cause}{when}."
        case 1:
            return (
                "No call was made: the task is waiting, and OMS pauses only migrating tasks. "
                "It may start by itself, when its owner has a slot free; ask again then."
            )
        case 0:
            return "No call was made: the task is initializing, and OMS pauses only migrating tasks. Ask again in a minute."
        case 7:
            return "No call was made: the task is pausing already."
        case _:
            return f"No call was made: the task is {status_word(task.status)}, and OMS pauses only migrating tasks."


def _ended_instead(task: Snapshot, at: float) -> str:
    cause = f" ({inert(task.error_code)})" if task.error_code else ""
    how = f"failed{cause}" if task.status == 4 else status_word(task.status)
    return (
        f"Not paused: OMS accepted the pause, but the task {how} first. Seen at {moment(at, seconds=True)}."
    )


def _still_pausing(outcome: outcomes.StillMoving, *, project: str, principal: str) -> str:
    waited = duration(outcome.seconds)
    then = (
        "I keep watching and will say here when it is paused."
        if outcome.watching
        else "I no longer watch it; look into the OMS console."
    )
    if outcome.fault:
        cause = fault_text(outcome.fault, project=project, principal=principal)
        return (
            f"Accepted by OMS, but {waited} after the click I can't read whether it is paused: {cause} {then}"
        )
    word = status_word(outcome.task.status) if outcome.task else "pausing"
    shown = "" if word == "pausing" else f" OMS shows the task as {word}."
    return f"Accepted by OMS, still pausing after {waited}.{shown} {then}"


def _unknown(outcome: outcomes.Unknown, *, project: str, principal: str) -> str:
    cause = fault_text(outcome.fault, project=project, principal=principal)
    if outcome.task is None:
        unread = "" if outcome.fault.kind == "OwnFault" else " The task can't be read either."
        return (
            f"I can't tell whether OMS got the request: {cause}{unread} "
            "I keep watching and will say here what I see."
        )
    read = f"Reading the task afterwards: {status_word(outcome.task.status)}."
    watching = " I keep watching it for a while." if outcomes.is_watched(outcome) else ""
    return f"I can't tell whether OMS got the request: {cause} {read}{watching}"
