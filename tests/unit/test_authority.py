"""What a card named, held against what is there at the click: each part of it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from pydantic import SecretStr

from bot.conversation.authority import Actor, Authority, rules_of
from bot.conversation.freezes import Freezes
from bot.conversation.reasons import Reason
from bot.conversation.sealing import sealed_fields
from bot.conversation.values import Operation
from bot.huawei.iam.token import PasswordCredential
from bot.identity.directory import Directory, Identity
from bot.identity.keyring import KeyRing, new_key
from bot.identity.seals import Seals
from bot.settings.sections import Project
from bot.slack.people import People

ALICE = Identity("IAM user alice", PasswordCredential("acme", "alice", SecretStr("pw")), "link-1")
PROJECT = Project(id="2c0689c860ad4728a497c91ec0844383", region="ap-southeast-3", alias="sg", approvals=1)
CARD: dict[str, Any] = {
    "operation_id": "op",
    "user_id": "U0ALICE",
    "project": "sg",
    "task": {"task_id": "17"},
    "expires_at": 60.0,
    "principal": ALICE.principal,
    "link_id": ALICE.link_id,
    "acts_as": ALICE.mark,
    "project_id": PROJECT.id,
}


def _authority(seals: Seals) -> Authority:
    """Neither Slack nor the directory is asked here."""
    return Authority(
        projects={"sg": PROJECT},
        people=cast("People", None),
        directory=cast("Directory", None),
        freezes=cast("Freezes", None),
        seals=seals,
    )


def _operation(seals: Seals) -> Operation:
    card = CARD | {"seal": seals.seal("card", sealed_fields(CARD, "T1", "C1"))}
    return Operation(
        id="op", team_id="T1", user_id="U0ALICE", channel_id="C1", project="sg", task_id="17", card=card,
        asked_at=0.0, expires_at=60.0,
    )  # fmt: skip


@pytest.fixture
def seals() -> Seals:
    """Seals under a key of this test's own."""
    return Seals(KeyRing.parse(SecretStr(new_key())))


def test_a_card_as_it_was_made_is_the_bots_own(seals: Seals) -> None:
    """Nothing was changed."""
    assert _authority(seals).is_own_card(_operation(seals))


@pytest.mark.parametrize(
    "edited",
    [
        {"id": "other"},
        {"team_id": "T2"},
        {"user_id": "U0EVE"},
        {"channel_id": "C2"},
        {"project": "bj"},
        {"task_id": "18"},
        {"expires_at": 61.0},
    ],
)
def test_a_row_that_says_otherwise_than_its_card_is_not(seals: Seals, edited: dict[str, Any]) -> None:
    """Whichever part of it was edited."""
    assert not _authority(seals).is_own_card(replace(_operation(seals), **edited))


@pytest.mark.parametrize("edited", [*({key: "other"} for key in CARD), {"seal": ""}, {"seal": "0:0"}])
def test_a_card_that_was_edited_is_not(seals: Seals, edited: dict[str, Any]) -> None:
    """Nor one whose seal was taken off."""
    operation = _operation(seals)
    with_seal = operation.card | edited
    if "task" in edited:
        with_seal["task"] = {"task_id": "18"}
    assert not _authority(seals).is_own_card(replace(operation, card=with_seal))


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (Actor(ALICE, PROJECT), None),
        (Actor(replace(ALICE, link_id="link-2"), PROJECT), Reason.RELINKED),
        (Actor(replace(ALICE, principal="IAM user bob"), PROJECT), Reason.RELINKED),
        (
            Actor(replace(ALICE, credential=PasswordCredential("acme", "bob", SecretStr("pw"))), PROJECT),
            Reason.RELINKED,
        ),
        (Actor(ALICE, PROJECT.model_copy(update={"id": "0" * 32})), Reason.SETTINGS_CHANGED),
    ],
)
def test_who_acts_and_where_is_what_the_card_named(seals: Seals, now: Actor, reason: Reason | None) -> None:
    """Link, name, identity and project, each by itself."""
    assert _authority(seals).changed_since_shown(_operation(seals), now) is reason


def test_a_card_of_a_version_that_named_less_is_held_against_what_it_names(seals: Seals) -> None:
    """It knew neither the identity nor the project's id."""
    operation = _operation(seals)
    less = {key: value for key, value in operation.card.items() if key not in ("acts_as", "project_id")}
    elsewhere = Actor(ALICE, PROJECT.model_copy(update={"id": "0" * 32}))
    assert _authority(seals).changed_since_shown(replace(operation, card=less), elsewhere) is None


def test_the_stricter_of_card_and_settings_counts(seals: Seals) -> None:
    """Also where the project is gone: then what the card shows."""
    operation = _operation(seals)
    stricter = replace(operation, card=operation.card | {"approvals": 2, "approvers": ["U0BOB"]})
    assert rules_of(operation, {"sg": PROJECT}).approvals == 1
    assert rules_of(stricter, {"sg": PROJECT}).approvals == 2
    assert rules_of(stricter, {}).lists == (frozenset({"U0BOB"}),)
    assert rules_of(operation, {}).approvals == 0


def test_whom_card_and_settings_name_counts_both(seals: Seals) -> None:
    """An approver has to be named by each of them that names any."""
    operation = _operation(seals)
    named = replace(operation, card=operation.card | {"approvals": 1, "approvers": ["U0BOB", "U0CAROL"]})
    project = PROJECT.model_copy(update={"approvers": frozenset({"T1:U0BOB", "T1:U0DAN", "T2:U0CAROL"})})
    rules = Authority(
        projects={"sg": project},
        people=cast("People", None),
        directory=cast("Directory", None),
        freezes=cast("Freezes", None),
        seals=seals,
    ).rules(named)
    assert [user for user in ("U0BOB", "U0CAROL", "U0DAN") if rules.may_include(user)] == ["U0BOB"]
