"""What stands on a card and in its thread: which sentence, whatever the language. Pure.

A card has five lines for a phone: what, how much is at stake, what it costs, where, and who until when. So what is long
is cut here, and its thread has it whole. How wide a line may be was measured in the browser at 390 px.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import RESUME, Card, short_id
from bot.huawei.oms.models import TaskStatus
from bot.text.figures import counted, duration, joined, listed, percent, size_of, speed
from bot.text.format import NAME, PROJECT, group_or_person, inert, label, link, mention, moment, plain
from bot.text.languages import Language
from bot.text.say_costs import about_keys, costs
from bot.text.say_faults import whom
from bot.text.say_freezes import shortly, since_when
from bot.text.say_limits import terms_before, words_of_card
from bot.text.say_targets import with_kind
from bot.text.say_which import migrations, would_be
from bot.text.words import verbs_of, words_of

_ROUTE = 22  # columns
_PRINCIPAL, _BESIDE_APPROVALS = 14, 8
_WHY = 35  # for the principal and the reason together
_BAR = 6
_WISH = 50


def console(region: str) -> str:
    """Return where the tasks of a region are in Huawei Cloud's console."""
    host = "console" if region.startswith("cn-") else "console-intl"
    return f"https://{host}.huaweicloud.com/oms/?region={region}"


def short(name: str) -> str:
    """Return a target's name as a line of a card has room for it."""
    return inert(name, NAME)


# --- the card that asks -------------------------------------------------------------------------------------------


def called(language: Language, card: Card) -> str:
    """Return what a card is about: the name of its target, or how many migrations."""
    if card.many:
        return migrations(language, len(card.many))
    return with_kind(language, card.task.kind, card.task.name)


def title_asked(language: Language, card: Card) -> str:
    """Head a card that waits for its answer; plain text, not mrkdwn."""
    return words_of_card(language, card).title_asked.format(name=plain(called(language, card), NAME))


def stake(language: Language, task: Snapshot, *, bar: bool = True) -> str:
    """Say how far a task is, how fast, and how long it will take, as far as OMS told."""
    words = words_of(language).cards
    if task.kind is Kind.SYNC:  # it never ends, so OMS gives no figures
        return words_of(language).targets.synchronizes if task.status == TaskStatus.MIGRATING else ""
    drawn = _bar(task.progress) if bar and task.progress is not None and not task.by_objects else ""
    parts = [progress(language, task, task.progress)] if task.progress is not None else []
    if task.speed is not None and task.status == TaskStatus.MIGRATING:
        parts.append(speed(language, task.speed))
    if task.seconds_left and task.status == TaskStatus.MIGRATING:
        parts.append(words.time_left.format(duration=duration(language, task.seconds_left)))
    return " ".join(filter(None, (drawn, " · ".join(parts) or words.no_figures)))


def progress(language: Language, task: Snapshot, fraction: float) -> str:
    """Say how much is done, and of what: OMS counts objects where it was given a list of them."""
    words = words_of(language).cards
    template = words.of_objects if task.by_objects else words.progress
    return template.format(percent=percent(language, fraction))


def _bar(fraction: float) -> str:
    """Draw how much is done. Decoration: the figure stands beside it. Only what is complete is full."""
    done = int(max(0.0, min(fraction, 1.0)) * _BAR)
    return "▰" * done + "▱" * (_BAR - done)


def where(language: Language, card: Card) -> str:
    """Say what is copied where to, or why others should agree, or that it is frozen; and in which project."""
    project = link(console(card.region), f"{inert(card.project, PROJECT)} ↗")
    # An approver asks why before from where to where, and there is no room for both.
    why = _quoted(language, card, _ROUTE) if card.approvals else ""
    frozen = shortly(language, card.freeze) if card.freeze else ""
    return " · ".join(filter(None, (frozen or why or route(language, card.task, _ROUTE), project)))


def as_of(language: Language, task: Snapshot) -> str:
    """Say of when the figures are."""
    return words_of(language).cards.as_of.format(at=moment(task.read_at))


def route(language: Language, task: Snapshot, limit: int = 160) -> str:
    """Say from where to where; of *limit* columns each end has half, and what the other leaves."""
    if not (task.source or task.destination):
        return ""
    half = limit // 2
    source = inert(task.source, max(half, limit - len(task.destination)))
    destination = inert(task.destination, max(half, limit - len(task.source)))
    return words_of(language).cards.route.format(source=source, destination=destination)


def who_and_until(language: Language, card: Card, agreed: Sequence[str] = ()) -> str:
    """Say who asks, as whom, and until when; where others must agree, how many have, else why."""
    words = words_of(language).cards
    until = words.until.format(at=moment(card.expires_at))
    if card.approvals:
        who, middle = _as_whom(language, card, _BESIDE_APPROVALS), _agreed(language, card, agreed)
    else:
        who, middle = _as_whom(language, card), _quoted(language, card)
    return " · ".join(filter(None, (who, middle, until)))


def _agreed(language: Language, card: Card, agreed: Sequence[str]) -> str:
    """Count who has agreed, and name the last of them."""
    words = words_of(language).cards
    if not agreed:
        return counted(language, words.approvals, card.approvals)
    have = {"agreed": str(len(agreed)), "needed": str(card.approvals)}
    return words.agreed.format(who=mention(agreed[-1]), **have)


def who(language: Language, card: Card) -> str:
    """Say who asked, as whom, why, and what the operation is called; for a card that was answered."""
    parts = (
        _as_whom(language, card),
        _quoted(language, card),
        operation(language, card.operation_id),
    )
    return " · ".join(filter(None, parts))


