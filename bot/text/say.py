"""What people read about tasks, cards and commands: which sentence, whatever the language. Pure.

All branching over what was seen, asked and decided is here and in the neighbours of this name, once. What comes from
outside is made inert here, in the one place where it becomes text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.conversation.outcomes import Snapshot
from bot.conversation.values import PAUSE
from bot.huawei.oms.models import TaskStatus
from bot.text.figures import counted, duration, joined, listed, percent, size_of, speed
from bot.text.format import inert, mention, moment, plain
from bot.text.languages import Language
from bot.text.sentences import Statuses
from bot.text.words import help_of, reading_of, verbs_of, words_of
from bot.verbs import parsing


def status_word(language: Language, status: int | None) -> str:
    """Name a task status; one that is new to this bot is shown as its number."""
    words = words_of(language).statuses
    if status is None:
        return words.unknown
    try:
        return _status(words, TaskStatus(status))
    except ValueError:
        return words.other.format(number=status)


def _status(words: Statuses, status: TaskStatus) -> str:
    match status:
        case TaskStatus.INITIALIZING:
            return words.initializing
        case TaskStatus.WAITING:
            return words.waiting
        case TaskStatus.MIGRATING:
            return words.migrating
        case TaskStatus.PAUSED:
            return words.paused
        case TaskStatus.FAILED:
            return words.failed
        case TaskStatus.SUCCEEDED:
            return words.finished
        case TaskStatus.RETRYING:
            return words.retrying
        case TaskStatus.PAUSING:
            return words.pausing
        case _:
            assert_never(status)


def command(*typed: str) -> str:
    """Return what to type, as code; the same in every language."""
    return f"`/oms {' '.join(typed)}`"


# --- commands -----------------------------------------------------------------------------------------------------


def help_text(language: Language, projects: Sequence[str]) -> str:
    """Explain the commands and name the configured projects."""
    words = words_of(language).answers
    there_are = words.help_projects.format(projects=listed(language, (f"`{alias}`" for alias in projects)))
    lines = (
        words.help_head,
        *help_of(language),
        words.help_link,
        words.help_itself,
        words.help_task,
        there_are,
    )
    return "\n".join(lines)


def reading(language: Language) -> str:
    """Say at once that a command was received.

    To everybody alike, and no more: Slack has not said yet whether they may hear which projects there are.
    """
    return words_of(language).answers.reading


def busy(language: Language) -> str:
    """Say that a request could not be recorded in time."""
    return words_of(language).answers.busy


def own_fault(language: Language, *, no_call: bool = True) -> str:
    """Say that the bot itself is broken."""
    words = words_of(language).answers
    return words.own_fault_no_call if no_call else words.own_fault


def problem(language: Language, fault: parsing.Problem) -> str:
    """Say what is wrong with a command, and show the right form."""
    words, verbs = words_of(language).answers, verbs_of(language)
    match fault:
        case parsing.UnknownVerb(verb=verb, closest=closest):
            template = words.unknown_verb_meant if closest in verbs else words.unknown_verb
            usage = verbs.get(closest or PAUSE, verbs[PAUSE]).usage
            return template.format(verb=inert(verb), usage=usage)
        case parsing.UnknownProject(project=project, closest=closest, known=known, task=task, verb=verb):
            meant = command(verb, closest, inert(task) if task else words.task) if closest else ""
            return joined(
                language,
                words.unknown_project.format(project=inert(project)),
                words.did_you_mean.format(command=meant) if meant else "",
                _known(language, known),
            )
        case parsing.MissingProject(known=known, verb=verb):
            which = words.which_project.format(usage=reading_of(language, verb).usage)
            return joined(language, which, _known(language, known))
        case _:
            assert_never(fault)


def _known(language: Language, projects: Sequence[str]) -> str:
    named = listed(language, (f"`{alias}`" for alias in projects))
    return words_of(language).answers.known.format(projects=named)


def no_such_task(language: Language, name: str, project: str, closest: Sequence[str]) -> str:
    """Say that no task has exactly this name."""
    words = words_of(language).answers
    names = listed(language, map(inert, closest))
    return joined(
        language,
        words.no_such_task.format(project=project, name=inert(name)),
        words.closest.format(names=names)
        if names
        else words.lists_migrating.format(command=command(PAUSE, project)),
    )


def ambiguous_task(
    language: Language, name: str, project: str, ids: Sequence[str], *, verb: str = PAUSE
) -> str:
    """Say that several tasks share a name."""
    words = words_of(language).answers
    return words.ambiguous.format(
        number=len(ids),
        project=project,
        name=inert(name),
        ids=listed(language, (f"`{inert(task_id)}`" for task_id in ids[:10])),
        command=command(verb, project, words.id),
    )


# --- cards and lists ----------------------------------------------------------------------------------------------


def task_list(language: Language, project: str, shown: int, total: int) -> str:
    """Head the list of a project's migrating tasks."""
    words = words_of(language).cards
    if total == 0:
        return words.nothing_migrates.format(project=project)
    more = words.shown_of_more.format(shown=shown) if total > shown else ""
    return joined(language, counted(language, words.migrating, total, project=project), more)


def task_line(language: Language, task: Snapshot) -> str:
    """Describe a task in a list."""
    return f"*{inert(task.name)}* · `{inert(task.task_id)}`\n{amounts(language, task)}"


def amounts(language: Language, task: Snapshot) -> str:
    """Say how far a task is, as far as OMS told."""
    words = words_of(language).cards
    parts = []
    if task.progress is not None:
        parts.append(progress(language, task, task.progress))
    if task.bytes_done is not None and task.bytes_total:
        parts.append(size_of(language, task.bytes_done, task.bytes_total))
    if task.speed is not None and task.status == TaskStatus.MIGRATING:
        parts.append(speed(language, task.speed))
    if task.seconds_left and task.status == TaskStatus.MIGRATING:
        parts.append(words.time_left.format(duration=duration(language, task.seconds_left)))
    return " · ".join(parts) or words.no_figures


