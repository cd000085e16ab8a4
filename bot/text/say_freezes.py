"""That a project is frozen, or no longer: who said so, when and why, whatever the language. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.conversation.answers import Frozen, NotFrozen, StaysFrozen, Unfrozen
from bot.conversation.snapshots import Freeze
from bot.text.figures import joined, listed
from bot.text.format import day_and_time, group_or_person, inert, mention, spoken
from bot.text.languages import Language
from bot.text.words import words_of


def told(language: Language, answer: Frozen | Unfrozen | NotFrozen | StaysFrozen) -> tuple[str, str]:
    """Say what came of freezing a project, or of ending that: as text, and with marks."""
    words, project = words_of(language).freezes, inert(answer.project)
    lines: tuple[str, ...]
    match answer:
        case Frozen(freeze=freeze, before=before):
            title = (words.title_frozen_before if before else words.title_frozen).format(project=project)
            lines = (title, _who_and_why(language, freeze), words.means.format(project=project))
        case Unfrozen(by=by, freeze=freeze):
            title, lifted = words.title_unfrozen.format(project=project), words.lifted.format(who=mention(by))
            lines = (title, lifted, _who_and_why(language, freeze))
        case NotFrozen():
            lines = (words.not_frozen.format(project=project),)
        case StaysFrozen(freeze=freeze, approvers=approvers):
            people = listed(language, map(group_or_person, approvers))
            only = words.approvers_only if people else words.others_only
            lines = (only.format(project=project, people=people), _who_and_why(language, freeze))
        case _:
            assert_never(answer)
    return spoken("\n".join(lines)), "\n".join(lines)


def at_the_top(language: Language, freeze: Freeze | None, project: str) -> str:
    """Say above what there is in a project that it is frozen, if it is: by whom, since when, why."""
    if freeze is None:
        return ""
    title = words_of(language).freezes.title_frozen.format(project=inert(project))
    return f"{title}\n{since_when(language, freeze, project)}"


def since_when(language: Language, freeze: Freeze, project: str) -> str:
    """Say who froze a project, when and why, and how that ends."""
    ends = words_of(language).freezes.ends.format(project=inert(project))
    return joined(language, _who_and_why(language, freeze), ends)


def shortly(language: Language, freeze: Freeze) -> str:
    """Say on a card that its project is frozen, and by whom."""
    words = words_of(language).freezes
    return words.by.format(who=mention(freeze.user_id)) if freeze.user_id else words.somewhere


def _who_and_why(language: Language, freeze: Freeze) -> str:
    words, at = words_of(language).freezes, day_and_time(freeze.at)
    if not freeze.user_id:
        return words.elsewhere.format(at=at)
    who, reason = mention(freeze.user_id), inert(freeze.reason, 200, of_end=True)
    template = words.since_why if reason else words.since
    return template.format(who=who, at=at, reason=reason)
