"""Slack is down, slow, rate-limited, or has put the bot out of the channel: nothing is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.conversation.pace import AT_ONCE
from bot.sandbox.serving import serve
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, buttons, said


def _in_thread(args: dict[str, Any]) -> bool:
    return "thread_ts" in args


async def test_outside_the_channel_the_asker_is_told_to_invite_the_bot(world: World) -> None:
    """`not_in_channel`: an ephemeral answer through the response_url, with a way on."""
    world.slack.kick(world.room)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    answer = await world.whispered(world.alice, "/invite @oms-bot")
    world.slack.invite(world.room)
    await world.slack.click(world.alice, answer, "oms_run")
    await world.slack.wait_for(lambda: world.slack.messages(world.room), 5)


async def test_in_a_private_channel_it_is_the_same(world: World) -> None:
    """`channel_not_found` is what Slack says of a private channel the bot is not in."""
    secret = world.slack.add_channel("secret", members=[world.alice], private=True, bot=False)
    await world.slack.slash(world.alice, secret, "/oms", f"pause prod-sg {TASK}")
    await world.whispered(world.alice, "I'm not in this channel")


async def test_slack_down_while_the_outcome_is_due(world: World) -> None:
    """The ending is delivered when Slack is back, once."""
    card = await world.card()
    fault = world.slack.faults.add("chat.postMessage", status=503, times=3, when=_in_thread)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at", 15)
    assert fault.hits == 3
    assert len(world.slack.thread(world.room, card)) == 2
    assert world.stops() == 1


async def test_a_rate_limit_is_waited_out(world: World) -> None:
    """429 with Retry-After: the post comes later, once."""
    card = await world.card()
    world.slack.faults.add(
        "chat.postMessage", status=429, error="ratelimited", retry_after=1, times=1, when=_in_thread
    )
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at", 10)
    assert len(world.slack.thread(world.room, card)) == 2


async def test_a_post_whose_answer_was_lost_is_not_doubled(world: World) -> None:
    """Slack took it and the connection broke: not posted again; the asker also gets a direct message."""
    card = await world.card()
    world.slack.faults.add("chat.postMessage", cut=True, after_effect=True, times=1, when=_in_thread)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    await world.somewhere("Slack hasn't confirmed my post in the thread")
    await asyncio.sleep(0.2)
    assert len(world.slack.thread(world.room, card)) == 2


async def test_an_archived_channel_sends_the_ending_to_the_asker(world: World) -> None:
    """The thread can't be written any more: a direct message has the ending."""
    card = await world.card()
    world.slack.faults.add("chat.postMessage", error="is_archived", when=_in_thread, times=None)
    await world.confirm(card)
    told = said(await world.somewhere("I couldn't post in the thread"))
    assert f"in <#{world.room.id}>" in told
    assert "What happened in prod-sg: Paused media-872" in told
    assert "OMS confirmed it at" in told


async def test_what_a_deleted_card_asked_can_be_asked_again(world: World) -> None:
    """Somebody deleted it while it waited: nobody can answer it any more, and a newer one counts."""
    card = await world.card()
    world.slack.world.delete(card)
    again = await world.card()
    await world.confirm(again)
    await world.told(again, "OMS confirmed it at")
    assert world.stops() == 1


async def test_with_a_revoked_token_the_audit_has_the_ending(world: World) -> None:
    """Nobody can be told; the record says what should have been."""
    card = await world.card()
    payload = world.slack.click_payload(world.alice, card, "oms_confirm")
    world.slack.faults.add("chat.postMessage", error="token_revoked", times=None)
    world.slack.faults.add("chat.update", error="token_revoked", times=None)
    await world.slack.send(payload)
    await world.until(lambda: any(r.event == "undelivered" for r in world.bot.audit.records()))
    assert world.stops() == 1
    assert any(r.event == "ended" and '"ending":"paused"' in r.details for r in world.bot.audit.records())


