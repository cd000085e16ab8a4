"""What is done beside the steps of asking: whatever becomes of it, the card expires."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from pytest_mock import MockerFixture

from bot.audit import Audit
from bot.conversation import asked
from bot.conversation.answers import OwnFault
from bot.conversation.asking import Asking
from bot.conversation.authority import Authority
from bot.conversation.due import Due
from bot.conversation.operations import Operations
from bot.conversation.ports import Teller
from bot.conversation.preview import Preview
from bot.conversation.values import CannotTell, Request
from bot.gallery.examples import NOW
from bot.huawei.fault import FaultKind, own_fault
from bot.verbs.tasks import Oms
from tests.unit.decision_world import asked as asked_in_memory
from tests.unit.decision_world import project

REQUEST = Request(id="op", team_id="T1", user_id="U0ALICE", channel_id="C1", project="sg", task="17", at=NOW)


@pytest.mark.parametrize("failure", [CannotTell(own_fault(FaultKind.VAULT_FAULT)), RuntimeError()])
async def test_no_failure_to_keep_a_token_ready_ends_the_wait_for_an_answer(
    mocker: MockerFixture, failure: Exception
) -> None:
    """The click logs in then; and a card that is not waited for would never expire."""
    authority = mocker.create_autospec(Authority, instance=True)
    authority.actor_of.side_effect = failure
    asking = new_asking(mocker, authority=authority)
    assert await asking.keep_ready(REQUEST) == math.inf


async def test_a_card_that_may_stand_is_waited_for_whatever_is_read_when_the_step_is_repeated(
    mocker: MockerFixture,
) -> None:
    """The step was cut off after it; a card that nobody waits for would never end."""
    operation = asked_in_memory("pause", project(0, (), 0))
    preview = mocker.create_autospec(Preview, instance=True)
    preview.of.return_value = OwnFault()
    operations = mocker.create_autospec(Operations, instance=True)
    operations.get.return_value = operation
    asking = new_asking(mocker, preview=preview, operations=operations)
    found = asked.load(await asking.ask(replace(REQUEST, id=operation.id)))
    assert found == asked.Waiting.at(operation.message_ts, operation)


def new_asking(mocker: MockerFixture, **parts: Any) -> Asking:
    """Return what asks, of these parts and of such as do nothing."""
    kinds = {
        "preview": Preview, "teller": Teller, "operations": Operations, "due": Due, "audit": Audit,
        "authority": Authority, "cloud": Oms,
    }  # fmt: skip
    made = {name: mocker.create_autospec(kind, instance=True) for name, kind in kinds.items()}
    return Asking(**{**made, **parts})
