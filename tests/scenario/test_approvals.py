"""Two-person rule: others must agree before a pause, the requester can't, and who agreed is asked again at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, buttons, said

CREDENTIAL = (
    'credential = { type = "password", domain = "acme", username = "carol", password = "env:BOB_SK" }'
)
ALICES = CREDENTIAL.replace('"carol"', '"ALICE"').replace("acme", "Acme")


@contextlib.asynccontextmanager
async def _guarded(make_world: MakeWorld, settings: str) -> AsyncIterator[World]:
    """Make a world in which prod-sg has *settings* about approvals."""
    async with make_world(start=False) as world:
        text = world.config.read_text().replace("[users.U0ALICE]", f"{settings}\n[users.U0ALICE]")
        world.config.write_text(text)
        async with world.running():
            yield world


async def test_the_requester_cannot_approve_but_somebody_else_can(make_world: MakeWorld) -> None:
    """Alice's own click does not count; Bob's does, and the call is made as Alice."""
    async with _guarded(make_world, "approvals = 1") as world:
        card = await world.card()
        assert "0/1 approval" in said(card)
        assert buttons(card) == ["Approve", "Decline…", "Don't pause", "Slow down…"]
        await world.confirm(card)
        await world.whispered(world.alice, "You can't approve your own request")
        assert world.stops() == 0
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")
        assert (world.stops("alice"), world.stops("bob")) == (1, 0)
        assert [r.event for r in world.bot.audit.records()].count("agreed") == 1


async def test_the_card_lists_who_has_agreed(make_world: MakeWorld) -> None:
    """With two needed, one agreement is shown and is not enough; agreeing twice counts once."""
    more = f"approvals = 2\n[users.U0CAROL]\n{CREDENTIAL}"
    async with _guarded(make_world, more) as world:
        carol = world.slack.add_user("carol")
        world.slack.invite(world.room, carol)
        card = await world.card()
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.card_showing(card, "✓ <@U0BOB>")
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.whispered(world.bob, "You have approved this already.")
        assert world.stops() == 0
        await world.slack.click(carol, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")
        assert world.stops("alice") == 1


async def test_who_asks_second_is_not_told_that_only_the_requester_can_confirm(make_world: MakeWorld) -> None:
    """Here the requester is the one who can't, and who asks second may be the one who can."""
    async with _guarded(make_world, "approvals = 1") as world:
        await world.card()
        await world.type(world.bob, f"pause prod-sg {TASK}")
        pointed = await world.whispered(world.bob, "<@U0ALICE> already asked for this, ")
        assert "only they can" not in said(pointed)
        assert "It waits for approval. See" in said(pointed)


async def test_only_named_approvers_count(make_world: MakeWorld) -> None:
    """Bob is linked but not named."""
    async with _guarded(make_world, 'approvals = 1\napprovers = ["U0CAROL"]') as world:
        card = await world.card()
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.whispered(world.bob, "You are not one of the approvers")
        assert world.stops() == 0


async def test_a_user_group_may_approve(make_world: MakeWorld) -> None:
    """Membership is asked of Slack at the click."""
    async with _guarded(make_world, 'approvals = 1\napprovers = ["S0ONCALL"]') as world:
        world.slack.grant("usergroups:read")
        world.slack.world.usergroups["S0ONCALL"] = []
        card = await world.card()
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.whispered(world.bob, "You are not one of the approvers")
        world.slack.world.usergroups["S0ONCALL"] = [world.bob.id]
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")


async def test_an_approver_of_any_kind_may_decline(make_world: MakeWorld) -> None:
    """A member of a user group like somebody who is named; nobody else."""
    async with _guarded(make_world, 'approvals = 1\napprovers = ["S0ONCALL"]') as world:
        world.slack.grant("usergroups:read")
        world.slack.world.usergroups["S0ONCALL"] = []
        card = await world.card()
        await world.slack.click(world.bob, card, "oms_cancel")
        await world.whispered(world.bob, "You are not one of the approvers")
        world.slack.world.usergroups["S0ONCALL"] = [world.bob.id]
        await world.slack.click(world.bob, card, "oms_cancel")
        await world.told(card, "<@U0BOB> turned the request down")
        assert world.stops() == 0