def progress(language: Language, task: Snapshot, fraction: float) -> str:
    """Say how much is done, and of what: OMS counts objects where it was given a list of them."""
    done = percent(language, fraction)
    return words_of(language).cards.of_objects.format(percent=done) if task.by_objects else done


def place(language: Language, task: Snapshot, project: str, region: str) -> str:
    """Say where a task is and what it copies."""
    where = words_of(language).cards.place.format(project=project, region=region)
    route = f"{inert(task.source)} → {inert(task.destination)}" if task.source or task.destination else ""
    return " · ".join(filter(None, (where, route, f"`{inert(task.task_id)}`")))


def warnings(language: Language, task: Snapshot, *, verb: str = PAUSE) -> str:
    """Say what it costs."""
    words = verbs_of(language)[verb]
    parts = list(words.costs)
    if task.restores_archives:
        parts.append(words.restores_archives)
    if task.group:
        parts.append(words.driven_by.format(driver=_driver(language, task.group)))
    if task.waiting_tasks:
        parts.append(counted(language, words.waiting, task.waiting_tasks))
    return " · ".join(filter(None, parts))


def _driver(language: Language, group: str) -> str:
    """Name what drives a task; it is stored in English."""
    words = words_of(language).cards
    return words.sync_task if group == "sync task" else words.task_group


def who(language: Language, user_id: str, principal: str, reason: str) -> str:
    """Say who asks, why, and as whom the call would be made."""
    words = words_of(language).cards
    template = words.asker_with_reason if reason else words.asker
    return template.format(who=mention(user_id), reason=inert(reason, 200), principal=inert(principal))


def your_iam_user(language: Language) -> str:
    """Name whom OMS would be asked as, where that is not known."""
    return words_of(language).cards.your_iam_user


def answer_by(language: Language, expires_at: float) -> str:
    """Say until when the card waits."""
    return words_of(language).cards.answer_by.format(at=moment(expires_at))


def approvals(language: Language, needed: int, approvers: Sequence[str], agreed: Sequence[str]) -> str:
    """Say who must agree and who has."""
    words = words_of(language).cards
    whom = listed(language, (_approver(name) for name in sorted(approvers)))
    have = listed(language, map(mention, agreed)) or words.nobody_yet
    templates = words.approvals_of if whom else words.approvals
    return counted(language, templates, needed, whom=whom, agreed=have)


def _approver(name: str) -> str:
    return f"<!subteam^{name}>" if name.startswith("S") else mention(name)


def acting_now(language: Language, user_id: str, confirmed_at: float, *, verb: str = PAUSE) -> str:
    """Say who confirmed, while it is under way."""
    at = moment(confirmed_at, seconds=True)
    return verbs_of(language)[verb].confirmed.format(who=mention(user_id), at=at)


def title_asked(language: Language, task: Snapshot, *, verb: str = PAUSE) -> str:
    """Head a card that waits for its answer."""
    return verbs_of(language)[verb].title_asked.format(name=plain(task.name))


def title_acting(language: Language, task: Snapshot, *, verb: str = PAUSE) -> str:
    """Head a card whose call is under way."""
    return verbs_of(language)[verb].title_acting.format(name=plain(task.name))


def title_stale(language: Language, task: Snapshot) -> str:
    """Head a second card of one request, which can't be answered any more."""
    return words_of(language).cards.no_longer_open.format(name=plain(task.name))


def button(language: Language, *, verb: str = PAUSE) -> str:
    """Label the button that confirms, or asks for, *verb*."""
    return verbs_of(language)[verb].button


def approve(language: Language) -> str:
    """Label the button by which somebody else agrees."""
    return words_of(language).cards.approve


def cancel(language: Language) -> str:
    """Label the button that withdraws the request."""
    return words_of(language).cards.cancel


def try_again(language: Language) -> str:
    """Label the button that starts over."""
    return words_of(language).cards.try_again


# --- what Slack did not take --------------------------------------------------------------------------------------


def not_posted(
    language: Language, what: str, error: str, *, needed: str = "", for_operator: bool = False
) -> str:
    """Say that a card can't be posted, and what to do about it."""
    words, what = words_of(language).posts, inert(what)
    if for_operator:
        return words.not_here.format(what=what, cause=refused_post(language, error, needed))
    if error == "is_archived":
        return words.archived.format(what=what)
    if error in ("not_in_channel", "channel_not_found"):
        return words.not_in_channel.format(what=what)
    return words.not_let.format(what=what, error=inert(error))


def refused_post(language: Language, error: str, needed: str = "") -> str:
    """Say why Slack takes no message of the bot's, which only the bot's operator can mend."""
    words = words_of(language).posts
    if error == "missing_scope":
        return words.lacks_scope.format(scope=inert(needed) or "chat:write")
    return words.refuses.format(error=inert(error, 60))


def slack_unavailable(language: Language, what: str) -> str:
    """Say that Slack confirmed no card in time."""
    return words_of(language).posts.not_confirmed.format(what=inert(what))


def card_in_doubt(language: Language, what: str, *, verb: str = PAUSE) -> str:
    """Say that the card may be there or not, and how to go on."""
    doubt = words_of(language).posts.in_doubt.format(what=inert(what))
    return joined(language, doubt, verbs_of(language)[verb].nothing_yet)


def lost_thread(language: Language, text: str, cause: str = "") -> str:
    """Carry an ending to where it can be delivered, with the *cause* if somebody must mend it."""
    words = words_of(language).posts
    return joined(language, words.lost_thread, cause, words.lost_ending.format(ending=text))
