"""*Go ahead alone…*: nobody agreed in time, so who asked goes ahead, says why, and everybody hears of it."""

from __future__ import annotations

import json

import pytest

from bot.sandbox.slack.objects import Message
from bot.sandbox.slack.payloads import Payload
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, buttons, said
from tests.scenario.keys import MEDIA, give_keys, lock
from tests.scenario.test_declining import WHY, guarded, kept, modal

AT_ONCE = 'approvals = 1\napprovers = ["U0BOB", "S0ONCALL"]\nbreak_glass = 0.001'
LATER = AT_ONCE.replace("0.001", "5")
ALONE = "Go ahead alone…"


async def offered(world: World, text: str = f"pause prod-sg {TASK}") -> Message:
    """Ask, and wait until the card offers to go ahead alone."""
    return await world.card_showing(await world.card(text), ALONE)


def pressed(world: World, card: Message, **changes: str) -> Payload:
    """Return a click on a button that the card does not have (yet)."""
    payload = world.slack.click_payload(world.alice, card, "oms_decline")
    payload.data["actions"][0] |= {"action_id": "oms_break_glass"} | changes
    return payload


async def test_who_asked_goes_ahead_alone_and_all_approvers_hear_why(make_world: MakeWorld) -> None:
    """The call is theirs, and nobody agreed: the thread, the ending and the audit say so."""
    async with guarded(make_world, AT_ONCE) as world:
        card = await offered(world)
        assert buttons(card) == ["Approve", "Decline…", ALONE, "Don't pause", "Slow down…"]
        view = await modal(world, world.alice, card, "oms_break_glass")
        assert view.definition["callback_id"] == "oms_break_glass_modal"
        await world.slack.submit(world.alice, view, {"oms_reason": " "})
        assert "Say why" in view.errors["oms_reason"]
        assert world.stops() == 0
        await world.slack.submit(world.alice, view, WHY)
        ending = said(await world.told(card, "OMS confirmed it at"))
        assert "*Without approval:* <@U0ALICE> went ahead alone. Reason: customers upload until 6" in ending
        told = said(await world.told(card, "<!subteam^S0ONCALL>, <@U0BOB> ⚠️"))
        assert "went ahead alone. Reason: customers upload until 6" in told
        assert world.stops("alice") == 1
        [broke] = kept(world, "broke_glass")
        assert (broke["user"], broke["reason"], broke["agreed"]) == ("U0ALICE", WHY["oms_reason"], [])
        [decided] = kept(world, "decided")
        assert decided["reason"] == WHY["oms_reason"]


async def test_nobody_else_goes_ahead_in_their_name(make_world: MakeWorld) -> None:
    """Not an approver either; nor whoever submits somebody else's modal."""
    async with guarded(make_world, AT_ONCE) as world:
        card = await offered(world)
        await world.slack.click(world.bob, card, "oms_break_glass")
        await world.whispered(world.bob, "Only <@U0ALICE> can confirm this")
        view = await modal(world, world.alice, card, "oms_break_glass")
        forged = world.slack.payloads.submission(world.alice, view, WHY)
        forged.data["user"]["id"] = world.bob.id
        await world.slack.send(forged)
        await world.until(lambda: len(kept(world, "refused_click")) == 2)
        assert world.stops() == 0


async def test_too_early_it_is_neither_offered_nor_taken(make_world: MakeWorld) -> None:
    """A forged click, and a forged submission."""
    async with guarded(make_world, LATER) as world:
        card = await world.card()
        assert ALONE not in buttons(card)
        await world.slack.send(pressed(world, card))
        await world.whispered(world.alice, "too early to go ahead alone")
        forged = world.slack.payloads.submission(world.alice, await modal(world, world.alice, card), WHY)
        forged.data["view"]["callback_id"] = "oms_break_glass_modal"
        await world.slack.send(forged)
        await world.until(lambda: len(kept(world, "refused_click")) == 2)
        assert world.stops() == 0


async def test_a_card_waits_until_one_may_go_ahead_alone(make_world: MakeWorld) -> None:
    """It would have expired by then, and waits `confirm_within` longer."""
    async with guarded(make_world, AT_ONCE.replace("0.001", "0.1"), confirm_within=6) as world:
        view = await modal(world, world.alice, await offered(world), "oms_break_glass")
        await world.slack.submit(world.alice, view, WHY)
        await world.until(lambda: world.stops("alice") == 1)