async def test_without_the_scope_for_groups_the_cause_is_told_and_named_approvers_still_count(
    make_world: MakeWorld,
) -> None:
    """Slack will refuse again, so nobody is told to wait a minute; and who is named needs no group."""
    settings = 'approvals = 1\napprovers = ["S0ONCALL", "U0BOB"]\n'
    async with _guarded(make_world, f"{settings}[users.U0CAROL]\n{CREDENTIAL}") as world:
        carol = world.slack.add_user("carol")
        world.slack.invite(world.room, carol)
        card = await world.card()
        await world.slack.click(carol, card, "oms_confirm")
        told = said(await world.whispered(carol, "the app lacks the scope `usergroups:read`"))
        assert "minute" not in told
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")


async def test_two_slack_accounts_of_one_iam_identity_are_one_person(make_world: MakeWorld) -> None:
    """Four eyes are two people: however the name is spelt, it is alice who would approve herself."""
    async with _guarded(make_world, f"approvals = 1\n[users.U0ALICE2]\n{ALICES}") as world:
        second = world.slack.add_user("alice2")
        world.slack.invite(world.room, second)
        card = await world.card()
        await world.slack.click(second, card, "oms_confirm")
        await world.whispered(second, "use the same IAM identity")
        assert world.stops() == 0


async def test_two_approvers_of_one_iam_identity_are_one(make_world: MakeWorld) -> None:
    """The second of them does not count, at once and at the decision."""
    more = f"approvals = 2\n[users.U0CAROL]\n{CREDENTIAL}\n[users.U0CAROL2]\n{CREDENTIAL}"
    async with _guarded(make_world, more) as world:
        one, other = world.slack.add_user("carol"), world.slack.add_user("carol2")
        for person in (one, other):
            world.slack.invite(world.room, person)
        card = await world.card()
        await world.slack.click(one, card, "oms_confirm")
        await world.card_showing(card, "✓ <@U0CAROL>")
        await world.slack.click(other, card, "oms_confirm")
        await world.whispered(other, "use the same IAM identity")
        assert world.stops() == 0


async def test_rules_made_stricter_since_the_card_count_at_the_click(make_world: MakeWorld) -> None:
    """A card that asked for nobody's approval does not get around one that is needed now."""
    async with make_world(start=False) as world:
        async with world.running():
            card = await world.card()
        settings = world.config.read_text()
        world.config.write_text(settings.replace("[users.U0ALICE]", "approvals = 1\n[users.U0ALICE]"))
        async with world.running():
            await world.confirm(card)
            await world.whispered(world.alice, "You can't approve your own request")
            assert world.stops() == 0
            await world.slack.click(world.bob, card, "oms_confirm")
            await world.told(card, "OMS confirmed it at")


async def test_another_identity_than_the_card_named_does_not_act(make_world: MakeWorld) -> None:
    """Settings that name another IAM user under the same words on the card: asked again."""
    async with make_world(start=False) as world:
        async with world.running():
            card = await world.card()
        world.config.write_text(world.config.read_text().replace('domain = "acme"', 'domain = "other"'))
        async with world.running():
            await world.confirm(card)
            await world.told(card, "You linked another IAM credential after this card was posted")
            assert world.stops() == 0


async def test_an_approver_who_is_not_linked_is_refused(make_world: MakeWorld) -> None:
    """Anyone linked may approve; Dave is not."""
    async with _guarded(make_world, "approvals = 1") as world:
        dave = world.slack.add_user("dave")
        world.slack.invite(world.room, dave)
        card = await world.card()
        await world.slack.click(dave, card, "oms_confirm")
        await world.whispered(dave, "You haven't linked an IAM credential")
        assert world.stops() == 0


