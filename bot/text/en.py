"""What people read about tasks, cards and commands, in English. Pure.

The words: *pause*, *paused*, *pausing*, *waiting*, *migrating*; facts first, short lines, never "stop" for a pause.
What comes from outside is made inert here, in the one place where it becomes text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.conversation.outcomes import Snapshot
from bot.text.format import duration, inert, mention, moment, percent, plain, size, size_of
from bot.verbs import parsing as commands

PAUSE = "Pause"
APPROVE = "Approve"
CANCEL = "Cancel"
TRY_AGAIN = "Try again"

STATUS = {
    0: "initializing",
    1: "waiting",
    2: "migrating",
    3: "paused",
    4: "failed",
    5: "finished",
    6: "retrying",
    7: "pausing",
}

HELP = (
    "*Pause a migration task, as yourself:*\n"
    "`/oms pause &lt;project&gt; &lt;task&gt; [reason]` shows what would be paused and asks before it does anything\n"
    "`/oms pause &lt;project&gt;` lists the migrating tasks of a project, each with a Pause button\n"
    "`/oms link`, `/oms unlink`, `/oms whoami`: the IAM credential that I act with for you\n"
    "`/oms help` shows this\n"
    "`&lt;task&gt;` is a task id or its exact name; a link copied from the console works too.\n"
)


def status_word(status: int | None) -> str:
    """Name a task status; one that is new to this bot is shown as its number."""
    return STATUS.get(status, f"in status {status}") if status is not None else "in an unknown status"


def help_text(projects: list[str]) -> str:
    """Explain the commands and name the configured projects."""
    return HELP + f"Projects: {', '.join(f'`{alias}`' for alias in projects)}"


def reading() -> str:
    """Say at once that a command was received.

    To everybody alike, and no more: Slack has not said yet whether they may hear which projects there are.
    """
    return "Reading what you asked for…"


def problem(fault: commands.Problem) -> str:
    """Say what is wrong with a command, and show the right form."""
    match fault:
        case commands.UnknownVerb(verb=verb, closest=closest):
            if closest == "pause":
                return (
                    f'I don\'t know "{inert(verb)}". Did you mean `/oms pause &lt;project&gt; &lt;task&gt;`?'
                )
            return f'I don\'t know "{inert(verb)}". Try `/oms pause &lt;project&gt; &lt;task&gt;`, or `/oms help`.'
        case commands.UnknownProject(project=project, closest=closest, known=known, task=task):
            hint = f"Did you mean `/oms pause {closest} {inert(task or '<task>')}`? " if closest else ""
            return f'I know no project "{inert(project)}". {hint}Known: {_aliases(known)}.'
        case commands.MissingProject(known=known):
            return f"Which project? `/oms pause &lt;project&gt; &lt;task&gt;`. Known: {_aliases(known)}."
        case _:
            assert_never(fault)


def _aliases(known: tuple[str, ...]) -> str:
    return ", ".join(f"`{alias}`" for alias in known)


def no_such_task(name: str, project: str, closest: Sequence[str]) -> str:
    """Say that no task has exactly this name."""
    if not closest:
        return (
            f'No task in {project} is named "{inert(name)}". `/oms pause {project}` lists those that migrate.'
        )
    return f'No task in {project} is named "{inert(name)}". Closest: {", ".join(map(inert, closest))}.'


def ambiguous_task(name: str, project: str, ids: Sequence[str]) -> str:
    """Say that several tasks share a name."""
    shown = ", ".join(f"`{inert(task_id)}`" for task_id in ids[:10])
    return f'{len(ids)} tasks in {project} are named "{inert(name)}": {shown}. Use the id: `/oms pause {project} &lt;id&gt;`'


def task_list(project: str, shown: int, total: int) -> str:
    """Head the list of a project's migrating tasks."""
    if total == 0:
        return f"Nothing is migrating in {project}."
    more = f" Showing {shown}; name another by its id." if total > shown else ""
    return f"{total} {'task is' if total == 1 else 'tasks are'} migrating in {project}.{more}"


def task_line(task: Snapshot) -> str:
    """Describe a task in a list."""
    return f"*{inert(task.name)}* · `{inert(task.task_id)}`\n{amounts(task)}"


def amounts(task: Snapshot) -> str:
    """Say how far a task is, as far as OMS told."""
    parts = []
    if task.progress is not None:
        parts.append(progress(task, task.progress))
    if task.bytes_done is not None and task.bytes_total:
        parts.append(size_of(task.bytes_done, task.bytes_total))
    if task.speed is not None and task.status == 2:
        parts.append(f"{size(task.speed)}/s")
    if task.seconds_left and task.status == 2:
        parts.append(f"about {duration(task.seconds_left)} left")
    return " · ".join(parts) or "OMS gives no figures yet"


def progress(task: Snapshot, fraction: float) -> str:
    """Say how much is done, and of what: OMS counts objects where it was given a list of them."""
    return f"{percent(fraction)} of the objects" if task.by_objects else percent(fraction)


