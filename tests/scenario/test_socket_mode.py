"""Socket Mode: the same conversation, with no public URL."""

from __future__ import annotations

import pytest

from tests.scenario.conftest import MakeWorld


async def test_the_main_job_over_a_websocket(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """With SLACK_APP_TOKEN the bot opens a WebSocket, and needs no signing secret."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        monkeypatch.delenv("SLACK_SIGNING_SECRET")
        async with world.running():
            world.slack.disconnect_http()
            await world.until(lambda: bool(world.slack.sockets.connections))
            card = await world.card()
            await world.confirm(card)
            await world.told(card, "OMS shows status 3")
            assert world.stops() == 1
            assert len(world.slack.thread(world.room, card)) == 2
