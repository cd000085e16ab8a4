"""A frozen project: what would have more copied there is refused, before it is asked about and again at the click."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bot.store.tables import freezes
from bot.text import en, zh
from bot.verbs.registry import REGISTRY, Registry
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World
from tests.scenario.test_a_new_verb import ENGLISH, Park

LOOSENING = f"park prod-sg {TASK} to copy more"


@pytest.fixture
async def world(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Return a world whose bot knows a verb that may have more copied."""
    monkeypatch.setitem(en.VERBS, "park", ENGLISH)
    monkeypatch.setitem(zh.VERBS, "park", zh.VERBS["pause"])
    async with make_world(start=False) as world:
        world.registry = Registry.of((*REGISTRY.words.values(), Park()))
        async with world.running():
            yield world


def _freeze(world: World) -> None:
    row = {
        "id": "f",
        "project_id": PROJECT,
        "project": "sg",
        "team_id": world.slack.world.team_id,
        "user_id": "U0BOB",
    }
    with world.bot.engine.begin() as connection:
        connection.execute(sa.insert(freezes).values(**row, reason="the line is full", at=1_795_000_000))


async def test_what_would_have_more_copied_is_not_asked_about(world: World) -> None:
    """Who froze it, why, and how that ends is told to the asker; nothing is posted."""
    _freeze(world)
    await world.type(world.alice, LOOSENING)
    told = await world.whispered(world.alice, "prod-sg is frozen")
    assert "<@U0BOB> froze it at" in told.text
    assert "Reason: the line is full. `/oms unfreeze prod-sg` ends that." in told.text
    assert world.cards() == []


async def test_a_freeze_since_the_card_counts_at_the_click(world: World) -> None:
    """It is read anew, and OMS is not asked."""
    card = await world.card(LOOSENING)
    _freeze(world)
    await world.confirm(card)
    await world.told(card, "prod-sg is frozen, so nothing is resumed or sped up there.")
    assert world.stops() == 0


async def test_what_has_less_copied_goes_on(world: World) -> None:
    """A freeze is for the same end as a pause."""
    _freeze(world)
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops() == 1
