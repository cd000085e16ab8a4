"""One person under several ids: Slack names their workspace, another one, the organisation or none, as it likes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.slack_payloads import Payload
from tests.scenario.conftest import TASK, MakeWorld, World, said

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
        await world.told(card, "OMS shows status 3")
        assert world.stops("alice") == 1


@pytest.mark.parametrize("own", [OTHER, ORGANISATION, "home"])
async def test_a_mention_from_another_workspace_of_the_organisation_is_heard(
    make_world: MakeWorld, own: str
) -> None:
    """For a card, and for what asks for none."""
    async with _organisation(make_world) as world:
        for text, words in (
            ("help", "Pause a migration task"),
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
            await world.slack.wait_for(lambda: [m for m in world.slack.world.log if words in said(m)], 5)  # noqa: B023


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
        await world.slack.wait_for(
            lambda: [m for m in world.slack.world.log if "Only members of this workspace" in said(m)], 5
        )
        assert world.stops() == 0


@pytest.mark.parametrize("key", [f"{ORGANISATION}:U0ALICE", f"{OTHER}:U0ALICE", "U0ALICE"])
async def test_settings_name_people_by_organisation_workspace_or_alone(
    make_world: MakeWorld, key: str
) -> None:
    """A key matches whoever Slack says belongs there."""
    async with _organisation(make_world, key) as world:
        card = await world.card()
        await world.confirm(card)
        await world.told(card, "OMS shows status 3")
        assert world.stops("alice") == 1
