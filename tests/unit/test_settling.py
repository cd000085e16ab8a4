"""In which order a decision is carried out: what is done by collaborators here is their own tests' matter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pytest_mock import MockerFixture, MockType

from bot.conversation import outcomes
from bot.conversation.acting import Acting
from bot.conversation.durable import Durable
from bot.conversation.operations import Operations
from bot.conversation.planned import Planned
from bot.conversation.settling import Settling
from bot.conversation.slots import Slots
from bot.conversation.values import Operation
from bot.conversation.verdicts import Verdict
from bot.conversation.verifying import Verifying
from bot.gallery.examples import MIGRATING, NOW, PAUSED, TASK_ID
from bot.slack.telling import Telling

OPERATION = Operation(
    id="op", team_id="T1", user_id="U0ALICE", channel_id="C1", project="sg", task_id=TASK_ID, card={}, asked_at=NOW,
    expires_at=NOW + 600, message_ts="17.1",
)  # fmt: skip
CONFIRMED = Verdict(operation_id="op", kind="confirm", user_id="U0ALICE", message_ts="17.1", at=NOW)
DONE = outcomes.Done(task=PAUSED, seen_at=NOW, seconds=5)


class Stage:
    """A `Settling` among collaborators that note in which order they are called."""

    def __init__(self, mocker: MockerFixture) -> None:
        self.calls = mocker.MagicMock()
        self.acting: MockType = mocker.create_autospec(Acting, instance=True)
        self.verifying: MockType = mocker.create_autospec(Verifying, instance=True)
        self.teller: MockType = mocker.create_autospec(Telling, instance=True)
        operations: MockType = mocker.create_autospec(Operations, instance=True)
        operations.recorded.return_value = OPERATION
        durable: MockType = mocker.create_autospec(Durable, instance=True)
        for name in ("acting", "verifying", "teller"):
            self.calls.attach_mock(getattr(self, name), name)
        self.calls.attach_mock(durable, "durable")
        slots: MockType = mocker.create_autospec(Slots, instance=True)
        slots.waited.return_value = []
        self.settling = Settling(
            acting=self.acting,
            verifying=self.verifying,
            planned=mocker.create_autospec(Planned, instance=True),
            slots=slots,
            teller=self.teller,
            operations=operations,
            durable=durable,
        )

    @property
    def order(self) -> list[str]:
        """What was called, in order, but for the courtesy on the card and what is only traced."""
        beside = ("teller.show_acting", "durable.part")
        return [name for name, _, _ in self.calls.mock_calls if not name.startswith(beside)]


@pytest.fixture
def stage(mocker: MockerFixture) -> Stage:
    """Return a stage of its own."""
    return Stage(mocker)


async def test_what_was_accepted_is_verified_and_may_be_cut_off_from_then_on(stage: Stage) -> None:
    """Until OMS has answered, a stop waits for it; afterwards only readings are lost."""
    stage.acting.act.return_value = None
    stage.verifying.verify.return_value = DONE
    assert await stage.settling.act(CONFIRMED) == outcomes.dump(DONE)
    reading = "durable.only_reads()"
    assert stage.order == [
        "acting.act",
        "durable.only_reads",
        f"{reading}.__aenter__",
        "verifying.verify",
        f"{reading}.__aexit__",
    ]


async def test_how_it_ended_does_not_hang_on_the_courtesy_on_the_card(stage: Stage) -> None:
    """A fault of this program in showing "pausing" makes nothing unclear."""
    stage.acting.act.return_value = None
    stage.verifying.verify.return_value = DONE
    stage.teller.show_acting.side_effect = RuntimeError
    assert await stage.settling.act(CONFIRMED) == outcomes.dump(DONE)


async def test_what_ended_without_a_call_is_not_verified(stage: Stage) -> None:
    """Nothing can have changed by it."""
    ended = outcomes.NotReady(task=MIGRATING, changed=True)
    stage.acting.act.return_value = ended
    assert await stage.settling.act(CONFIRMED) == outcomes.dump(ended)
    assert stage.order == ["acting.act"]


async def test_an_ending_is_on_record_before_it_is_told(stage: Stage) -> None:
    """If Slack is down, the audit has it all the same."""
    stage.teller.write_ending.return_value = True
    assert await stage.settling.tell(CONFIRMED, outcomes.dump(DONE))
    assert stage.order == ["teller.record_ending", "teller.write_ending"]


@pytest.mark.parametrize("taken", [True, False])
async def test_the_step_that_acts_tells_too_and_says_whether_that_is_owed(stage: Stage, taken: bool) -> None:
    """A step costs more than most of what is in it."""
    stage.acting.act.return_value = outcomes.AlreadyDone(task=PAUSED)
    stage.teller.write_ending.return_value = taken
    ended = await stage.settling.act_and_tell(CONFIRMED)
    assert stage.order == ["acting.act", "teller.record_ending", "teller.write_ending"]
    assert ended[outcomes.TOLD] is taken
    assert outcomes.load(ended) == outcomes.AlreadyDone(task=PAUSED)


async def test_a_fault_in_telling_makes_nothing_unclear_and_is_left_to_the_step_that_only_tells(
    stage: Stage,
) -> None:
    """What was found out is kept, and not said to be told."""
    stage.acting.act.return_value = outcomes.AlreadyDone(task=PAUSED)
    stage.teller.write_ending.side_effect = RuntimeError
    assert await stage.settling.act_and_tell(CONFIRMED) == outcomes.dump(outcomes.AlreadyDone(task=PAUSED))


@pytest.mark.parametrize("kind", ["cancel", "expire"])
async def test_what_nobody_confirmed_is_told_without_asking_oms(stage: Stage, kind: Any) -> None:
    """Whatever a step of another version may have recorded as its ending."""
    stage.acting.unproved.return_value = None
    await stage.settling.tell(replace(CONFIRMED, kind=kind), None)
    told = stage.teller.write_ending.call_args.args[2]
    assert isinstance(told, outcomes.Cancelled if kind == "cancel" else outcomes.Expired)
    assert not stage.acting.act.called
