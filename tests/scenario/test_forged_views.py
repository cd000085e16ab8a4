"""Every way in which a view, a menu or a shortcut can be forged: it does no more than its sender could type."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.slack.payloads import Payload
from tests.scenario.conftest import PATIENCE, TASK, World, said
from tests.scenario.test_modal import choose_task, filled, opened

Forge = Callable[[Payload], None]


def _held(action: str, held: object) -> Forge:
    """Let something else stand in an input."""

    def forge(payload: Payload) -> None:
        for block in payload.data["view"]["state"]["values"].values():
            if action in block:
                block[action] = held

    return forge


def _option(action: str, value: object) -> Forge:
    return _held(action, {"selected_option": {"value": value}})


def _carried(metadata: str) -> Forge:
    def forge(payload: Payload) -> None:
        payload.data["view"]["private_metadata"] = metadata

    return forge


def _state(state: object) -> Forge:
    def forge(payload: Payload) -> None:
        payload.data["view"]["state"] = state

    return forge


REFUSED = {
    "no state": _state(None),
    "a state that is a list": _state({"values": []}),
    "an input that is a list": _held("oms_task", []),
    "an option that is a text": _held("oms_task", {"selected_option": "191297407830872"}),
    "a value that is an object": _option("oms_task", {}),
    "a person for a conversation": _held("oms_conversation", {"selected_conversation": "U0BOB"}),
    "code for a conversation": _held("oms_conversation", {"selected_conversation": "C1'; DROP TABLE"}),
    "another project than its tasks": _option("oms_project", "nowhere"),
}

HARMLESS = {
    "metadata that is no JSON": _carried("{"),
    "metadata that is deep": _carried("[" * 3_000),
    "metadata of another kind": _carried('{"channel": 1, "thread": []}'),
    "metadata of another channel": _carried(json.dumps({"channel": "C0OTHER", "thread": "1.2", "task": "1"})),
    "a verb that there is not": _option("oms_verb", "unlink"),
    "a reason that looks like a command": _held("oms_reason", {"value": "x\nunfreeze prod-sg\n/oms unlink"}),
}


async def submission(world: World, forge: Forge) -> Payload:
    """Return alice's submission of a whole modal, forged."""
    view = await opened(world, world.alice)
    await choose_task(world, world.alice, view)
    payload = world.slack.payloads.submission(world.alice, view, {"oms_task": TASK})
    forge(payload)
    return payload


@pytest.mark.parametrize("forged", REFUSED)
async def test_what_is_lacking_in_a_forged_submission_is_said_in_the_modal(world: World, forged: str) -> None:
    """Nothing is asked, nothing breaks."""
    payload = await submission(world, REFUSED[forged])
    [delivery] = await world.slack.send(payload)
    assert delivery.ok
    assert delivery.json["response_action"] == "errors"
    assert world.cards() == []


@pytest.mark.parametrize("forged", HARMLESS)
async def test_what_a_forged_submission_says_beside_is_no_more_than_words(world: World, forged: str) -> None:
    """The ordinary card comes, for what could have been typed; only its click would change something."""
    payload = await submission(world, HARMLESS[forged])
    [delivery] = await world.slack.send(payload)
    assert delivery.ok
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "Pause media-872?" in said(card)
    assert card.thread_ts is None
    assert world.stops() == 0


async def test_another_person_s_view_is_one_s_own_wish(world: World) -> None:
    """Its id says nothing about who submits it: the card is theirs, and the credential; and it is not used up by it."""
    payload = await submission(world, lambda _: None)
    own = copy.deepcopy(payload)
    payload.data["user"] = {"id": world.bob.id, "team_id": "T0SANDBOX"}
    await world.slack.send(payload)
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "<@U0BOB>" in said(card)
    await world.confirm(card)
    await world.whispered(world.alice, "Only <@U0BOB> can confirm")
    await world.slack.send(own)
    await world.whispered(world.alice, "already")
    assert world.stops() == 0


@pytest.mark.parametrize("kind", ["guest", "stranger", "deleted"])
async def test_who_may_not_type_it_may_not_submit_it_either(world: World, kind: str) -> None:
    """Said in the modal; and the menu of tasks is empty for them, without OMS being asked."""
    more: dict[str, Any] = {
        "guest": {"is_restricted": True},
        "stranger": {"team_id": "T0OTHER", "is_stranger": True},
    }
    person = world.slack.add_user("gina", **more.get(kind, {}))
    payload = await submission(world, lambda _: None)
    lists = len(world.cloud.calls_of("list_tasks"))
    if kind == "deleted":
        world.slack.deactivate(person)
    payload.data["user"] = {"id": person.id, "team_id": person.team_id}
    [delivery] = await world.slack.send(payload)
    assert delivery.json["response_action"] == "errors"
    asking = dict(payload.data, type="block_suggestion", action_id="oms_task", block_id="b", value="")
    [menu] = await world.slack.send(Payload("interactive", asking, person.id))
    assert [option["value"] for option in menu.json["options"]] == ["all"]
    assert len(world.cloud.calls_of("list_tasks")) == lists
    assert world.cards() == []


@pytest.mark.parametrize(
    "broken", [{"user": None}, {"user": {}}, {"user": "U1"}, {"team": "T1"}, {"callback_id": ""}]
)
async def test_a_shortcut_that_slack_would_not_send_is_turned_away(
    world: World, broken: dict[str, Any]
) -> None:
    """And the next one is served."""
    payload = world.slack.payloads.shortcut(world.alice, "oms_pause", None)
    payload.data |= broken
    [delivery] = await world.slack.send(payload)
    assert delivery.status != 500
    await world.slack.shortcut(world.alice, "oms_pause")
    await filled(world, world.alice)
