"""Operations: one row for each card, and what a click finds there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.audit import Audit, Event
from bot.conversation.operations import Operations
from bot.conversation.values import Operation, short_id
from bot.gallery.examples import NOW, OPERATION, TASK_ID
from bot.slack.listeners.hearing import operation_id
from tests import databases


def no_entry(_connection: sa.Connection) -> bool:
    """Write no audit entry."""
    return True


ASKED = Operation(
    id=OPERATION,
    team_id="T1",
    user_id="U0ALICE",
    channel_id="C1",
    project="prod-sg",
    task_id=TASK_ID,
    card={"task": {"name": "media-872 ✓", "progress": 0.5}, "reason": ""},
    asked_at=NOW,
    expires_at=NOW + 600.5,
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A new database."""
    engine = databases.engine(f"sqlite:///{tmp_path}/operations.sqlite3")
    yield engine
    engine.dispose()


@pytest.fixture
def operations(engine: sa.Engine) -> Operations:
    """The table, as one process sees it."""
    return Operations(engine)


async def test_what_was_asked_is_found_again(operations: Operations) -> None:
    """Every field, with the card as it was shown."""
    await operations.open(ASKED, no_entry)
    assert await operations.get(OPERATION) == ASKED


@pytest.mark.parametrize("unknown", ["", "nothing", OPERATION.upper(), "' OR 1=1 --", "\ud800", "x" * 3_000])
async def test_what_was_never_asked_is_none(operations: Operations, unknown: str) -> None:
    """A button's value can be forged."""
    await operations.open(ASKED, no_entry)
    assert await operations.get(unknown) is None


async def test_a_card_gets_its_place_and_its_ending(operations: Operations, engine: sa.Engine) -> None:
    """A later ending replaces an earlier one. Another process sees the same."""
    await operations.open(ASKED, no_entry)
    await operations.place(OPERATION, "17.1", no_entry)
    assert await operations.get(OPERATION) == replace(ASKED, message_ts="17.1")
    await operations.close(OPERATION, "still_pausing", NOW + 300, no_entry)
    await operations.close(OPERATION, "paused", NOW + 400, no_entry)
    elsewhere = Operations(engine)
    assert await elsewhere.get(OPERATION) == replace(
        ASKED, message_ts="17.1", ending="paused", ended_at=NOW + 400
    )


async def test_what_happened_and_its_record_stand_or_fall_together(
    operations: Operations, engine: sa.Engine
) -> None:
    """A card's place is noted with its audit entry, or not at all."""
    await operations.open(ASKED, no_entry)

    def broken(_connection: sa.Connection) -> bool:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await operations.place(OPERATION, "17.1", broken)
    assert await operations.get(OPERATION) == ASKED
    audit = Audit(engine, lambda: NOW)
    await operations.place(OPERATION, "17.1", audit.entry(Event.SHOWN, OPERATION))
    assert await operations.get(OPERATION) == replace(ASKED, message_ts="17.1")
    assert [record.event for record in audit.records()] == ["shown"]


async def test_a_second_opening_marks_the_card_as_possibly_posted_twice(operations: Operations) -> None:
    """A crash between the record and Slack's answer; what was asked stays as it was."""
    await operations.open(ASKED, no_entry)
    await operations.open(replace(ASKED, task_id="1", expires_at=0), no_entry)
    found = await operations.get(OPERATION)
    assert found == replace(ASKED, reposted=True)


async def test_a_card_without_a_place_is_read_anew(operations: Operations) -> None:
    """Only what can't change any more may be remembered."""
    await operations.open(ASKED, no_entry)
    before = await operations.get(OPERATION)
    await operations.place(OPERATION, "17.1", no_entry)
    after = await operations.get(OPERATION)
    assert before is not None
    assert after is not None
    assert (before.message_ts, after.message_ts) == (None, "17.1")


BOBS = replace(ASKED, id="b" * 24, user_id="U0BOB", asked_at=NOW + 60, message_ts="2.0")


