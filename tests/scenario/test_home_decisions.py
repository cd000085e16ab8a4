"""What is decided in the App Home: each sees their own buttons, and a forged press is judged as on the card."""

from __future__ import annotations

import json

import pytest

from bot.identity.keyring import new_key
from bot.sandbox.slack.objects import Message, User, View
from bot.sandbox.slack.payloads import Payload
from tests.scenario.conftest import PATIENCE, MakeWorld, World, buttons, said
from tests.scenario.test_declining import WHY, guarded, kept
from tests.scenario.test_going_alone import ALONE, AT_ONCE, LATER, offered
from tests.scenario.test_home import home, opened
from tests.scenario.test_linking import carol_of, link


def buttons_in(view: View) -> list[str]:
    """Return the labels of a home's buttons, up to those of the cards."""
    shown = buttons(Message("", "", "", blocks=view.definition["blocks"]))
    return shown[: shown.index("Show what migrates")]


async def modal(world: World, user: User, view: View, action: str) -> View:
    """Somebody presses a button in their home; the modal that opens is returned."""
    assert (await world.slack.click_view(user, view, action)).ok
    found = await world.slack.wait_for(lambda: world.slack.modal(user), PATIENCE)
    assert isinstance(found, View)
    return found


def forged(world: World, user: User, view: View, action: str, card: Message) -> Payload:
    """Return somebody's press on a button that is not in their home; *view* is alice's."""
    payload = world.slack.payloads.view_click(world.alice, view, "oms_home_show", None)
    payload.data["user"]["id"] = user.id
    operation = next(e["value"] for _, e in card.elements() if e["action_id"] == "oms_cancel")
    payload.data["actions"][0] |= {"action_id": action, "value": operation}
    return payload


async def seen(world: World, words: str, start: int = 0) -> None:
    """Wait until something has *words* in it, wherever it stands: who is in their home may be told directly."""
    await world.slack.wait_for(
        lambda: [m for m in world.slack.world.log[start:] if words in said(m)], PATIENCE
    )


async def test_an_approver_declines_there_and_says_why(make_world: MakeWorld) -> None:
    """The button opens its modal from the home; the thread has the reason."""
    async with guarded(make_world, 'approvals = 1\napprovers = ["U0BOB"]') as world:
        await opened(world, world.bob)
        card = await world.card()
        view = await home(world, world.bob, "Pause media-872?")
        assert buttons_in(view) == ["Approve", "Decline…"]
        asking = await modal(world, world.bob, view, "oms_decline")
        assert "media-872" in json.dumps(asking.definition)
        await world.slack.submit(world.bob, asking, {"oms_reason": " "})
        assert "Say why" in asking.errors["oms_reason"]
        await world.slack.submit(world.bob, asking, WHY)
        assert "Reason: customers upload until 6" in said(
            await world.told(card, "<@U0BOB> turned the request down")
        )
        await home(world, world.bob, "Nothing waits for your answer")
        assert world.stops() == 0


async def test_who_asked_goes_ahead_alone_there_once_that_is_due(make_world: MakeWorld) -> None:
    """Until then it waits for others only; its home is shown anew when that changes."""
    async with guarded(make_world, AT_ONCE) as world:
        await opened(world, world.alice)
        card = await offered(world)
        view = await home(world, world.alice, ALONE)
        assert buttons_in(view) == [ALONE, "Don't pause", "Slow down…"]
        await world.slack.submit(world.alice, await modal(world, world.alice, view, "oms_break_glass"), WHY)
        assert "*Without approval:* <@U0ALICE> went ahead alone" in said(
            await world.told(card, "OMS confirmed it at")
        )
        assert world.stops("alice") == 1
        await home(world, world.alice, "Nothing waits for your answer")


async def test_who_asked_slows_down_there_instead(world: World) -> None:
    """The card for that comes where the first one stands."""
    await opened(world, world.alice)
    card = await world.card()
    view = await home(world, world.alice, "Slow down…")
    assert buttons_in(view) == ["Pause", "Don't pause", "Slow down…"]
    asking = await modal(world, world.alice, view, "oms_slow_down")
    await world.slack.submit(world.alice, asking, {"oms_rate": "fast"})
    assert "oms_rate" in asking.errors
    await world.slack.submit(world.alice, asking, {"oms_rate": "20"})
    slower = await world.slack.wait_for(lambda: world.cards()[1:], PATIENCE)
    assert "20 MB/s" in said(slower[0])
    await world.slack.send(forged(world, world.bob, view, "oms_slow_down", card))
    await seen(world, "This card is too old")
    assert world.slack.modal(world.bob) is None


async def test_what_is_forged_in_a_home_opens_nothing_and_decides_nothing(make_world: MakeWorld) -> None:
    """Another's button, another workspace, too early; and the modal's words in another's name, or of another place."""
    async with guarded(make_world, LATER.replace('"S0ONCALL"', '"U0DAVE"')) as world:
        carol = world.slack.add_user("carol")
        await opened(world, world.bob)
        alices, card = await opened(world, world.alice), await world.card()
        await world.until(lambda: world.recorded("shown") > 0)  # before, a click on any copy counts
        await world.slack.send(forged(world, world.alice, alices, "oms_break_glass", card))
        await world.whispered(world.alice, "too early to go ahead alone")
        for user, action in ((world.bob, "oms_break_glass"), (carol, "oms_decline")):
            await world.slack.send(forged(world, user, alices, action, card))
        elsewhere = forged(world, world.bob, alices, "oms_decline", card)
        elsewhere.data["team"]["id"] = elsewhere.data["user"]["team_id"] = "T0OTHER"
        await world.slack.send(elsewhere)
        await world.until(lambda: len(kept(world, "refused_click")) == 4)
        assert [world.slack.modal(user) for user in (world.alice, world.bob, carol)] == [None] * 3

        view = await home(world, world.bob, "Pause media-872?")
        asking = await modal(world, world.bob, view, "oms_decline")
        anothers, about, alone = (world.slack.payloads.submission(world.bob, asking, WHY) for _ in range(3))
        anothers.data["user"]["id"] = carol.id
        carried = json.loads(about.data["view"]["private_metadata"])
        about.data["view"]["private_metadata"] = json.dumps(carried | {"channel": "C0OTHER"})
        alone.data["view"]["callback_id"] = "oms_break_glass_modal"
        for payload, words in (
            (anothers, "<@U0ALICE> can confirm this"),
            (about, "This button is on an old copy of the card"),
            (alone, "<@U0ALICE> can confirm this"),
        ):
            before = len(world.slack.world.log)
            await world.slack.send(payload)
            await seen(world, words, before)
        assert (kept(world, "ended"), world.stops()) == ([], 0)


async def test_the_way_to_a_link_is_there_and_what_comes_of_it_is_shown(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one next step of who has none; told directly, as no channel is there."""
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    async with make_world() as world:
        carol = await carol_of(world)
        view = await opened(world, carol, "/oms link")
        await world.slack.click_view(carol, view, "oms_run")
        await seen(world, "/link/")
        await link(world, carol)
        await home(world, carol, "IAM user carol")
        await world.type(carol, "unlink")
        await home(world, carol, "You haven't linked")