async def test_an_approver_deactivated_before_the_decision_counts_no_more(make_world: MakeWorld) -> None:
    """Everybody who agreed is asked about again when the last agreement comes."""
    more = f"approvals = 2\n[users.U0CAROL]\n{CREDENTIAL}"
    async with _guarded(make_world, more) as world:
        carol = world.slack.add_user("carol")
        world.slack.invite(world.room, carol)
        card = await world.card()
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.card_showing(card, "✓ <@U0BOB>")
        world.slack.deactivate(world.bob)
        await world.slack.click(carol, card, "oms_confirm")
        await world.told(card, "<@U0BOB> approved earlier, but is no longer an approver")
        assert world.stops() == 0


async def test_the_requester_may_cancel_and_a_late_approval_is_told(make_world: MakeWorld) -> None:
    """Cancelling needs no second person."""
    async with _guarded(make_world, "approvals = 1") as world:
        card = await world.card()
        seen = card.snapshot()
        await world.slack.click(world.alice, card, "oms_cancel")
        await world.told(card, "<@U0ALICE> withdrew the request")
        await world.slack.click(world.bob, card, "oms_confirm", stale_message=seen)
        await world.whispered(world.bob, "<@U0ALICE> has already withdrawn this")
        assert world.stops() == 0


async def test_somebody_deactivated_since_the_card_can_no_longer_cancel(world: World) -> None:
    """Slack is asked who clicked before that ends anything; the card stays open."""
    card = await world.card()
    payload = world.slack.click_payload(world.alice, card, "oms_cancel")
    world.slack.deactivate(world.alice)
    await world.slack.send(payload)
    await world.somewhere("Your Slack account is deactivated")
    assert buttons(world.slack.thread(world.room, card)[0]) == ["Pause", "Don't pause", "Slow down…"]


async def test_a_cancellation_and_a_confirmation_after_it_are_decided_in_that_order(world: World) -> None:
    """Though Slack is asked about the first, the second does not overtake it."""
    card = await world.card()
    world.slack.faults.add("users.info", delay=0.5)
    for action in ("oms_cancel", "oms_confirm"):
        await world.slack.send(world.slack.click_payload(world.alice, card, action))
    await world.told(card, "<@U0ALICE> withdrew the request")
    await world.whispered(world.alice, "has already withdrawn this")
    assert world.stops() == 0


async def test_ten_requests_at_once_do_not_pass_a_limit_of_one(make_world: MakeWorld) -> None:
    """A card is counted before it is posted."""
    async with make_world(start=False) as world:
        world.config.write_text("[limits]\ncards_per_minute = 1\n" + world.config.read_text())
        async with world.running():
            await asyncio.gather(*(world.type(world.alice, f"pause prod-sg {TASK}") for _ in range(10)))
            await world.slack.wait_for(
                lambda: [m for m in world.slack.world.log if "too many requests in one minute" in said(m)][
                    8:
                ],
                8,
            )
            assert len(await world.slack.wait_for(world.cards, PATIENCE)) == 1


async def test_more_cards_a_minute_than_allowed_are_refused(make_world: MakeWorld) -> None:
    """The limit is per person, for asking; listing stays open."""
    async with make_world(start=False) as world:
        world.config.write_text("[limits]\ncards_per_minute = 2\n" + world.config.read_text())
        async with world.running():
            for _ in range(2):
                await world.card()
            await world.type(world.alice, f"pause prod-sg {TASK}")
            await world.whispered(world.alice, "too many requests in one minute")
            await world.type(world.alice, "pause prod-sg")
            await world.whispered(world.alice, "1 task is migrating in prod-sg")


async def test_who_is_to_be_notified_is_mentioned_and_gets_no_right_by_it(make_world: MakeWorld) -> None:
    """In the thread of the card, which has nothing else to say; without `notify` it is the approvers."""
    async with _guarded(make_world, 'approvals = 1\napprovers = ["U0BOB"]\nnotify = ["S0AWAKE"]') as world:
        card = await world.card()
        told = said(await world.told(card, "Approval is asked of <!subteam^S0AWAKE>"))
        assert "U0BOB" not in told
        world.slack.world.usergroups["S0AWAKE"] = [world.alice.id]
        await world.confirm(card)
        await world.whispered(world.alice, "You can't approve your own request")