async def test_what_somebody_else_has_asked_about_the_same_stands_in_the_way(operations: Operations) -> None:
    """Unless it is asked for all the same; and it is not recorded then."""
    await operations.open(replace(ASKED, message_ts="1.0"), no_entry)
    opened = await operations.open(BOBS, no_entry)
    assert opened.before
    assert opened.before.id == ASKED.id
    assert await operations.get(BOBS.id) is None
    assert (await operations.open(BOBS, no_entry, anyway=True)).before is None
    assert await operations.get(BOBS.id) == BOBS


async def test_who_has_a_card_of_their_own_beside_anothers_gets_a_newer_one(operations: Operations) -> None:
    """They are not sent to the other's: theirs is replaced."""
    await operations.open(replace(ASKED, message_ts="1.0"), no_entry)
    await operations.open(BOBS, no_entry, anyway=True)
    newer = replace(ASKED, id="e" * 24, asked_at=NOW + 90)
    assert (await operations.open(newer, no_entry)).before is None
    older, _ = await operations.own_beside(newer)
    assert [one.id for one in older] == [ASKED.id]


@pytest.mark.parametrize(
    "other",
    [
        {"team_id": "T2"},
        {"task_id": "1"},
        {"project": "lab"},
        {"verb": "resume"},
        {"expires_at": NOW + 59},
        {"ended_at": NOW + 10},
        {"asked_at": NOW + 61},
    ],
)
async def test_what_is_of_another_place_about_another_thing_or_over_does_not(
    operations: Operations, other: dict[str, Any]
) -> None:
    """Nobody hears of other workspaces, and nobody waits for what has ended."""
    await operations.open(replace(ASKED, message_ts="1.0", **other), no_entry)
    assert (await operations.open(BOBS, no_entry)).before is None


@pytest.mark.parametrize(
    ("other", "taken"),
    [
        ({}, True),
        ({"channel_id": "C2"}, False),
        ({"task_id": "1"}, False),
        ({"card": ASKED.card | {"terms": "20"}}, False),
        ({"card": ASKED.card | {"approvals": 1}}, False),
        ({"expires_at": NOW + 59}, False),
        ({"ended_at": NOW + 10}, False),
    ],
)
async def test_only_a_card_that_waits_for_the_very_same_there_is_taken_over(
    operations: Operations, other: dict[str, Any], *, taken: bool
) -> None:
    """And for nobody's approval; however often it is asked for, as after a crash."""
    await operations.open(replace(ASKED, message_ts="1.0", **other), no_entry)
    for _ in range(2):
        opened = await operations.open(BOBS, no_entry, over=ASKED.id)
        assert (opened.taken is not None) is taken


async def test_of_ones_own_cards_that_stand_somewhere_each_knows_which_came_first(
    operations: Operations,
) -> None:
    """Also of two that were asked for in the same moment. A card that Slack has not taken yet is in nobody's way."""
    names = ("a", "c", "b", "d")
    first, unplaced, second, third = (replace(ASKED, id=name * 24, asked_at=NOW) for name in names)
    for own in (first, unplaced, second, third):
        await operations.open(own, no_entry)
    for own in (first, second, third):
        await operations.place(own.id, f"{own.id}.0", no_entry)

    async def beside(own: Operation) -> tuple[list[str], str | None]:
        older, newer = await operations.own_beside(own)
        return [one.id[0] for one in older], newer.id[0] if newer else None

    assert await beside(first) == ([], "d")
    assert await beside(second) == (["a"], "d")
    assert await beside(third) == (["a", "b"], None)


async def test_those_without_an_ending_are_counted(operations: Operations) -> None:
    """For the gauge."""
    assert await operations.count_open() == 0
    await asyncio.gather(*(operations.open(replace(ASKED, id=f"op{n}"), no_entry) for n in range(5)))
    await operations.close("op1", "expired", NOW, no_entry)
    assert await operations.count_open() == 4


def test_what_people_see_of_an_id_tells_thousands_of_operations_apart() -> None:
    """And whoever has the whole id finds the short one at its beginning."""
    ids = [operation_id("T1", f"trigger-{n}") for n in range(2_000)]
    assert len({short_id(id_) for id_ in ids}) == len(ids)
    assert all(id_.startswith(short_id(id_)) for id_ in ids)
