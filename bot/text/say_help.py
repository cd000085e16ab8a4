"""The help, for who asks: what they may do here, an example of theirs, why the rest is not offered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.conversation.reasons import Reason
from bot.conversation.values import PAUSE, RESUME
from bot.spelling import quote
from bot.text.figures import listed
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.say import command
from bot.text.say_refusals import refusal
from bot.text.words import help_of, words_of


@dataclass(frozen=True, kw_only=True)
class MayDo:
    """What somebody may do where they ask.

    Attributes:
        projects: those that they may use there, by alias.
        elsewhere: those that they may use in other channels only, with these.
        without_keys: those of `projects` where nothing can be resumed.
        unfrozen_by_others: those of `projects` that only others may unfreeze.
        task: the name of a task that could be paused in the first of them, if it is known.
    """

    projects: Sequence[str]
    elsewhere: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without_keys: Collection[str] = ()
    unfrozen_by_others: Collection[str] = ()
    task: str = ""

    @property
    def cannot(self) -> set[str]:
        """The verbs that are of use in none of the projects."""
        nowhere = {RESUME: self.without_keys, "unfreeze": self.unfrozen_by_others}
        return {verb for verb, projects in nowhere.items() if set(self.projects) <= set(projects)}


def help_text(language: Language, may: MayDo) -> str:
    """Explain the commands by what people want, with the projects that there are for them."""
    words = words_of(language).answers
    lines = [words.help_head]
    if may.projects:
        there_are = words.help_projects.format(projects=_aliases(language, may.projects))
        lines += [*commands(language, may.cannot), words.help_task, there_are, _example(language, may)]
    else:
        lines.append(words.help_not_here)
    lines += [words.help_whom, words.help_link, words.help_itself, _rest(language, may)]
    return "\n".join(filter(None, lines))


def commands(language: Language, without: Collection[str] = ()) -> list[str]:
    """Explain the verbs: those that find something out, and those that act."""
    words = words_of(language).answers
    finding, acting = help_of(language, without)
    return [words.help_find, *finding, words.help_act, *acting]


def first_step(language: Language) -> str:
    """Say to somebody without a credential the one thing that comes first."""
    words = words_of(language).answers
    return "\n".join((refusal(language, Reason.NOT_LINKED), words.help_link, words.help_itself))


def _example(language: Language, may: MayDo) -> str:
    words = words_of(language).answers
    task = inert(quote(may.task)) if may.task else words.task
    return words.help_example.format(command=command(PAUSE, may.projects[0], task))


def _rest(language: Language, may: MayDo) -> str:
    """Say in one line what is not offered, and why."""
    words = words_of(language).answers
    rest = [
        words.help_elsewhere.format(
            project=inert(alias), channels=listed(language, (f"<#{channel}>" for channel in channels))
        )
        for alias, channels in may.elsewhere.items()
    ]
    if may.without_keys:
        rest.append(words.help_no_keys.format(projects=_aliases(language, may.without_keys)))
    if may.unfrozen_by_others:
        rest.append(words.help_approvers.format(projects=_aliases(language, may.unfrozen_by_others)))
    return words.help_rest.format(rest=listed(language, rest)) if rest else ""


def _aliases(language: Language, projects: Collection[str]) -> str:
    return listed(language, (f"`{alias}`" for alias in projects))
