"""What people read about tasks, cards and commands: which sentence, whatever the language. Pure.

All branching over what was seen, asked and decided is here and in the neighbours of this name, once. What comes from
outside is made inert here, in the one place where it becomes text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from bot.conversation.answers import AskedBefore
from bot.conversation.values import PAUSE, Wish
from bot.huawei.oms.models import TaskStatus
from bot.text.figures import duration, joined, listed
from bot.text.format import inert, mention, plain
from bot.text.languages import Language
from bot.text.say_limits import own_words
from bot.text.say_targets import kind_word, with_kind
from bot.text.sentences import Statuses
from bot.text.words import reading_of, readings_of, verbs_of, words_of
from bot.verbs import parsing
from bot.verbs.targets import Target

_OF_A_BUTTON: Final = 60  # columns


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
        case TaskStatus.DELETING:
            return words.deleting
        case TaskStatus.DELETED:
            return words.deleted
        case _:
            assert_never(status)


def command(*typed: str) -> str:
    """Return what to type, as code; the same in every language."""
    return f"`/oms {' '.join(typed)}`"


# --- commands -----------------------------------------------------------------------------------------------------


def working(language: Language) -> str:
    """Say that a command was received, and is being worked on: whether OMS or Slack is slow, nobody knows yet.

    To everybody alike, and no more: Slack has not said yet whether they may hear which projects there are.
    """
    return words_of(language).answers.working


def busy(language: Language) -> str:
    """Say that a request could not be recorded in time."""
    return words_of(language).answers.busy


def own_fault(language: Language, *, no_call: bool = True) -> str:
    """Say that the bot itself is broken; the operation's id stands below."""
    words = words_of(language).answers
    return joined(language, words.own_fault, words.own_fault_no_call if no_call else "", words.tell_operator)


def problem(
    language: Language, fault: parsing.UnknownVerb | parsing.UnknownProject | parsing.MissingProject
) -> str:
    """Say what is wrong with a command, and show the right form."""
    words = words_of(language).answers
    match fault:
        case parsing.UnknownVerb(verb=verb, closest=closest):
            known = closest in verbs_of(language) or closest in readings_of(language)
            template = words.unknown_verb_meant if known else words.unknown_verb
            usage = reading_of(language, closest if closest and known else PAUSE).usage
            return template.format(verb=inert(verb), usage=usage)
        case parsing.UnknownProject(project=project, closest=closest, known=known, verb=verb, meant=meant):
            form = _form(language, verb, closest, meant) if closest else ""
            return joined(
                language,
                words.unknown_project.format(project=inert(project)),
                words.did_you_mean.format(command=form) if form else "",
                _known(language, known),
            )
        case parsing.MissingProject(known=known, verb=verb):
            which = words.which_project.format(usage=reading_of(language, verb).usage)
            return joined(language, which, _known(language, known))
        case _:
            assert_never(fault)


def _form(language: Language, verb: str, project: str, meant: Wish | None) -> str:
    """Return what to type instead; the place of a task that was not typed is shown, where the verb takes one."""
    tasks = [inert(target) for target in meant.targets[:1]] if meant else [words_of(language).answers.task]
    return command(verb, project, *tasks)


def meant(language: Language, command: str, wish: Wish) -> str:
    """Label the button that does what was meant."""
    if wish.verb not in verbs_of(language):
        return f"/oms {command}"
    target = Target.of(" ".join(wish.targets))
    return own_words(language, wish.verb, wish.terms, None).title_asked.format(
        name=plain(with_kind(language, target.kind, target.id), _OF_A_BUTTON)
    )


def _known(language: Language, projects: Sequence[str]) -> str:
    named = listed(language, (f"`{alias}`" for alias in projects))
    return words_of(language).answers.known.format(projects=named)


def no_such_task(language: Language, name: str, project: str, closest: Sequence[str]) -> str:
    """Say that no task has exactly this name."""
    words, target = words_of(language).answers, Target.of(name)
    kind, names = kind_word(language, target.kind), listed(language, map(inert, closest))
    return joined(
        language,
        words.no_such_task.format(project=project, kind=kind, name=inert(target.id)),
        words.closest.format(names=names)
        if names
        else words.lists_migrating.format(command=command("list", project)),
    )


def ambiguous_task(language: Language, name: str, project: str, ids: Sequence[str], *, verb: str) -> str:
    """Say that several tasks share a name."""
    words = words_of(language).answers
    return words.ambiguous.format(
        number=len(ids),
        project=project,
        name=inert(name),
        ids=listed(language, (f"`{inert(task_id)}`" for task_id in ids[:10])),
        command=command(verb, project, words.id),
    )


def which_of_them(language: Language, name: str, project: str, number: int) -> str:
    """Ask which of several tasks of one name is meant."""
    template = words_of(language).answers.which_of_them
    return template.format(number=number, project=project, name=inert(name))


def ask_for(language: Language, verb: str) -> str:
    """Label the button that asks for *verb* about one of several tasks."""
    own = verbs_of(language).get(verb)
    return own.button if own else f"/oms {verb}"


def asked_before(language: Language, answer: AskedBefore, url: str) -> str:
    """Say that somebody else's card about the same waits, and where."""
    words = words_of(language).answers
    who, ago = mention(answer.user_id), duration(language, answer.seconds)
    return joined(
        language,
        words.asked_before.format(who=who, ago=ago),
        words.waits_for_approval if answer.approved_by_others else words.only_they,
        words.asked_before_link.format(url=url) if url else "",
    )


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


def card_in_doubt(language: Language, what: str, *, verb: str) -> str:
    """Say that the card may be there or not, and how to go on."""
    doubt = words_of(language).posts.in_doubt.format(what=inert(what))
    return joined(language, doubt, verbs_of(language)[verb].nothing_yet)


def lost_thread(
    language: Language, ending: str, *, channel: str, project: str, cause: str = "", doubtful: bool = False
) -> str:
    """Carry an ending to where it can be delivered, with the *cause* if somebody must mend it.

    *doubtful*: it may stand in the thread. Of what is not read there, no card says where it was, and in which project.
    """
    words = words_of(language).posts
    lost = words.unconfirmed_thread if doubtful else words.lost_thread
    told = words.lost_ending.format(project=inert(project), ending=ending)
    return joined(language, lost.format(channel=f"<#{channel}>"), cause, told)