async def test_a_card_that_may_stand_in_the_channel_can_still_be_answered(world: World) -> None:
    """The card's post was accepted but its answer was lost: a click on it counts."""
    world.slack.faults.add("chat.postMessage", cut=True, after_effect=True, times=1)
    card = await world.card()
    assert buttons(card) == ["Pause", "Don't pause", "Slow down…"]
    await world.until(lambda: any(r.event == "shown" for r in world.bot.audit.records()))
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")


async def test_when_slack_cannot_say_who_clicked_nothing_is_called(world: World) -> None:
    """users.info fails for good: no call, and nobody is sent to try again what can't help."""
    card = await world.card()
    world.slack.faults.add("users.info", error="invalid_auth", times=None)
    await world.confirm(card)
    told = await world.told(card, "Slack refuses to tell me who you are (invalid_auth)")
    assert "So I didn't go on." in said(told)
    assert buttons(told) == []
    assert world.stops() == 0


async def test_a_redirect_is_not_followed_with_the_token(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever could answer for Slack once must not be able to send the bot's token elsewhere."""
    taken: list[str] = []

    async def elsewhere(request: Request) -> Response:
        taken.append(request.headers.get("authorization", ""))
        return JSONResponse({"ok": True, "team_id": "T0"})

    async with serve(Starlette(routes=[Route("/{any:path}", elsewhere, methods=["GET", "POST"])])) as trap:

        async def redirect(_request: Request) -> Response:
            return RedirectResponse(f"{trap}/api/auth.test", 307)

        routes = [Route("/{any:path}", redirect, methods=["GET", "POST"])]
        async with serve(Starlette(routes=routes)) as impostor, make_world(start=False) as world:
            monkeypatch.setenv("SLACK_API_URL", f"{impostor}/api/")
            async with world.running():
                assert "slack" in await world.bot.readiness.faults()
    assert taken == []


async def test_cards_that_slack_takes_later_keep_nobody_waiting(make_world: MakeWorld) -> None:
    """More cards wait for Slack than are worked on at once: who lists tasks is answered all the same."""
    async with make_world(start=False) as world:
        world.config.write_text("[limits]\ncards_per_minute = 0\n" + world.config.read_text())
        limited = world.slack.faults.add("chat.postMessage", retry_after=4, times=None)
        async with world.running():
            for n in range(
                AT_ONCE + 6
            ):  # a busy machine can't acknowledge as many in time if they come at once
                await world.type(world.alice, f"pause prod-sg {TASK} {n}")
            await world.type(world.bob, "pause prod-sg")
            await world.whispered(world.bob, "task is migrating")  # as long as Slack takes no card
            limited.times = 0
            await world.slack.wait_for(lambda: len(world.cards()) == AT_ONCE + 6, 30)


async def test_in_a_storm_slack_is_asked_once_and_whoever_asks_is_told_at_once(world: World) -> None:
    """The 429 to the first command holds for all, of whoever, as long as Slack says: longer than people wait."""
    world.slack.faults.add("users.info", retry_after=60, times=None)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.whispered(world.alice, "didn't tell me who you are")
    for asked in range(3):
        await world.type(world.bob, f"pause prod-sg {TASK} {asked}")
    await world.slack.wait_for(lambda: len(world.slack.ephemerals(world.bob)) == 3, PATIENCE)
    assert all("didn't tell me who you are" in said(told) for told in world.slack.ephemerals(world.bob))
    assert [call.method for call in world.slack.calls].count("users.info") == 1


async def test_a_call_that_was_confirmed_waits_for_no_message(world: World) -> None:
    """Slack takes neither the card's change nor a line in the channel, for long; OMS is asked all the same."""
    card = await world.card()
    limited = [
        world.slack.faults.add(method, retry_after=60, times=None)
        for method in ("chat.postMessage", "chat.update")
    ]
    await world.type(world.alice, f"pause prod-sg {TASK} again")
    await world.until(lambda: limited[0].hits == 1)
    await world.confirm(card)
    await world.until(lambda: world.stops() == 1)
    assert limited[0].hits == 1
    await world.bot.durable.suspend(0)  # what is owed waits, and the end of the test need not
