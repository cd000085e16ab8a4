"""How an operation ended: the truth, the cause, the next step, whatever the language. Pure.

`verb` is the operation's; what was seen and how it ended is the same for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, assert_never

from bot.conversation import outcomes
from bot.conversation.outcomes import OfOne
from bot.conversation.snapshots import Kind, Snapshot, Standing
from bot.conversation.values import Wish
from bot.huawei.fault import Fault, FaultKind
from bot.huawei.oms.models import TaskStatus
from bot.text import say_consent, say_faults
from bot.text.figures import duration, in_brackets, joined, size, speed
from bot.text.format import inert, mention, moment, spoken
from bot.text.languages import Language
from bot.text.say import status_word
from bot.text.say_cards import progress, short, stake
from bot.text.say_limits import own_words
from bot.text.say_refusals import refusal
from bot.text.say_targets import kind_word, with_kind
from bot.text.sentences import VerbSentences
from bot.text.words import reading_of, words_of
from bot.verbs.targets import Target

_STILL_TRUE: Final = 60  # seconds for which a reading is told as what is, and not as what was

_OF_THE_TASK: Final = (FaultKind.NOT_FOUND, FaultKind.WRONG_STATE)
"""What contradicts the last reading: what that showed is not told as what is."""


@dataclass(frozen=True)
class Told:
    """An ending in words. `lines` hold one thought each; `figures` stand on the card in their place, if there are any."""

    title: str
    lines: tuple[str, ...] = ()
    next: str = ""
    codes: str = ""
    figures: str = ""

    @property
    def text(self) -> str:
        """All of it, for a notification or a screen reader."""
        return spoken("\n".join(filter(None, (self.title, *self.lines, self.next))))


@dataclass(frozen=True)
class About:
    """What an ending is about.

    `last` is the task when it was read last, `at` when this was decided (Unix seconds). `among_many`: one decision was
    on this and others.
    `by_itself`: nobody clicked, it was planned. `should_resume`: so would what is paused by it. `newer` leads to
    the card that counts instead.
    """

    verb: str
    project: str
    principal: str
    name: str
    requester: str = ""
    last: Snapshot | None = None
    at: float = 0
    confirm_within: float = 0
    among_many: bool = False
    by_itself: bool = False
    should_resume: bool = False
    newer: str = ""
    kind: Kind = Kind.TASK
    terms: str = ""

    @classmethod
    def wish(cls, language: Language, wish: Wish, principal: str) -> About:
        """Return what is known where there is no card."""
        target = Target.of(next(iter(wish.targets), ""))
        name = with_kind(language, target.kind, target.id)
        return cls(wish.verb, wish.project, principal, name=name, kind=target.kind, terms=wish.terms)

    def called(self, language: Language, task: Snapshot) -> About:
        """Return this with the target's own name in place of what was typed."""
        name = with_kind(language, task.kind, task.name)
        return self if self.last else replace(self, name=name, kind=task.kind)


def _own(language: Language, about: About) -> VerbSentences:
    return own_words(language, about.verb, about.terms, about.last, whole=True)