async def test_where_it_is_not_set_it_is_refused(make_world: MakeWorld) -> None:
    """Whatever is sent."""
    async with guarded(make_world) as world:
        await world.slack.send(pressed(world, await world.card()))
        await world.whispered(world.alice, "can't go ahead without approval")
        assert world.stops() == 0


@pytest.mark.parametrize("changes", [{"channel": "C0OTHER"}, {"message": "1.1"}, {"operation": "none"}])
async def test_what_the_modal_carries_is_checked(make_world: MakeWorld, changes: dict[str, str]) -> None:
    """Like a click of another place."""
    async with guarded(make_world, AT_ONCE) as world:
        view = await modal(world, world.alice, await offered(world), "oms_break_glass")
        forged = world.slack.payloads.submission(world.alice, view, WHY)
        carried = json.loads(forged.data["view"]["private_metadata"]) | changes
        forged.data["view"]["private_metadata"] = json.dumps(carried)
        await world.slack.send(forged)
        await world.until(lambda: bool(kept(world, "refused_click")))
        assert world.stops() == 0


async def test_submitted_twice_it_is_one_call_and_a_no_that_came_first_wins(make_world: MakeWorld) -> None:
    """Somebody declined while the reason was typed."""
    async with guarded(make_world, AT_ONCE) as world:
        card = await offered(world)
        view = await modal(world, world.alice, card, "oms_break_glass")
        await world.slack.click(world.bob, card, "oms_cancel")
        await world.told(card, "<@U0BOB> turned the request down")
        await world.slack.submit(world.alice, view, WHY)
        await world.whispered(world.alice, "<@U0BOB> has already withdrawn this")
        assert (world.stops(), kept(world, "broke_glass")) == (0, [])
        card = await offered(world)
        view = await modal(world, world.alice, card, "oms_break_glass")
        payload = world.slack.payloads.submission(world.alice, view, WHY)
        await world.slack.send(payload, times=3, concurrently=True)
        await world.told(card, "OMS confirmed it at")
        await world.until(lambda: len(kept(world, "broke_glass")) == 1)
        assert world.stops() == 1


async def test_after_a_restart_it_is_offered_and_settings_of_now_count(make_world: MakeWorld) -> None:
    """The row of due work outlives the process; taken out of the settings, it is over."""
    async with make_world(start=False) as world:
        settings, two = world.config.read_text(), AT_ONCE.replace("approvals = 1", "approvals = 2")
        world.config.write_text(settings.replace("[users.U0ALICE]", f"{two}\n[users.U0ALICE]"))
        async with world.running():
            card = await world.card()
        async with world.running():
            card = await world.card_showing(card, ALONE)
            view = await modal(world, world.alice, card, "oms_break_glass")
        world.config.write_text(world.config.read_text().replace("break_glass = 0.001", ""))
        async with world.running():
            await world.slack.submit(world.alice, view, WHY)
            await world.whispered(world.alice, "can't go ahead without approval")
            await world.slack.click(world.bob, card, "oms_confirm")
            assert ALONE not in buttons(await world.card_showing(card, "1/2"))
            assert world.stops() == 0


async def test_of_many_migrations_too(make_world: MakeWorld) -> None:
    """One decision, its own line in the ending."""
    async with guarded(make_world, AT_ONCE) as world:
        card = await offered(world, "pause prod-sg all")
        await world.slack.submit(world.alice, await modal(world, world.alice, card, "oms_break_glass"), WHY)
        await world.slack.wait_for(
            lambda: [m for m in world.slack.thread(world.room, card)[1:] if "⏸️" in said(m)], PATIENCE
        )
        await world.card_showing(card, "went ahead alone")
        assert world.stops("alice") == 1


async def test_never_for_what_lets_more_be_copied(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause that resumes by itself is no exception, since its end would be a resume that nobody agreed to."""
    give_keys(monkeypatch)
    async with guarded(make_world, AT_ONCE, more=MEDIA) as world:
        lock(world.cloud)
        card = await world.card(f"pause prod-sg {TASK} for 2h")
        await world.slack.send(pressed(world, card))
        await world.whispered(world.alice, "can't go ahead without approval")
        assert world.stops() == 0


async def test_a_resume_is_never_gone_ahead_with_alone(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the project allows it for a pause."""
    give_keys(monkeypatch)
    async with guarded(make_world, AT_ONCE, more=MEDIA) as world:
        lock(world.cloud)
        card = await world.card()
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")
        resume = await world.card(f"resume prod-sg {TASK}")
        await world.slack.send(pressed(world, resume))
        await world.whispered(world.alice, "can't go ahead without approval")
        assert world.cloud.calls_of("start_task") == []
