"""A rolling deploy that brings a verb: its cards are clicked at any replica, also at one that does not know it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.text import en, zh
from bot.verbs.registry import REGISTRY, Registry
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, buttons, said
from tests.scenario.replicas import replicas

NEWER = "throttle"


async def test_a_click_on_a_card_that_this_replica_does_not_understand_uses_nothing_up(
    make_world: MakeWorld, postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever clicks is told what to do, the card stays as it was, and the newer replica carries it out, once."""
    async with make_world(start=False) as world, replicas(world, tmp_path, postgres) as [newer]:
        monkeypatch.setenv("DATABASE_URL", postgres)
        monkeypatch.setenv("DYNO", "web.2")
        for language in (en, zh):
            monkeypatch.delitem(language.VERBS, NEWER)
        world.registry = Registry.of(word for name, word in REGISTRY.words.items() if name != NEWER)
        async with world.running():
            older = world.extra["url"]
            world.slack.connect_http(newer.url)
            card = await world.card(f"{NEWER} prod-sg {TASK} 20")
            shown = said(card)
            world.slack.connect_http(older)
            assert (await world.slack.click(world.alice, card, "oms_confirm")).ok
            await world.whispered(world.alice, "doesn't know this command yet. The card still works")
            assert (await world.slack.click(world.alice, card, "oms_cancel")).ok
            await world.slack.wait_for(lambda: len(world.slack.ephemerals(world.alice)) == 2, PATIENCE)
            [card] = world.cards()
            assert (said(card), len(world.slack.thread(world.room, card))) == (shown, 1)
            assert buttons(card)
            world.slack.connect_http(newer.url)
            await world.confirm(card)
            await world.told(card, "OMS shows the limit")
            assert len(world.cloud.calls_of("update_bandwidth_policy")) == 1
