"""Socket Mode: the same conversation, with no public URL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.slack.manifest import STEP, manifest
from tests import plain_http
from tests.scenario import test_home as homes
from tests.scenario import test_modal as modal
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, said


@contextlib.asynccontextmanager
async def _by_socket(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world whose bot has an app token; it is not started."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        monkeypatch.delenv("SLACK_SIGNING_SECRET")
        yield world


async def _state(world: World, faults: dict[str, str], gauge: float) -> None:
    """Wait until readiness and the gauge both say so; each is shared, and seconds old at most."""
    async with plain_http.async_client(base_url=world.extra["url"]) as http, asyncio.timeout(15):
        while (await http.get("/readyz")).json()["faults"] != faults:
            await asyncio.sleep(0.1)
        while f"oms_bot_socket_connected {gauge}" not in (await http.get("/metrics")).text:
            await asyncio.sleep(0.1)


async def test_the_main_job_over_a_websocket(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """With SLACK_APP_TOKEN the bot opens a WebSocket, and needs no signing secret."""
    async with _by_socket(make_world, monkeypatch) as world, world.running():
        world.slack.disconnect_http()
        await world.until(lambda: bool(world.slack.sockets.connections))
        card = await world.card()
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        assert world.stops() == 1
        assert len(world.slack.thread(world.room, card)) == 2


async def test_a_workflow_s_step_over_a_websocket(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Slack lends for it is dropped on this way too."""
    async with _by_socket(make_world, monkeypatch) as world, world.running():
        world.slack.world.functions = manifest()["functions"]
        world.slack.disconnect_http()
        await world.until(lambda: bool(world.slack.sockets.connections))
        inputs = {"project": "prod-sg", "task": TASK, "channel": world.room.id}
        step = await world.slack.run_step(STEP, inputs, person=world.alice)
        [card] = await world.slack.wait_for(world.cards, PATIENCE)
        await world.confirm(card)
        await world.slack.wait_for(lambda: step.ended, PATIENCE)
        assert step.outputs["ending"] == "paused"
        written = [path for path in world.config.parent.iterdir() if path.is_file()]
        assert not any(step.lent.encode() in path.read_bytes() for path in written)


async def test_modals_menus_shortcuts_and_homes_over_a_websocket(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with a submission, and what a menu offers, comes back with the acknowledgement."""
    async with _by_socket(make_world, monkeypatch) as world, world.running():
        world.slack.disconnect_http()
        await world.until(lambda: bool(world.slack.sockets.connections))
        view = await modal.opened(world, world.alice)
        await modal.choose_task(world, world.alice, view)
        delivery = await world.slack.submit(world.alice, view, {"oms_task": TASK, "oms_length": "a while"})
        assert delivery.json["response_action"] == "errors"
        assert "a while" in view.errors["oms_length"]
        again = {"oms_task": TASK, "oms_length": None, "oms_reason": "night peak"}
        await world.slack.submit(world.alice, view, again)
        [card] = await world.slack.wait_for(world.cards, PATIENCE)
        assert "night peak" in said(card)

        await world.slack.click(world.alice, card, "oms_slow_down")
        slower = await world.slack.wait_for(lambda: world.slack.modal(world.alice), PATIENCE)
        assert slower
        delivery = await world.slack.submit(world.alice, slower, {"oms_rate": "fast"})
        assert set(delivery.json["errors"]) == {"oms_rate"}
        await world.slack.close_view(world.alice, slower)

        await world.slack.shortcut(world.alice, "oms_pause")
        anywhere = await modal.filled(world, world.alice)
        await world.slack.close_view(world.alice, anywhere)
        alert = world.slack.say(world.bob, world.room, f"{TASK} in prod-sg floods the line")
        await world.slack.shortcut(world.bob, "oms_pause_message", alert)
        await world.whispered(world.bob, "already")

        shown = await homes.opened(world, world.alice, "Pause media-872?")
        await world.slack.click_view(world.alice, shown, "oms_confirm")
        await world.told(card, "OMS confirmed it at")
        await world.slack.mention(world.alice, world.room, "status prod-sg media-872", thread_ts=card.ts)
        await world.whispered(world.alice, "paused")
        assert world.stops("alice") == 1


async def test_a_slack_that_is_away_does_not_hold_up_the_start(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot serves at once, says that it is not ready and why, and is as soon as Slack is back."""
    async with _by_socket(make_world, monkeypatch) as world:
        away = world.slack.faults.add("apps.connections.open", cut=True, times=None)
        async with world.running():
            await _state(world, {"socket": "ServerDisconnectedError"}, 0.0)
            away.times = 0
            await _state(world, {}, 1.0)


async def test_readiness_and_gauge_are_true_to_a_socket_that_is_lost(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is away too: nothing that is typed then reaches the bot."""
    async with _by_socket(make_world, monkeypatch) as world, world.running():
        await _state(world, {}, 1.0)
        away = world.slack.faults.add("apps.connections.open", status=503, times=None)
        await world.slack.sockets.disconnect("link_disabled", close=True)
        await _state(world, {"socket": "http_503"}, 0.0)
        away.times = 0
        await _state(world, {}, 1.0)