def ending(language: Language, outcome: OfOne, about: About) -> Told:
    """Say how an operation ended."""
    words, own = words_of(language).endings, _own(language, about)
    match outcome:
        case outcomes.Done(task=task, seen_at=at, seconds=seconds):
            template = own.done_by_itself if about.by_itself else own.done
            done = template.format(at=moment(at, seconds=True), after=duration(language, seconds))
            left = _left(language, task)
            told = Told(
                own.title_done,
                (joined(language, done, left),),
                own.after_done_of_sync or own.after_done if task.kind is Kind.SYNC else own.after_done,
                figures=_figures(language, task),
            )
        case outcomes.AlreadyDone(task=task, by=by):
            already = own.already_by.format(who=mention(by)) if by else own.already
            stays = words_of(language).planned.not_by_itself if about.should_resume else ""
            told = Told(own.title_already, (already, _left(language, task), stays))
            about = about.called(language, task)
        case outcomes.NotReady():
            told = _not_ready(language, about, outcome)
            about = about.called(language, outcome.task)
        case outcomes.EndedInstead():
            told = _ended_instead(language, about, outcome)
        case outcomes.Refused(reason=reason, person=person, channels=channels, freeze=freeze):
            why = refusal(
                language,
                reason,
                verb=about.verb,
                project=about.project,
                person=person,
                channels=channels,
                freeze=freeze,
            )
            told = Told(own.title_not, (why, _goes_on(language, about)))
        case outcomes.Failed():
            told = _failed(language, about, outcome)
        case outcomes.StillMoving():
            told = _still(language, about, outcome)
        case outcomes.Unknown():
            told = _unknown(language, about, outcome)
        case outcomes.Cancelled(by=by, reason=reason):
            template = words.withdrawn if by == about.requester else words.turned_down
            said_no = template.format(who=mention(by))
            why = say_consent.because(language, reason)
            told = Told(own.title_left, (said_no, why, _goes_on(language, about, bare=True)))
        case outcomes.Expired():
            within = duration(language, about.confirm_within)
            late = words.expired.format(within=within, who=mention(about.requester))
            told = Told(own.title_left, (late, _goes_on(language, about, bare=True)))
        case outcomes.Replaced(by=by, newer=newer):
            told = _replaced(language, about, by, newer)
        case outcomes.Kept(by=by):
            planned = words_of(language).planned
            told = Told(planned.title_kept, (planned.kept.format(who=mention(by)),))
        case _:
            assert_never(outcome)
    lines = tuple(filter(None, told.lines))
    return replace(told, title=_with(told.title, name=short(about.name)), lines=lines)


def _replaced(language: Language, about: About, by: str, newer: str) -> Told:
    words, planned, see = words_of(language).endings, words_of(language).planned, words_of(language).answers
    if by and not newer:
        return Told(planned.title_since, (planned.since.format(who=mention(by)),))
    replaced = words.taken_over.format(who=mention(by)) if by else words.replaced
    link = see.asked_before_link.format(url=about.newer) if about.newer else ""
    title = words.title_taken_over if by else words.title_replaced
    return Told(title, (joined(language, replaced, link),))


def ask_again(language: Language) -> str:
    """Label the button that asks again for what nobody answered."""
    return words_of(language).cards.ask_again


def unread(language: Language, fault: Fault, about: About) -> Told:
    """Say why there is no card: the task could not be read, so there is nothing to confirm."""
    said = _explained(language, fault, about)
    unchanged = words_of(language).endings.nothing_changed
    head = reading_of(language, about.verb).unread
    return Told(head, (said.what, unchanged), _next(language, said.next), said.codes)


def _explained(
    language: Language, fault: Fault, about: About, *, acted: bool = False
) -> say_faults.Explained:
    return say_faults.explained(
        language,
        fault,
        project=about.project,
        principal=about.principal,
        verb=about.verb,
        kind=about.kind,
        acted=acted,
    )


