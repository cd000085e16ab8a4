"""That a key is lacking, what comes by itself, and what is still so long after, whatever the language. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.conversation.answers import NoKeys
from bot.conversation.reminders import (
    FailedSince,
    Reminding,
    StillPaused,
    StillWaiting,
    WaitsFrozen,
    WentAlone,
)
from bot.conversation.values import PAUSE, Card, LackingKeys
from bot.text.figures import in_brackets, joined, listed
from bot.text.format import NAME, day_and_time, inert, label, link, mention, plain
from bot.text.languages import Language
from bot.text.say_cards import called, console, short
from bot.text.say_consent import told_alone
from bot.text.say_endings import Told
from bot.text.say_keys import all_keys
from bot.text.say_which import migrations
from bot.text.words import words_of
from bot.verbs.parsing import UnclearTime

_MOST_NAMED = 5


def no_keys(language: Language, answer: NoKeys) -> Told:
    """Say which key is lacking, and how to go on without the bot."""
    words, lacking = words_of(language).keys, answer.lacking
    later = answer.wish.verb == PAUSE
    title = words.title_lacking_later if later else words.title_lacking
    why = words.by_why[lacking.why].format(bucket=_bucket(language, lacking))
    next_ = words.without_time if later else _in_console(language, answer)
    step = words_of(language).endings.next.format(step=next_)
    return Told(
        title.format(name=short(answer.task.name)),
        (joined(language, why[:1].upper() + why[1:], words.not_kept),),
        step,
        _for_operator(language, lacking),
    )


def _bucket(language: Language, lacking: LackingKeys) -> str:
    words = words_of(language).keys
    if lacking.side == "destination":
        return words.destination.format(bucket=inert(lacking.bucket))
    cloud = in_brackets(language, [inert(lacking.cloud)])
    return words.source.format(bucket=inert(lacking.bucket), cloud=cloud)


def _in_console(language: Language, answer: NoKeys) -> str:
    """Say where to resume it by hand, and what the console asks for there."""
    words, task = words_of(language).keys, answer.task
    template = words.enter[""] if task.of_urls else words.enter.get(task.source_cloud, words.enter_other)
    what = template.format(source=inert(task.source_bucket), destination=inert(task.destination))
    return words.console.format(link=_console(answer.lacking.region), what=what)


def _console(region: str) -> str:
    return link(console(region), "OMS ↗")


def _for_operator(language: Language, lacking: LackingKeys) -> str:
    words = words_of(language).keys
    template = words.for_operator if lacking.why == "none" else words.for_operator_agency
    return template.format(side=lacking.side, bucket=inert(lacking.bucket))


def pause_without(language: Language) -> str:
    """Label the button that pauses without a time."""
    return words_of(language).keys.pause_without


def unclear_time(language: Language, fault: UnclearTime) -> str:
    """Say that a time can't be kept to, and how to write one."""
    words = words_of(language).planned
    return words.unclear.format(typed=inert(fault.typed, 40))


def without_time(language: Language, fault: UnclearTime) -> str:
    """Label the button that does without it."""
    name = plain(" ".join(fault.meant.targets), NAME)
    return words_of(language).planned.without.format(name=name)


# --- what comes by itself -----------------------------------------------------------------------------------------


def soon(language: Language, card: Card, at: float) -> tuple[str, str]:
    """Say that it resumes by itself then, and that this was asked for, by whom, with which keys."""
    words = words_of(language).planned
    title = words.soon.format(at=day_and_time(at), name=short(called(language, card)))
    named = all_keys(language, card)
    return title, words.soon_with.format(who=mention(card.user_id), keys=named)


def keep(language: Language) -> str:
    """Label the button that keeps it paused."""
    return words_of(language).planned.keep


def keep_label(language: Language, card: Card) -> str:
    """Tell a screen reader what it does."""
    return label(words_of(language).planned.keep_label, called(language, card), card.project)


def resume_now(language: Language) -> str:
    """Label the button that asks to resume it before its time."""
    return words_of(language).planned.resume_now


def resume_now_label(language: Language, card: Card) -> str:
    """Tell a screen reader what it does."""
    return label(words_of(language).planned.resume_now_label, called(language, card), card.project)


# --- reminders ----------------------------------------------------------------------------------------------------


def reminder(language: Language, told: Reminding, card: Card) -> str:
    """Say what is still so."""
    words = words_of(language).planned
    match told:
        case StillPaused(task=task, days=days, number=number):
            name = migrations(language, number) if number > 1 else short(task.name)
            by_hand = words.resume_in_console.format(link=_console(card.region))
            still = words.still_paused.format(name=name, days=days)
            return joined(language, still, "" if card.keys or card.many_keys else by_hand)
        case StillWaiting(tasks=tasks, days=days, days_left=left):
            template = words.still_waiting_one if len(tasks) == 1 else words.still_waiting
            names = listed(language, (short(task.name) for task in tasks[:_MOST_NAMED]))
            names += f" +{len(tasks) - _MOST_NAMED}" if len(tasks) > _MOST_NAMED else ""
            return joined(language, template.format(names=names, days=days, left=left), words.make_room)
        case FailedSince(task=task):
            code = in_brackets(language, [inert(task.error_code or "")])
            return words.failed_since.format(name=short(task.name), code=code)
        case WaitsFrozen(task=task):
            return words.frozen.format(name=short(task.name or called(language, card)))
        case WentAlone(reason=reason):
            return told_alone(language, card, reason)
        case _:
            assert_never(told)


def list_button(language: Language) -> str:
    """Label the button that lists what migrates, to make room."""
    return words_of(language).planned.list_button
