"""What Prometheus reads of a bot that works: all that can be counted is there from the start."""

from __future__ import annotations

import math

from prometheus_client.parser import text_string_to_metric_families

from tests import plain_http
from tests.scenario.conftest import TASK, World

FROM_THE_START = (
    "oms_bot_commands", "oms_bot_operations", "oms_bot_refused_clicks", "oms_bot_rejected_requests",
    "oms_bot_unheard_deliveries", "oms_bot_acknowledgement_seconds",
)  # fmt: skip


def read(world: World) -> dict[str, float]:
    """Return the samples by name and labels."""
    text = world.bot.metrics.render().decode()
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_nothing_is_counted_that_was_not_there_at_zero(world: World) -> None:
    """From nothing to one, Prometheus would see no increase: the first of a night would alarm nobody."""
    at_the_start = read(world)
    card = await world.card()
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.whispered(world.bob, "Only")
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    for words in ("puase prod-sg 1", "pause nowhere 1", "pause", "list prod-sg", "help", "whoami"):
        await world.type(world.alice, words)
    await world.slack.mention(world.alice, world.room, f"pause prod-sg {TASK}")
    async with plain_http.async_client(base_url=world.extra["url"]) as http:
        await http.post("/slack/events", content=b"{}")
        await http.get("/slack/events")
        await http.get(f"/link/{'x' * 22}")
    now = read(world)
    moved = {name for name, value in now.items() if value != at_the_start.get(name)}
    assert any(name.startswith("oms_bot_refused_clicks") for name in moved)
    assert {name for name in moved if name.startswith(FROM_THE_START)} <= at_the_start.keys()


async def test_a_delivery_and_a_click_are_timed_from_coming_in_to_being_answered(world: World) -> None:
    """By kind; and the clock was compared with Huawei Cloud's."""
    await world.confirm(await world.card())
    samples = read(world)
    assert samples["oms_bot_acknowledgement_seconds_count[('kind', 'command')]"] == 1
    assert samples["oms_bot_acknowledgement_seconds_count[('kind', 'action')]"] == 1
    assert samples["oms_bot_acknowledgement_seconds_sum[('kind', 'action')]"] > 0
    assert not math.isnan(samples["oms_bot_clock_skew_seconds[]"])
    assert samples["oms_bot_lock_held[]"] == 1