def place(task: Snapshot, project: str, region: str) -> str:
    """Say where a task is and what it copies."""
    route = f"{inert(task.source)} → {inert(task.destination)}" if task.source or task.destination else ""
    return " · ".join(filter(None, (f"{project} ({region})", route, f"`{inert(task.task_id)}`")))


def warnings(task: Snapshot) -> str:
    """Say what pausing costs."""
    parts = [
        "Resuming needs the source and destination keys again",
        "until then unfinished parts stay in the destination, billed",
    ]
    if task.restores_archives:
        parts.append("resuming repeats, and bills, every archive retrieval")
    if task.group:
        parts.append(f"a {task.group} drives this task and may resume it: better pause that, in the console")
    if task.waiting_tasks:
        one = task.waiting_tasks == 1
        parts.append(
            "1 task is waiting and may take this slot"
            if one
            else f"{task.waiting_tasks} tasks are waiting, one may take this slot"
        )
    return " · ".join(parts)


def who(user_id: str, principal: str, reason: str) -> str:
    """Say who asks, why, and as whom the call would be made."""
    quoted = f': "{inert(reason, 200)}"' if reason else ""
    return f"{mention(user_id)}{quoted} · as {inert(principal)}"


def answer_by(expires_at: float) -> str:
    """Say until when the card waits."""
    return f"answer by {moment(expires_at)}"


def approvals(needed: int, approvers: Sequence[str], agreed: Sequence[str]) -> str:
    """Say who must agree and who has."""
    others = "1 other person" if needed == 1 else f"{needed} other people"
    whom = f" of {', '.join(_approver(a) for a in sorted(approvers))}" if approvers else ""
    have = ", ".join(map(mention, agreed)) or "nobody yet"
    return f"{others}{whom} must agree · agreed: {have}"


def _approver(name: str) -> str:
    return f"<!subteam^{name}>" if name.startswith("S") else mention(name)


def pausing_now(user_id: str, confirmed_at: float) -> str:
    """Say who confirmed, while the pause is under way."""
    return f"{mention(user_id)} confirmed at {moment(confirmed_at, seconds=True)} · pausing…"


def title_asked(task: Snapshot) -> str:
    """Head a card that waits for its answer."""
    return f"Pause {plain(task.name)}?"


def title_pausing(task: Snapshot) -> str:
    """Head a card whose pause is under way."""
    return f"Pausing {plain(task.name)}…"


def title_stale(task: Snapshot) -> str:
    """Head a second card of one request, which can't be answered any more."""
    return f"No longer open: {plain(task.name)}"


def too_late(kind: str, by: str | None) -> str:
    """Tell the loser of a race who won."""
    match kind, by:
        case "confirm", str():
            return f"{mention(by)} has already confirmed this; look at the card."
        case "cancel", str():
            return f"{mention(by)} has already cancelled this; no call was made."
        case _:
            return "The time to answer was over; no call was made."


def not_posted(what: str, error: str, *, needed: str = "", for_operator: bool = False) -> str:
    """Say that a card can't be posted, and what to do about it."""
    if for_operator:
        return f"I can't ask about {inert(what)} here: {refused_post(error, needed)}"
    if error == "is_archived":
        return f"This channel is archived, so I can't ask about {inert(what)} here. Use another one."
    if error in ("not_in_channel", "channel_not_found"):
        return (
            f"I am not in this channel, so I can't ask about {inert(what)} here. "
            "Invite me with `/invite @oms-bot`, then try again."
        )
    return f"Slack does not let me post here ({inert(error)}), so I can't ask about {inert(what)}."


def refused_post(error: str, needed: str = "") -> str:
    """Say why Slack takes no message of the bot's, which only the bot's operator can mend."""
    if error == "missing_scope":
        why = (
            f"Slack takes no message of mine, since the app lacks the scope `{inert(needed) or 'chat:write'}`"
        )
    else:
        why = f"Slack refuses my messages ({inert(error, 60)})"
    return f"{why}. Trying again won't help: tell the bot's operator."


def slack_unavailable(what: str) -> str:
    """Say that Slack confirmed no card in time."""
    return (
        f"Slack did not confirm my card about {inert(what)} in time. "
        "If it stands here after all, what it says counts; else please ask again."
    )


def card_in_doubt(what: str) -> str:
    """Say that the card may be there or not, and how to go on."""
    return (
        f"Slack has not confirmed my card about {inert(what)}. If it appears here, answer on it. "
        "If you don't see it within a minute, ask again. I don't pause anything before somebody answers."
    )


def own_fault(*, no_call: bool = True) -> str:
    """Say that the bot itself is broken."""
    certain = "; no call was made" if no_call else ""
    return (
        f"I failed because of a fault of my own{certain}. The bot's log has the details: tell its operator."
    )


def lost_thread(text: str, cause: str = "") -> str:
    """Carry an ending to where it can be delivered, with the *cause* if somebody must mend it."""
    return " ".join(
        filter(None, ("I couldn't write into the thread in the channel.", cause, f"The ending: {text}"))
    )


def busy() -> str:
    """Say that a request could not be recorded in time."""
    return (
        "I couldn't record your request in time. If nothing appears here within a minute, please ask again."
    )
