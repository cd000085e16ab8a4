"""Every way in which a click can be none of its sender's business: refused in words, audited, and OMS is not called."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.identity.keyring import new_key
from bot.sandbox.slack.objects import Message, User
from bot.sandbox.slack.payloads import Payload
from tests.scenario.conftest import TASK, MakeWorld, World, said
from tests.scenario.test_approvals import CREDENTIAL
from tests.scenario.test_linking import carol_of, link

APPROVERS = ("U0BOB", "U0DAVE")


@dataclass
class Forgery:
    """A click on carol's card, made before what is played next. `person` is who reads the refusal."""

    world: World
    carol: User
    card: Message
    click: Payload
    person: User

    async def send(self) -> None:
        """Deliver the click, signed as Slack signs."""
        [delivery] = await self.world.slack.send(self.click)
        assert delivery.status == 200


Play = Callable[[Forgery], Awaitable[None]]


def _changed(*path: str | int, to: str) -> Play:
    async def play(forgery: Forgery) -> None:
        data: Any = forgery.click.data
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = to

    return play


async def _other_user(forgery: Forgery) -> None:
    forgery.person = forgery.world.alice
    forgery.click.data["user"]["id"] = forgery.person.id


async def _expired(forgery: Forgery) -> None:
    await forgery.world.card_showing(forgery.card, "Nobody answered within")


async def _decided(forgery: Forgery) -> None:
    await forgery.world.slack.click(forgery.carol, forgery.card, "oms_cancel")
    await forgery.world.card_showing(forgery.card, "withdrew the request")


async def _unlinked_since(forgery: Forgery) -> None:
    await forgery.world.type(forgery.carol, "unlink")
    await forgery.world.whispered(forgery.carol, "I have forgotten your credential")


async def _replayed(forgery: Forgery) -> None:
    """The cancelling click again: kept by somebody, and signed anew after its time."""
    cancel = forgery.world.slack.click_payload(forgery.carol, forgery.card, "oms_cancel")
    kept = copy.deepcopy(cancel)
    await forgery.world.slack.send(cancel)
    await forgery.world.card_showing(forgery.card, "withdrew the request")
    kept.data["trigger_id"] += "0"
    forgery.click = kept
    await asyncio.sleep(3.1)  # it is no double tap any more


MATRIX = {
    "other user": (_other_user, "Only <@U0CAROL> can confirm this"),
    "other team": (_changed("user", "team_id", to="T0ELSEWHERE"), "Only members of this workspace"),
    "other channel": (_changed("channel", "id", to="C0OTHER"), "This button is on an old copy of the card"),
    "other message": (
        _changed("container", "message_ts", to="1700000000.000001"),
        "This button is on an old copy of the card",
    ),
    "edited value": (
        _changed("actions", 0, "value", to="0123456789abcdef01234567"),
        "This card is too old",
    ),
    "value that is code": (
        _changed("actions", 0, "value", to="'; DROP TABLE operations; --"),
        "This card is too old",
    ),
    "expired": (_expired, "This request has expired. Nothing was changed"),
    "decided": (_decided, "<@U0CAROL> has already withdrawn this. Nothing was changed"),
    "unlinked since": (_unlinked_since, "You haven't linked an IAM credential"),
    "replayed": (_replayed, "<@U0CAROL> has already withdrawn this. Nothing was changed"),
}


@pytest.mark.parametrize("forged", MATRIX)
async def test_a_forged_click_is_refused(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, forged: str
) -> None:
    """All but one: an approver who is none any more is below, as it takes a project with approvers."""
    play, words = MATRIX[forged]
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    async with make_world(confirm_within=1 if forged == "expired" else 600) as world:
        carol = await carol_of(world)
        await link(world, carol)
        await world.type(carol, f"pause prod-sg {TASK}")
        [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 5)
        await world.until(lambda: world.recorded("shown") > 0)  # before, a click on any copy counts
        click = world.slack.click_payload(carol, card, "oms_confirm")
        forgery = Forgery(world, carol, card, click, carol)
        await play(forgery)
        await forgery.send()
        await world.slack.wait_for(
            lambda: [m for m in world.slack.world.log if words in said(m)],  # alone, or in the card's thread
            5,
        )
        assert world.stops() == 0
        assert await _refusals_in_audit(world)


async def test_an_approver_who_was_removed_since_the_card_is_refused(make_world: MakeWorld) -> None:
    """The settings of now count, not those that the card was made with."""
    approvers = f"approvals = 1\napprovers = {json.dumps(APPROVERS)}\n"
    more = f"[users.U0DAVE]\n{CREDENTIAL}"
    async with make_world(start=False, more=more) as world:
        dave = world.slack.add_user("dave", id="U0DAVE")
        world.slack.invite(world.room, dave)
        settings = world.config.read_text()
        world.config.write_text(settings.replace("[users.U0ALICE]", f"{approvers}[users.U0ALICE]"))
        async with world.running():
            card = await world.card()
        world.config.write_text(world.config.read_text().replace(', "U0DAVE"', ""))
        async with world.running():
            await world.slack.click(dave, card, "oms_confirm")
            await world.whispered(dave, "You are not one of the approvers")
            assert world.stops() == 0
            assert await _refusals_in_audit(world)
            await world.slack.click(world.bob, card, "oms_confirm")
            await world.told(card, "OMS confirmed it at")


async def _refusals_in_audit(world: World) -> list[str]:
    """Return the reasons of refused clicks, and of operations that ended in a refusal."""

    def reasons() -> list[str]:
        records = world.bot.audit.records()
        refused = [json.loads(r.details) for r in records if r.event in ("refused_click", "ended")]
        return [str(details["reason"]) for details in refused if "reason" in details]

    await world.until(lambda: bool(reasons()))
    return reasons()
