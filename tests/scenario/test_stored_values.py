"""What stands in the database: data, never code, whatever somebody typed or wrote there."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.tables import operations
from tests.scenario.conftest import TASK, World

INJECTIONS = (
    "x' OR '1'='1",
    "'; DROP TABLE operations; --",
    '" OR ""="',
    "%' AND 1=1 --",
    "\\'; DELETE FROM audit; --",
    ":id",
    "%(id)s",
)


@pytest.mark.parametrize("typed", INJECTIONS)
async def test_what_is_typed_or_forged_never_becomes_sql(world: World, typed: str) -> None:
    """As a task's name, a reason, a button's value: it finds nothing, and what is there stays as it is."""
    card = await world.card(f"pause prod-sg {TASK} {typed}")
    await world.type(world.alice, f"pause prod-sg {typed}")
    await world.whispered(world.alice, "No task")
    await world.slack.click(world.alice, card, "oms_confirm", value=typed)
    await world.whispered(world.alice, "This card is too old")
    with world.bot.engine.connect() as connection:
        assert connection.execute(sa.select(operations.c.ended_at)).scalars().all() == [None]
    assert await world.bot.operations.get(typed) is None
    assert world.stops() == 0


async def test_what_the_workflows_store_is_json_that_makes_no_objects(world: World) -> None:
    """Whoever can write to the database must not get code to run: nothing there is unpickled."""
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    await world.until(
        lambda: sum(bool(stored) for stored, _ in _stored(world)) >= 2
    )  # what was told is recorded
    assert {serialization for _, serialization in _stored(world)} == {"portable_json"}
    assert len([json.loads(stored) for stored, _ in _stored(world) if stored]) >= 2


def _stored(world: World) -> list[Any]:
    """Return what the workflows have stored, and how."""
    return world.rows(
        "SELECT inputs, serialization FROM workflow_status UNION ALL "
        "SELECT output, serialization FROM operation_outputs"
    )
