"""The main job: a command, a card, a click, the call, and the truth in the thread."""

from __future__ import annotations

from tests.scenario.conftest import TASK, World, buttons, said


async def test_a_confirmed_pause_is_called_once_and_told_when_it_is_seen(world: World) -> None:
    """Alice asks, confirms, and reads "Paused" only after OMS showed status 3."""
    card = await world.card(f'pause prod-sg {TASK} "traffic spike"')
    assert "Pause media-872?" in said(card)
    assert buttons(card) == ["Pause", "Cancel"]
    assert world.stops() == 0
    await world.slack.click(world.alice, card, "oms_confirm")
    await world.told(card, "OMS shows status 3")
    assert world.stops("alice") == 1
    shown = world.slack.thread(world.room, card)[0]
    assert "Paused: media-872" in said(shown)
    assert buttons(shown) == []