def _as_whom(language: Language, card: Card, limit: int = _PRINCIPAL) -> str:
    principal = whom(language, card.principal, limit)
    return words_of(language).cards.as_whom.format(who=mention(card.user_id), principal=principal)


def _quoted(language: Language, card: Card, limit: int | None = None) -> str:
    """Say why, as far as there is room for it: *limit* columns, else those beside the principal."""
    room = limit or _WHY - len(whom(language, card.principal, _PRINCIPAL))
    quoted = inert(card.reason, room, of_end=True)
    return words_of(language).cards.quoted.format(reason=quoted) if quoted else ""


def operation(language: Language, operation_id: str) -> str:
    """Name an operation as its records can be found by."""
    return words_of(language).cards.operation.format(id=short_id(operation_id))


def operation_in(language: Language, card: Card) -> str:
    """Name it with its project, on what is told some time after: it may be read outside the card's thread."""
    return f"{inert(card.project)} · {operation(language, card.operation_id)}"


def label_confirm(language: Language, card: Card) -> str:
    """Tell a screen reader what the button does that confirms, or approves."""
    words = verbs_of(language)[card.verb]
    return _label(language, words.approve_label if card.approvals else words.confirm_label, card)


def label_leave(language: Language, card: Card) -> str:
    """Tell a screen reader what the button does that withdraws the request."""
    return _label(language, verbs_of(language)[card.verb].leave_label, card)


def label_wish(shown: str, command: str) -> str:
    """Tell a screen reader which command a button stands for, after what it shows."""
    return f"{shown}: {plain(command, _WISH)}"


def _label(language: Language, template: str, card: Card) -> str:
    principal = whom(language, card.principal, _PRINCIPAL)
    return label(template, called(language, card), card.project, principal=principal)


# --- what its thread has whole ------------------------------------------------------------------------------------


def has_more(card: Card) -> bool:
    """Tell whether something matters that the card has no room for: more that it costs, who must agree, a cut name."""
    task = card.task
    costs = task.restores_archives or task.group or task.waiting_tasks or card.approvals or card.freeze
    later = (
        card.resumes_at
        or card.verb == RESUME
        or task.kind is not Kind.TASK
        or (card.terms and "-" in card.terms + terms_before(task))
    )
    return bool(costs or later) or any(
        len(inert(text, limit)) < len(inert(text, 200))
        for text, limit in (
            (task.name, NAME),
            (f"{task.source}{task.destination}", _ROUTE),
            (card.project, PROJECT),
            (card.principal.removeprefix("IAM user "), _PRINCIPAL),
            (card.reason, _WHY - min(len(card.principal), _PRINCIPAL)),
        )
    )


def details(language: Language, card: Card, *, beside_card: bool = False) -> list[str]:
    """Say in full what the card has no room for: names, id, amounts, every cost, the reason, who may approve.

    *beside_card*: who asks as whom has been said.
    """
    task, words = card.task, words_of(language).cards
    amounts = amounts_copied(language, task)
    copied = words.copied.format(amounts=amounts) if amounts else ""
    place = words.place.format(project=inert(card.project), region=inert(card.region))
    name = inert(with_kind(language, task.kind, task.name), 200)
    identified = words.task_and_id.format(name=name, id=inert(task.task_id))
    what = (
        " · ".join((identified, place)),
        " · ".join(filter(None, (route(language, task), copied))),
    )
    lines = (
        *(what if not card.many else would_be(language, card) if beside_card else ()),
        *(
            f"• {said}"
            for said in (
                *about_keys(language, card),
                *costs(language, task, verb=card.verb, terms=card.terms),
            )
        ),
        f"• {since_when(language, card.freeze, card.project)}" if card.freeze else "",
        "" if beside_card else words.acts_as.format(principal=whom(language, card.principal)),
        words.reason.format(reason=inert(card.reason, 200, of_end=True)) if card.reason else "",
        _approvers(language, card),
    )
    return [line for line in lines if line]


def _approvers(language: Language, card: Card) -> str:
    words = words_of(language).cards
    if not card.approvals:
        return ""
    people = listed(language, map(group_or_person, sorted(card.notify or card.approvers)))
    asked = words.approvers.format(people=people) if people else ""
    return joined(language, asked, "" if card.approvers else words.anybody)


# --- buttons ------------------------------------------------------------------------------------------------------


def your_iam_user(language: Language) -> str:
    """Name whom OMS would be asked as, where that is not known."""
    return words_of(language).cards.your_iam_user


def button(language: Language, verb: str) -> str:
    """Label the button that confirms, or asks for, *verb*."""
    return verbs_of(language)[verb].button


def confirm(language: Language, card: Card) -> str:
    """Label the button that confirms, or approves."""
    return approve(language) if card.approvals else words_of_card(language, card).button


def leave(language: Language, verb: str) -> str:
    """Label the button that withdraws the request."""
    return verbs_of(language)[verb].leave


def review(language: Language, verb: str) -> str:
    """Label the button by which somebody else asks for the same."""
    return verbs_of(language)[verb].review


def approve(language: Language) -> str:
    """Label the button by which somebody else agrees."""
    return words_of(language).cards.approve


def try_again(language: Language) -> str:
    """Label the button that starts over."""
    return words_of(language).cards.try_again


# --- figures ----------------------------------------------------------------------------------------------------------


def amounts(language: Language, task: Snapshot) -> str:
    """Say how far a task is, as far as OMS told."""
    return " · ".join(filter(None, (stake(language, task, bar=False), amounts_copied(language, task))))


def amounts_copied(language: Language, task: Snapshot) -> str:
    """Return ``1.04 of 2.00 TB``; empty if OMS does not tell."""
    if task.bytes_done is None or not task.bytes_total:
        return ""
    return size_of(language, task.bytes_done, task.bytes_total)