def _with(template: str, **values: str) -> str:
    """Fill in some of a template's places, and leave the others."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def _next(language: Language, step: str) -> str:
    return words_of(language).endings.next.format(step=step) if step else ""


def _figures(language: Language, task: Snapshot) -> str:
    """Return how far a task came, as on its card."""
    left = _bytes_left(task)
    amount = size(language, left) if left is not None else ""
    to_go = words_of(language).endings.to_go.format(left=amount) if amount else ""
    drawn = stake(language, replace(task, speed=None, seconds_left=None)) if task.progress is not None else ""
    return " · ".join(filter(None, (drawn, to_go)))


def _left(language: Language, task: Snapshot) -> str:
    words, left = words_of(language).endings, _bytes_left(task)
    if task.progress is None:
        return ""
    done = progress(language, task, task.progress)
    if left is None:
        return spoken(words.done.format(progress=done))
    return spoken(words.done_and_left.format(progress=done, left=size(language, left)))


def _bytes_left(task: Snapshot) -> int | None:
    if task.bytes_total is None or task.bytes_done is None:
        return None
    return max(0, task.bytes_total - task.bytes_done)


def _error_code(language: Language, task: Snapshot) -> str:
    return in_brackets(language, [inert(task.error_code or "")])


def _goes_on(language: Language, about: About, *, bare: bool = False) -> str:
    """Say what the task does, as it was read last; *bare*: that nothing was changed is said before it."""
    words, own, task = words_of(language).endings, _own(language, about), about.last
    unchanged = "" if bare else words.nothing_changed
    if task is None:
        return unchanged
    if about.at - task.read_at > _STILL_TRUE:
        was = words.was.format(at=moment(task.read_at), status=status_word(language, task.status))
        return joined(language, unchanged, was)
    moves = task.speed if task.status == TaskStatus.MIGRATING else None
    at = own.goes_on_at.format(speed=speed(language, moves)) if moves else own.goes_on
    return joined(language, unchanged, at)


def _not_ready(language: Language, about: About, outcome: outcomes.NotReady) -> Told:
    words, own = words_of(language).endings, _own(language, about)
    task, title, step = outcome.task, own.title_not, ""
    if outcome.standing is Standing.MOVING and outcome.by:
        return Told(own.title_moving, (own.moving_by.format(who=mention(outcome.by)),))
    match task.status:
        case int(status) if status in own.not_ready:
            why, step = own.not_ready[status].what, own.not_ready[status].next
            title = own.title_moving if outcome.standing is Standing.MOVING else own.title_not
        case TaskStatus.SUCCEEDED:
            why = words.finished_meanwhile if outcome.changed else words.finished
            title = own.title_nothing
        case TaskStatus.FAILED:
            template = words.failed_meanwhile if outcome.changed else words.failed
            why, title = template.format(code=_error_code(language, task)), own.title_nothing
        case status:
            why = own.not_ready_other.format(status=status_word(language, status))
    title = _with(title, status=status_word(language, task.status))
    return Told(title, (joined(language, why, words.nothing_changed),), _next(language, step))


def _ended_instead(language: Language, about: About, outcome: outcomes.EndedInstead) -> Told:
    words, own, task = words_of(language).endings, _own(language, about), outcome.task
    status, at = status_word(language, task.status), moment(outcome.seen_at, seconds=True)
    if task.status in (TaskStatus.DELETING, TaskStatus.DELETED):
        return Told(own.title_not, (words.now_shown_as.format(status=status),))
    failed = task.status == TaskStatus.FAILED
    code = _error_code(language, task) if failed else ""
    template = own.ended_failed if failed and own.ended_failed else own.ended_instead
    title = own.title_failed if failed and own.title_failed else own.title_ended
    instead = template.format(status=status + code, at=at, kind=kind_word(language, task.kind))
    return Told(_with(title, status=status), (instead,))


def _failed(language: Language, about: About, outcome: outcomes.Failed) -> Told:
    words, own, task = words_of(language).endings, _own(language, about), outcome.task
    said = _explained(language, outcome.fault, about, acted=task is not None)
    if task is None and outcome.fault.kind in _OF_THE_TASK:
        now = words.nothing_changed
    elif task is None or outcome.standing is Standing.READY:
        now = _goes_on(language, replace(about, last=task or about.last), bare=True)
    else:
        now = words.now_shown_as.format(status=status_word(language, task.status))
    return Told(own.title_not, (said.what, now), _next(language, said.next), said.codes)


def _still(language: Language, about: About, outcome: outcomes.StillMoving) -> Told:
    words, own = words_of(language).endings, _own(language, about)
    waited = duration(language, outcome.seconds)
    then = own.watched if outcome.watching else words.not_watched
    if outcome.fault:
        said = _explained(language, outcome.fault, about)
        unseen = joined(language, own.still_unread.format(waited=waited), said.what)
        return Told(own.title_still, (unseen,), then, said.codes)
    task = outcome.task
    if own.still_waiting and task and task.status == TaskStatus.WAITING:
        return Told(own.title_waiting, (own.still_waiting,), then)
    elsewhere = task and outcome.standing is not Standing.MOVING
    shown = words.shown_as.format(status=status_word(language, task.status)) if task and elsewhere else ""
    return Told(own.title_still, (joined(language, own.still.format(waited=waited), shown),), then)


def _unknown(language: Language, about: About, outcome: outcomes.Unknown) -> Told:
    words, own = words_of(language).endings, _own(language, about)
    said = _explained(language, outcome.fault, about, acted=True)
    if outcome.task is not None:
        read = words.read_afterwards.format(status=status_word(language, outcome.task.status))
    else:
        read = "" if outcome.fault.kind is FaultKind.OWN_FAULT else words.unreadable
    watched = outcomes.is_watched(outcome)
    # Of many, all are read anew before anything is asked for again.
    warning = "" if about.among_many else own.do_not_repeat
    step = joined(language, words.watched, warning) if watched else words.not_watched
    return Told(words.title_unclear, (said.what, joined(language, words.unknown, read)), step, said.codes)
