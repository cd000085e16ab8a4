"""What was done, by whom, and how it ended, a line each, whatever the language. Pure."""

from __future__ import annotations

from bot.conversation import outcomes
from bot.conversation.answers import History, Past
from bot.text import say_cards, say_endings
from bot.text.format import day_and_time, inert, mention
from bot.text.languages import Language
from bot.text.say_endings import About
from bot.text.words import verbs_of, words_of


def head(language: Language, found: History) -> str:
    """Head a page."""
    words, person = words_of(language).history, found.wish.terms.partition(" ")[0].removeprefix("@")
    if not found.page:
        return words.nothing
    if found.wish.project:
        return words.of_project.format(project=inert(found.wish.project))
    return words.of_person.format(who=mention(person)) if person.startswith(("U", "W")) else words.of_all


def line(language: Language, past: Past) -> str:
    """Say in two lines what was asked for and how it ended, and who, where and when."""
    words = words_of(language).history
    agreed = words.agreed.format(people=" ".join(map(mention, past.agreed))) if past.agreed else ""
    quoted = words_of(language).cards.quoted.format(reason=inert(past.reason, 60, of_end=True))
    small = (
        mention(past.user_id),
        quoted if past.reason else "",
        agreed,
        inert(past.project, 40) if past.task else "",
        day_and_time(past.at),
        say_cards.operation(language, past.id),
    )
    return f"{_title(language, past)}\n{' · '.join(filter(None, small))}"


def _title(language: Language, past: Past) -> str:
    words, own = words_of(language).history, verbs_of(language).get(past.verb)
    if past.verb in ("freeze", "unfreeze"):
        freezes = words_of(language).freezes
        title = freezes.title_frozen if past.verb == "freeze" else freezes.title_unfrozen
        return title.format(project=inert(past.project))
    if past.outcome and own and not isinstance(past.outcome, outcomes.Several):
        about = About(
            past.verb,
            past.project,
            principal="",
            name=past.task,
            requester=past.user_id,
            last=past.shown,
            terms=past.terms,
        )
        return say_endings.ending(language, past.outcome, about).title
    asked = (
        own.title_asked.format(name=inert(past.task, 60)) if own else f"{past.verb} {inert(past.task, 60)}"
    )
    if isinstance(past.outcome, outcomes.Several):
        done, of = past.outcome.done, len(past.outcome.endings)
        return words.several.format(asked=asked, done=done, of=of)
    return (
        words.ended.format(asked=asked, ending=inert(past.ending))
        if past.ending
        else words.open.format(asked=asked)
    )
