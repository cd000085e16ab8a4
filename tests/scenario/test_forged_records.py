"""Whoever can write to the database can't decide: what no key of the bot has sealed makes no call."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import asdict

import pytest
import sqlalchemy as sa
from dbos import DBOS, SetWorkflowID

from bot.conversation.decided import verdict_id
from bot.conversation.verdicts import Click, Verdict
from bot.conversation.workflows import agree, settle
from bot.identity.keyring import new_key
from bot.sandbox.slack.objects import Message
from bot.store.tables import approvals, operations
from tests.scenario.conftest import MakeWorld, World
from tests.scenario.test_approvals import CREDENTIAL

WORDS = "I can't prove that this was decided here"


@contextlib.asynccontextmanager
async def _keyed(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, rules: str = ""
) -> AsyncIterator[World]:
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    async with make_world(start=False) as world:
        text = world.config.read_text().replace("[users.U0ALICE]", f"{rules}\n[users.U0ALICE]")
        world.config.write_text(text)
        async with world.running():
            yield world


def _operation(card: Message) -> str:
    return next(str(element["value"]) for _, element in card.elements())


async def _enqueue(verdict: Verdict) -> None:
    with SetWorkflowID(verdict_id(verdict.operation_id)):
        await DBOS.start_workflow_async(settle, asdict(verdict))


@pytest.mark.parametrize("kind", ["confirm", "cancel"])
async def test_a_decision_enqueued_by_hand_makes_no_call(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """It is told in the thread, and nobody is said to have decided it."""
    async with _keyed(make_world, monkeypatch) as world:
        card = await world.card()
        forged = Verdict(
            operation_id=_operation(card),
            kind=kind,  # type: ignore[arg-type]
            user_id="U0ALICE",
            message_ts=card.ts,
            at=1.0,
            seal="0123456789abcdef:00",
        )
        await _enqueue(forged)
        await world.told(card, WORDS)
        assert world.stops() == 0


async def test_an_approval_written_by_hand_does_not_count(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as a row nor as a workflow; a real one still does."""
    rules = f"approvals = 2\n[users.U0CAROL]\n{CREDENTIAL}"
    async with _keyed(make_world, monkeypatch, rules) as world:
        carol = world.slack.add_user("carol")
        world.slack.invite(world.room, carol)
        card = await world.card()
        row = {"operation_id": _operation(card), "user_id": "U0CAROL", "at": 1.0}
        with world.bot.engine.begin() as connection:
            connection.execute(approvals.insert().values(**row))
        by_hand = Click(
            operation_id=_operation(card),
            workspace=world.slack.world.team_id,
            team_id=world.slack.world.team_id,
            user_id="U0CAROL",
            channel_id=world.room.id,
            message_ts=card.ts,
            click_id="forged",
            at=1.0,
        )
        await DBOS.start_workflow_async(agree, asdict(by_hand))
        await world.whispered(carol, WORDS)
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.card_showing(card, "✓ <@U0BOB>")
        assert world.stops() == 0
        await world.slack.click(carol, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")


@pytest.mark.parametrize(
    "change", [{"task_id": "191297407830999"}, {"expires_at": 9e9}, {"channel_id": "C0OTHER"}]
)
async def test_an_operation_that_was_edited_is_not_carried_out(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    """What the card showed is what is decided on."""
    async with _keyed(make_world, monkeypatch) as world:
        card = await world.card()
        this = operations.c.id == _operation(card)
        with world.bot.engine.begin() as connection:
            connection.execute(sa.update(operations).where(this).values(**change))
        click = world.slack.click_payload(world.alice, card, "oms_confirm")
        if "channel_id" in change:
            click.data["channel"]["id"] = change["channel_id"]
        world.bot.operations._placed.clear()
        await world.slack.send(click)
        await world.slack.wait_for(lambda: [m for m in world.slack.world.log if WORDS in str(m)], 8)
        assert world.stops() == 0


async def test_a_real_click_is_proved_with_an_older_key_too(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are replaced while cards stand."""
    old = new_key()
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", old)
    async with make_world(start=False) as world:
        async with world.running():
            card = await world.card()
        monkeypatch.setenv("OMS_BOT_SECRET_KEYS", f"{new_key()},{old}")
        async with world.running():
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
