"""A verb that is only here: its own file, its sentences, its place in the registry. All else comes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.conversation.answers import Answer
from bot.conversation.ports import Tasks
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import Question, Wish
from bot.huawei.oms.models import TaskStatus
from bot.text import en, zh
from bot.verbs.parsing import Place, Problem, Projects, parse_place
from bot.verbs.registry import REGISTRY, Registry
from bot.verbs.verb import nothing_to_ask
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons

if TYPE_CHECKING:
    from bot.huawei.oms.client import Accepted

TOO_FAST = 1_000_000


class Park:
    """``park <project> <task>``: pauses what is fast; what is slow is not worth it."""

    name = "park"
    form = "<project> <task> [reason]"
    done = "parked"
    moving = "parking"
    able = "parkable"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        place = parse_place(rest, projects, verb=self.name)
        if not isinstance(place, Place):
            return place
        return Wish(verb=self.name, project=place.project, targets=(place.task,), reason=place.reason)

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find the task."""
        found = await tasks.find(wish.targets[0])
        if not isinstance(found, Snapshot):
            return found
        return nothing_to_ask(self, wish, found) or Question(task=found)

    async def act(self, tasks: Tasks, target: str, wish: Wish) -> Accepted:  # noqa: ARG002  # as `Verb` has it
        """Ask OMS once."""
        return await tasks.pause(target)

    def judge(self, seen: Snapshot, wish: Wish) -> Standing:  # noqa: ARG002  # as `Verb` has it
        """Slow tasks can't be parked."""
        match seen.status:
            case TaskStatus.MIGRATING:
                return Standing.READY if (seen.speed or 0) > TOO_FAST else Standing.NOT
            case TaskStatus.PAUSING:
                return Standing.MOVING
            case TaskStatus.PAUSED:
                return Standing.DONE
            case _:
                return Standing.ENDED

    def loosens(self, seen: Snapshot, wish: Wish) -> bool:  # noqa: ARG002  # as `Verb` has it
        """What is idle takes nobody's place, so where that is asked for, more is copied."""
        return wish.reason == "to copy more"


ENGLISH = replace(
    en.VERBS["pause"],
    help=("`/oms park &lt;project&gt; &lt;task&gt;` parks a task that is fast",),
    usage="`/oms park &lt;project&gt; &lt;task&gt;`",
    button="Park",
    title_asked="Park {name}?",
    title_done="🅿️ *Parked* {name}",
    done="OMS confirmed it at {at}, {after} after the click.",
    not_ready_other="It is {status}, and too slow to be worth it.",
)


@pytest.fixture
async def world(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Return a world whose bot knows the verb."""
    monkeypatch.setitem(en.VERBS, "park", ENGLISH)
    monkeypatch.setitem(zh.VERBS, "park", replace(zh.VERBS["pause"], title_asked="停放{name}？"))
    async with make_world(start=False) as world:
        world.registry = Registry.of((*REGISTRY.words.values(), Park()))
        async with world.running():
            yield world


async def test_it_is_asked_about_confirmed_carried_out_and_told(world: World) -> None:
    """From the slash command by way of card and click to the ending, in its own words."""
    card = await world.card(f"park prod-sg {TASK} too fast")
    assert card.text.startswith("Park media-872?")
    assert "Park" in buttons(card)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1
    await world.card_showing(card, "Parked media-872")


async def test_its_name_is_stored_counted_and_audited(world: World) -> None:
    """And its endings are called after it."""
    card = await world.card(f"park prod-sg {TASK}")
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    records = {record.event: record.details for record in world.bot.audit.records()}
    assert '"verb":"park"' in records["asked"]
    assert '"verb":"park"' in records["calling"]
    assert '"ending":"parked"' in records["ended"]
    counted = world.bot.metrics.render().decode()
    assert 'oms_bot_commands_total{verb="park"} 1.0' in counted
    assert 'oms_bot_operations_total{ending="parked",verb="park"} 1.0' in counted


async def test_its_own_judgement_decides_what_is_asked(world: World) -> None:
    """What it would not take is told to the asker alone."""
    world.cloud.tasks[int(TASK)].speed = 1
    await world.type(world.alice, f"park prod-sg {TASK}")
    await world.whispered(world.alice, "too slow to be worth it")
    assert world.slack.messages(world.room) == []


async def test_it_is_explained_and_understood_like_the_others(world: World) -> None:
    """In the help, and where somebody mistypes it."""
    await world.type(world.alice, "help")
    await world.whispered(world.alice, "parks a task that is fast")
    delivery = await world.slack.slash(world.alice, world.room, "/oms", f"prak prod-sg {TASK}")
    assert "/oms park" in delivery.body
    delivery = await world.slack.slash(world.alice, world.room, "/oms", "park")
    await world.whispered(world.alice, "/oms park <project> <task>")


async def test_it_is_found_behind_the_mention_that_it_follows(world: World) -> None:
    """Of several mentions of the bot, that one counts."""
    bot = f"<@{world.slack.bot.id}>"
    await world.slack.mention(world.alice, world.room, f"as {bot} said: {bot} park prod-sg {TASK}")
    messages = await world.slack.wait_for(lambda: world.slack.messages(world.room)[1:], 5)
    assert messages[0].text.startswith("Park media-872?")


async def test_what_to_type_instead_is_told_with_its_name(world: World) -> None:
    """Where several tasks have the name that was typed."""
    world.cloud.add_task(PROJECT, name="media-872", task_id=77)
    await world.type(world.alice, "park prod-sg media-872")
    await world.whispered(world.alice, "/oms park prod-sg")
