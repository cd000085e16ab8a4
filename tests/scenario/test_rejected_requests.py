"""Requests turned away at a door: everybody who can reach the port can make them, so the audit has sums of them."""

from __future__ import annotations

from bot.audit import verify
from tests import plain_http
from tests.scenario.conftest import World


async def test_requests_turned_away_are_audited_as_sums(world: World) -> None:
    """One row for all of a while, whatever their number; and the chain stays whole."""
    async with plain_http.async_client(base_url=world.extra["url"]) as http:
        for _ in range(50):
            assert (await http.post("/slack/events", content=b"{}")).status_code == 401
        assert (await http.get("/slack/events")).status_code == 405
        assert (await http.get(f"/link/{'x' * 22}")).status_code == 410
        counted = (await http.get("/metrics")).text
    assert 'oms_bot_rejected_requests_total{door="gate",why="unsigned"} 50.0' in counted
    await world.bot.rejected.stop()
    [record] = [record for record in world.bot.audit.records() if record.event == "rejected"]
    assert '"counts":{"gate:method":1,"gate:unsigned":50,"page:gone":1}' in record.details
    assert verify(world.bot.audit) == []


async def test_with_nothing_turned_away_nothing_is_written(world: World) -> None:
    """A quiet night leaves no rows."""
    await world.bot.rejected.stop()
    assert [record for record in world.bot.audit.records() if record.event == "rejected"] == []
