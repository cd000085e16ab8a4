"""What is done beside the steps of asking: whatever becomes of it, the card expires."""

from __future__ import annotations

import math

import pytest
from pytest_mock import MockerFixture

from bot.audit import Audit
from bot.conversation.asking import Asking
from bot.conversation.authority import Authority
from bot.conversation.due import Due
from bot.conversation.operations import Operations
from bot.conversation.preview import Preview
from bot.conversation.values import CannotTell, Request
from bot.gallery.examples import NOW
from bot.huawei.fault import FaultKind, own_fault
from bot.slack.telling import Telling
from bot.verbs.tasks import Oms

REQUEST = Request(id="op", team_id="T1", user_id="U0ALICE", channel_id="C1", project="sg", task="17", at=NOW)


@pytest.mark.parametrize("failure", [CannotTell(own_fault(FaultKind.VAULT_FAULT)), RuntimeError()])
async def test_no_failure_to_keep_a_token_ready_ends_the_wait_for_an_answer(
    mocker: MockerFixture, failure: Exception
) -> None:
    """The click logs in then; and a card that is not waited for would never expire."""
    authority = mocker.create_autospec(Authority, instance=True)
    authority.actor_of.side_effect = failure
    asking = Asking(
        preview=mocker.create_autospec(Preview, instance=True),
        teller=mocker.create_autospec(Telling, instance=True),
        operations=mocker.create_autospec(Operations, instance=True),
        due=mocker.create_autospec(Due, instance=True),
        audit=mocker.create_autospec(Audit, instance=True),
        authority=authority,
        cloud=mocker.create_autospec(Oms, instance=True),
    )
    assert await asking.keep_ready(REQUEST) == math.inf
