"""A person's App Home: values in, a view out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.conversation.answers import Past
from bot.conversation.snapshots import Freeze, Snapshot
from bot.conversation.values import PAUSE, Card
from bot.slack import ask_modal, cards, modals, reason_modal
from bot.slack.blocks import Blocks, action_blocks, button, header, lines_of, section, small_print
from bot.spelling import quote
from bot.text import say_freezes, say_history, say_home, say_lists
from bot.text.languages import Language

SHOW: Final = "oms_home_show"
_MOST_CARDS, _MOST_PROJECTS, _MOST_TASKS, _MOST_PAST = 5, 8, 5, 5
_MOST_BLOCKS: Final = 100  # Source: Slack, "Home tab"


@dataclass(frozen=True, kw_only=True)
class Waits:
    """A card that waits for an answer of this person's, where it stands, and who has agreed.

    `own`: they asked for it; where others must agree, it waits for them once they may go ahead alone.
    """

    card: Card
    channel_id: str
    agreed: tuple[str, ...] = ()
    own: bool = True


@dataclass(frozen=True, kw_only=True)
class Usable:
    """A project that this person may use somewhere. `tasks` is what migrates there, if that was read."""

    alias: str
    region: str
    channels: tuple[str, ...] = ()
    freeze: Freeze | None = None
    tasks: Sequence[Snapshot] | None = None


@dataclass(frozen=True, kw_only=True)
class Home:
    """What there is to show.

    `credential` says whom the bot acts as, `shows` whether tasks were asked for; `cannot` are verbs of no use to them.
    """

    credential: str
    linked: bool
    has_page: bool
    waiting: Sequence[Waits] = ()
    past: Sequence[Past] = ()
    projects: Sequence[Usable] = ()
    shows: bool = False
    cannot: Collection[str] = ()


def view(language: Language, home: Home) -> dict[str, Any]:
    """Show it."""
    waiting, lately, projects, may = say_home.headings(language)
    blocks: Blocks = [header(say_home.heading_you(language)), section(home.credential)]
    if home.has_page:
        label = say_home.button_link(language, linked=home.linked)
        blocks += action_blocks(cards.run_button(label, "link"))
    if home.linked:
        blocks += [header(waiting), *_waiting(language, home.waiting)]
        blocks += [header(lately), *_past(language, home.past)]
        blocks += [header(projects), *_projects(language, home)]
        blocks += [header(may), section(say_home.may(language, home.cannot))]
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


def notice(text: str) -> dict[str, Any]:
    """Show why there is nothing to show."""
    return {"type": "home", "blocks": [section(text)]}


def _waiting(language: Language, waiting: Sequence[Waits]) -> Blocks:
    if not waiting:
        return [section(say_home.nothing(language, waiting=True))]
    return [block for one in waiting[:_MOST_CARDS] for block in _card(language, one)]


def _card(language: Language, one: Waits) -> Blocks:
    """Show a card as it stands in its channel, with those of its buttons that are this person's."""
    answers, blocks = _answers(one), list[dict[str, Any]]()
    for block in cards.asked(language, one.card, one.agreed, alone=one.own).blocks:
        if block["type"] == "actions":
            theirs = [each for each in block["elements"] if each["action_id"] in answers]
            blocks.append(block | {"elements": theirs})
        else:
            blocks.append(block)
    return [*blocks, *small_print(say_home.asked_in(language, one.channel_id))]


def _answers(one: Waits) -> set[str]:
    """Return which buttons are theirs: nobody approves their own request, or declines it."""
    if not one.own:
        return {cards.CONFIRM, reason_modal.action("decline")}
    yes = reason_modal.action("break_glass") if one.card.approvals else cards.CONFIRM
    return {yes, cards.CANCEL, modals.SLOW_DOWN}


def _past(language: Language, past: Sequence[Past]) -> Blocks:
    if not past:
        return [section(say_home.nothing(language, waiting=False))]
    return [section("\n".join(say_history.line(language, one) for one in past[:_MOST_PAST]))]


def _projects(language: Language, home: Home) -> Blocks:
    if not home.projects:
        return [section(say_home.none(language))]
    show, open_, _ = say_home.buttons(language)
    blocks: Blocks = []
    for project in home.projects[:_MOST_PROJECTS]:
        line = say_home.project(language, project.alias, project.region, project.channels)
        frozen = say_freezes.at_the_top(language, project.freeze, project.alias)
        blocks.append(section(lines_of(line, frozen)))
        if home.shows:
            blocks += _tasks(language, project)
    asked = (button(SHOW, show, "tasks"), button(ask_modal.OPEN, open_, PAUSE))
    return [*blocks, *action_blocks(*asked)]


def _tasks(language: Language, project: Usable) -> Blocks:
    if project.tasks is None:
        return small_print(say_home.unread(language, project.alias))
    _, _, pause = say_home.buttons(language)
    blocks: Blocks = []
    for task in project.tasks[:_MOST_TASKS]:
        words = f"{PAUSE} {project.alias} {quote(task.task_id)}"
        label = say_lists.label_ask(language, PAUSE, task, project.alias)
        line = section(say_lists.task_line(language, task))
        blocks.append(line | {"accessory": button(ask_modal.OPEN, pause, words, label)})
    left = say_home.tasks(language, project.alias, len(project.tasks), len(blocks))
    return [*blocks, *small_print(left)]
