"""A click waits for no login: what the requester's requests are made with is renewed while the card waits."""

from __future__ import annotations

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import MakeWorld, World


def _logins(world: World) -> int:
    return len(world.cloud.calls_of("create_token"))


async def _confirm_without_a_login(world: World, card: Message) -> None:
    before = _logins(world)
    await world.confirm(card)
    await world.until(lambda: world.stops() == 1)
    assert _logins(world) == before
    await world.told(card, "OMS confirmed it at")


async def test_a_token_that_would_end_before_the_click_is_renewed_before_it(world: World) -> None:
    """It is no longer handed out some time before it ends, which may be before the card does."""
    world.cloud.token_seconds = 3
    card = await world.card()
    assert _logins(world) == 1
    await world.until(lambda: _logins(world) == 2)
    await _confirm_without_a_login(world, card)


async def test_after_a_restart_a_token_is_there_before_the_click(make_world: MakeWorld) -> None:
    """Tokens are kept in memory only."""
    async with make_world(start=False) as world:
        async with world.running():
            card = await world.card()
        async with world.running():
            await world.until(lambda: _logins(world) == 2)
            await _confirm_without_a_login(world, card)


async def test_a_login_that_is_refused_meanwhile_is_not_tried_for_ever(world: World) -> None:
    """IAM locks whoever fails too often; the click says what is wrong."""
    world.cloud.token_seconds = 3
    card = await world.card()
    world.cloud.change_password("alice", "another")
    await world.until(lambda: _logins(world) == 2)
    await world.confirm(card)
    await world.told(card, "doesn't accept the credential")
    assert _logins(world) == 2
