"""What stands in a person's App Home, whatever the language. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.text.figures import listed
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.say import command
from bot.text.say_help import commands
from bot.text.sentences_home import HomeSentences
from bot.text.words import words_of


def words(language: Language) -> HomeSentences:
    """Return what depends on nothing."""
    return words_of(language).home


def button_link(language: Language, *, linked: bool) -> str:
    """Label the button that leads to the linking page."""
    return words(language).change if linked else words(language).link


def asked_in(language: Language, channel_id: str) -> str:
    """Say where a card stands."""
    return words(language).asked_in.format(channel=f"<#{channel_id}>")


def project(language: Language, alias: str, region: str, channels: Sequence[str]) -> str:
    """Say of a project where it may be used."""
    template = words(language).only_in if channels else words(language).anywhere
    where = listed(language, (f"<#{channel}>" for channel in channels))
    return template.format(project=inert(alias), region=inert(region), channels=where)


def tasks(language: Language, alias: str, number: int, shown: int) -> str:
    """Say below what was *shown* of a project's tasks what is not; or that there is nothing."""
    if not number:
        return words(language).nothing_migrates.format(project=inert(alias))
    return (
        "" if shown == number else words(language).more.format(command=command("list", alias), number=number)
    )


def unread(language: Language, alias: str) -> str:
    """Say that a project's tasks can't be shown."""
    return words(language).unread.format(project=inert(alias), command=command("list", alias))


def nothing(language: Language, *, waiting: bool) -> str:
    """Say that there is nothing of this."""
    return words(language).nothing_waits if waiting else words(language).nothing_lately


def heading_you(language: Language) -> str:
    """Head one's own credential."""
    return words(language).you


def headings(language: Language) -> tuple[str, str, str, str]:
    """Head what waits, what was done, the projects, and what may be done."""
    own = words(language)
    return own.waiting, own.lately, own.projects, own.may


def none(language: Language) -> str:
    """Say that there is no project."""
    return words(language).none


def buttons(language: Language) -> tuple[str, str, str]:
    """Label the buttons that show what migrates, that open the modal, and that of a task."""
    own = words(language)
    return own.show, own.open, own.pause


def may(language: Language, cannot: Collection[str]) -> str:
    """Say what one may do, without the verbs that are of no use."""
    return "\n".join(commands(language, cannot))
