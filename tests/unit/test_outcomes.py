"""Outcomes survive the durable record, and say for themselves whether the bot goes on and whether to offer a retry."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.conversation import outcomes
from bot.conversation.outcomes import OfOne, Outcome
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Snapshot, Standing
from bot.gallery.examples import (
    DENIED,
    EVERY_OUTCOME,
    LOST,
    MIGRATING,
    PAUSED,
    PAUSING,
    several_endings,
)
from bot.huawei.fault import Fault, FaultKind
from tests.unit.examples import snapshots

KINDS = get_args(get_args(OfOne)[0])

faults = st.builds(
    Fault, code=st.none() | st.text(max_size=9), kind=st.sampled_from(FaultKind), may_pass=st.booleans()
)
tasks = st.none() | snapshots
seconds = st.floats(0, 1e6)
every_outcome: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(outcomes.Done, task=snapshots, seen_at=seconds, seconds=seconds),
    st.builds(outcomes.AlreadyDone, task=snapshots),
    st.builds(outcomes.NotReady, task=snapshots, changed=st.booleans()),
    st.builds(outcomes.EndedInstead, task=snapshots, seen_at=seconds),
    st.builds(outcomes.Refused, reason=st.sampled_from(Reason)),
    st.builds(outcomes.Failed, fault=faults, task=tasks),
    st.builds(outcomes.StillMoving, task=tasks, seconds=seconds, watching=st.booleans()),
    st.builds(outcomes.Unknown, fault=faults, task=tasks, standing=st.none() | st.sampled_from(Standing)),
    st.builds(outcomes.Cancelled, by=st.text(max_size=9)),
    st.builds(outcomes.Expired),
    st.just(several_endings()),
)


def test_the_examples_have_every_kind() -> None:
    """So no test that runs over the examples forgets a new ending."""
    assert {type(outcome) for outcome in EVERY_OUTCOME.values()} == set(KINDS)


@pytest.mark.parametrize("outcome", EVERY_OUTCOME.values(), ids=EVERY_OUTCOME)
def test_an_outcome_survives_its_record(outcome: Outcome) -> None:
    """What a workflow stores as JSON is loaded as the same value of the same class."""
    again = outcomes.load(json.loads(json.dumps(outcomes.dump(outcome))))
    assert again == outcome
    assert type(again) is type(outcome)


@given(every_outcome)
def test_any_outcome_survives_its_record(outcome: Outcome) -> None:
    """Whatever a task is called and whatever its numbers are."""
    assert outcomes.load(json.loads(json.dumps(outcomes.dump(outcome)))) == outcome


@pytest.mark.parametrize(
    "record", [{}, {"kind": "stopped"}, {"kind": "paused"}, {"kind": "cancelled", "by": None}]
)
def test_a_record_that_is_none_is_refused(record: dict[str, object]) -> None:
    """A record of another version or a damaged one raises, instead of being taken for an ending."""
    with pytest.raises(ValidationError):
        outcomes.load(record)


@pytest.mark.parametrize(
    ("kind", "now"),
    [
        ("paused", "done"),
        ("already_paused", "already_done"),
        ("not_pausable", "not_ready"),
        ("still_pausing", "still_moving"),
    ],
)
def test_what_releases_with_one_verb_stored_is_read(kind: str, now: str) -> None:
    """They named the endings after the pause."""
    [outcome] = [outcome for outcome in EVERY_OUTCOME.values() if outcome.kind == now][:1]
    assert outcomes.load(outcomes.dump(outcome) | {"kind": kind}) == outcome


@pytest.mark.parametrize(
    ("task", "standing"), [(MIGRATING, Standing.READY), (PAUSING, Standing.MOVING), (PAUSED, Standing.DONE)]
)
def test_what_a_reading_meant_is_known_of_older_records_too(task: Snapshot, standing: Standing) -> None:
    """They did not store it, for there was one verb to judge by."""
    record = outcomes.dump(outcomes.Unknown(fault=LOST, task=task))
    del record["standing"]
    assert outcomes.load(record) == outcomes.Unknown(fault=LOST, task=task, standing=standing)


WATCHED = {
    "still pausing",
    "still migrating",
    "unreadable",
    "unknown",
    "unknown, task pausing",
    "unknown, unreadable",
}


@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_only_what_is_not_over_is_watched(name: str) -> None:
    """What was accepted, or may have been, is looked at further; every other ending is the end."""
    assert outcomes.is_watched(EVERY_OUTCOME[name]) == (name in WATCHED)


def test_an_unknown_that_turned_out_to_be_over_is_not_watched() -> None:
    """A task that was read as paused needs no further look."""
    assert not outcomes.is_watched(outcomes.Unknown(fault=LOST, task=PAUSED, standing=Standing.DONE))


def test_a_retry_is_offered_where_it_may_help() -> None:
    """After a fault that may pass, and after a link is made."""
    retryable = {"failed", "failed, task read", "refused: not_linked"}
    assert {name for name, outcome in EVERY_OUTCOME.items() if outcomes.is_retryable(outcome)} == retryable


def test_no_retry_is_offered_where_it_can_do_harm() -> None:
    """A refused credential would lock its owner out; what may have been accepted must not be asked for twice."""
    assert not outcomes.is_retryable(
        outcomes.Failed(fault=Fault(kind=FaultKind.CREDENTIAL_REJECTED, code="APIGW.0301"))
    )
    moving, ready = Standing.MOVING, Standing.READY
    assert not outcomes.is_retryable(outcomes.Unknown(fault=DENIED, task=PAUSING, standing=moving))
    assert not outcomes.is_retryable(outcomes.Unknown(fault=DENIED, task=MIGRATING, standing=ready))
