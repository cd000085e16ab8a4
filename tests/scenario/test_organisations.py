"""One person under several ids: Slack names their workspace, another one, the organisation or none, as it likes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.huawei.iam.token import PasswordCredential
from bot.identity.keyring import new_key
from bot.sandbox.slack.payloads import Payload
from tests.scenario.conftest import SECRETS, TASK, MakeWorld, World, said

OTHER, ORGANISATION, ELSEWHERE = "T0OTHER", "E0ACME", "T0PARTNER"


@contextlib.asynccontextmanager
async def _organisation(make_world: MakeWorld, key: str = "U0ALICE") -> AsyncIterator[World]:
    """Make a world whose workspace is one of an organisation's; alice stands in the settings as *key*."""
    async with make_world(start=False) as world:
        world.config.write_text(world.config.read_text().replace("[users.U0ALICE]", f'[users."{key}"]'))
        world.slack.world.enterprise_id = ORGANISATION
        for user in (world.alice, world.bob):
            user.enterprise_id, user.teams = ORGANISATION, (world.slack.world.team_id, OTHER)
        async with world.running():
            yield world


def _named(payload: Payload, team: Any, own: Any) -> Payload:
    payload.data["team"] = {"id": team, "domain": "acme"} if team else None
    payload.data["user"]["team_id"] = own
    return payload


@pytest.mark.parametrize("own", [OTHER, ORGANISATION, None, "home"])
@pytest.mark.parametrize("team", [OTHER, ORGANISATION, None, "home"])
async def test_whatever_a_click_names_of_the_organisation_it_is_the_same_person(
    make_world: MakeWorld, team: str | None, own: str | None
) -> None:
    """Alice asked in one workspace; her click names another, the organisation, or nothing."""
    async with _organisation(make_world) as world:
        home = world.slack.world.team_id
        card = await world.card()
        click = world.slack.click_payload(world.alice, card, "oms_confirm")
        await world.slack.send(
            _named(click, home if team == "home" else team, home if own == "home" else own)
        )
        await world.told(card, "OMS confirmed it at")
        assert world.stops("alice") == 1


@pytest.mark.parametrize("own", [OTHER, ORGANISATION, "home"])
async def test_a_mention_from_another_workspace_of_the_organisation_is_heard(
    make_world: MakeWorld, own: str
) -> None:
    """For a card, and for what asks for none."""
    async with _organisation(make_world) as world:
        for text, words in (
            ("help", "What I do, as you"),
            (f"pause prod-sg {TASK}", "Pause media-872?"),
        ):
            mention = {
                "type": "app_mention",
                "user": world.alice.id,
                "text": f"<@{world.slack.world.bot.id}> {text}",
                "channel": world.room.id,
                "ts": world.slack.world.next_ts(),
                "user_team": world.slack.world.team_id if own == "home" else own,
            }
            await world.slack.send(world.slack.payloads.event(mention))
            await world.somewhere(words)


@pytest.mark.parametrize(
    ("facts", "own"),
    [
        ({"team_id": ELSEWHERE, "enterprise_id": "E0PARTNER", "teams": (ELSEWHERE,)}, ELSEWHERE),
        ({"team_id": ELSEWHERE, "enterprise_id": "E0PARTNER", "teams": (ELSEWHERE,)}, "home"),
        ({"team_id": ELSEWHERE, "enterprise_id": None, "teams": ()}, ORGANISATION),
        ({"is_stranger": True}, "home"),
        ({}, ELSEWHERE),
    ],
)
async def test_a_true_stranger_stays_one(make_world: MakeWorld, facts: dict[str, Any], own: str) -> None:
    """Whatever their click names, and even if it names what is ours."""
    async with _organisation(make_world) as world:
        home = world.slack.world.team_id
        card = await world.card()
        click = world.slack.click_payload(world.alice, card, "oms_confirm")
        vars(world.alice).update(facts)
        await world.slack.send(_named(click, home, home if own == "home" else own))
        await world.somewhere("Only members of this workspace")
        assert world.stops() == 0


async def test_a_stranger_who_mentions_us_in_a_shared_channel_stays_one(make_world: MakeWorld) -> None:
    """There the event itself may name their workspace; where we are installed stands beside it."""
    async with _organisation(make_world) as world:
        vars(world.alice).update(team_id=ELSEWHERE, enterprise_id="E0PARTNER", teams=(ELSEWHERE,))
        mention = {
            "type": "app_mention",
            "user": world.alice.id,
            "text": f"<@{world.slack.world.bot.id}> help",
            "channel": world.room.id,
            "ts": world.slack.world.next_ts(),
            "user_team": ELSEWHERE,
        }
        event = world.slack.payloads.event(mention)
        event.data["team_id"] = ELSEWHERE
        await world.slack.send(event)
        await world.whispered(world.alice, "Only members of this workspace")
        assert not [m for m in world.slack.world.log if "prod-sg" in said(m)]


async def test_whoever_belongs_to_the_place_of_a_delivery_is_no_stranger_there(world: World) -> None:
    """Slack signed it, whatever it says of the token."""
    command = world.slack.slash_payload(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
    world.alice.team_id = "T0PLACE"
    command.data["team_id"] = "T0PLACE"
    await world.slack.send(command)
    [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 5)
    click = world.slack.click_payload(world.alice, card, "oms_confirm")
    await world.slack.send(_named(click, "T0PLACE", "T0PLACE"))
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1


@pytest.mark.parametrize("key", [f"{ORGANISATION}:U0ALICE", f"{OTHER}:U0ALICE", "U0ALICE"])
async def test_settings_name_people_by_organisation_workspace_or_alone(
    make_world: MakeWorld, key: str
) -> None:
    """A key matches whoever Slack says belongs there."""
    async with _organisation(make_world, key) as world:
        card = await world.card()
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        assert world.stops("alice") == 1


async def test_who_unlinks_is_unlinked_under_every_id_that_their_link_matches(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alice is linked in another workspace and for the organisation; whoami and unlink find what a pause does."""
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    async with _organisation(make_world, "U0NOBODY") as world:
        alice = PasswordCredential("acme", "alice", SecretStr(SECRETS["ALICE_IAM_PASSWORD"]))
        for place in (OTHER, ORGANISATION):
            await world.bot.linking.link(place, world.alice.id, alice, shared=True)
        await world.card()
        await world.type(world.alice, "whoami")
        await world.whispered(world.alice, "You act as IAM user alice")
        await world.type(world.alice, "unlink")
        await world.whispered(world.alice, "Unlinked: I have forgotten your credential")
        assert await world.bot.vault.all_links() == []
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await world.whispered(world.alice, "You haven't linked an IAM credential")


async def test_a_slack_that_does_not_say_where_else_somebody_is_keeps_nobody_from_unlinking(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was linked where they type it is forgotten."""
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    async with _organisation(make_world, "U0NOBODY") as world:
        alice = PasswordCredential("acme", "alice", SecretStr(SECRETS["ALICE_IAM_PASSWORD"]))
        await world.bot.linking.link(world.slack.world.team_id, world.alice.id, alice, shared=True)
        world.slack.faults.add("users.info", error="missing_scope", times=None)
        await world.type(world.alice, "unlink")
        await world.whispered(world.alice, "Unlinked: I have forgotten your credential")
        assert await world.bot.vault.all_links() == []
