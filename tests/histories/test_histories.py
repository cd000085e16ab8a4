"""What an earlier release stored is taken up by this one: cards are answered, endings are told once.

The rows are those that the release left when it was killed; see `record.py`.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from bot.identity.keyring import new_key
from bot.sandbox.slack.objects import Message
from bot.store import database, migrations
from bot.store.presence import executor_id
from tests import databases
from tests.histories.record import APPROVALS, PARSED, staged
from tests.scenario.conftest import TASK, World, buttons, said
from tests.scenario.keys import MEDIA, let_it_be_due, planned
from tests.scenario.test_pause_all import populate

HERE = Path(__file__).parent
RELEASES = sorted(path.name for path in HERE.iterdir() if (path / "waiting.json").exists())
MIGRATING, PAUSED, PAUSING = 2, 3, 7
DAY = 24 * 3600


def having(name: str) -> pytest.MarkDecorator:
    """Return the mark for the releases that stored such a conversation."""
    return pytest.mark.parametrize(
        "release", [one for one in RELEASES if (HERE / one / f"{name}.json").exists()]
    )


each_release = pytest.mark.parametrize("release", RELEASES)


@contextlib.asynccontextmanager
async def _left(
    home: Path,
    release: str,
    name: str,
    *,
    status: int = MIGRATING,
    age: float = 0,
    prefix: str = "",
    newer: bool = False,
    **options: Any,
) -> AsyncIterator[tuple[World, Message]]:
    """A world with the rows of a conversation that *release* left *age* seconds ago, and no bot.

    *prefix*, if given, makes its steps those of a version that nobody knows. If *newer*, each value has a field that
    nobody knows, as if a version to come had stored it.
    """
    history = json.loads((HERE / release / f"{name}.json").read_text())
    for step in history["tables"]["operation_outputs"]:
        if not step["function_name"].startswith("DBOS."):
            step["function_name"] = prefix + step["function_name"]
    if newer:
        for row in (row for rows in history["tables"].values() for row in rows):
            row |= {column: _with_a_new_field(row[column]) for column in row.keys() & set(PARSED)}
    with pytest.MonkeyPatch.context() as monkeypatch:
        async with staged(home, monkeypatch, **options) as world:
            databases.place(world.database)
            _insert(world.database, history, age)
            card = world.slack.world.post(Message(**history["card"]))
            world.cloud.set_status(int(TASK), status)
            yield world, card


@contextlib.asynccontextmanager
async def _upgraded(
    home: Path, release: str, name: str, **options: Any
) -> AsyncIterator[tuple[World, Message]]:
    """The newest bot on such rows."""
    async with _left(home, release, name, **options) as (world, card), world.running():
        yield world, card


def _insert(path: Path, history: dict[str, Any], age: float) -> None:
    tables = _shifted(history["tables"], history["at"], time.time() - age)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for table, rows in tables.items():
            for row in rows:
                if table == "workflow_status":
                    row |= {"executor_id": executor_id()}
                values = [json.dumps(v) if column in PARSED else v for column, v in row.items()]
                marks = ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", values)


def _shifted(value: Any, then: float, now: float) -> Any:
    """Move every time in *value* as if it had been recorded *now*; seconds and milliseconds are told by their size."""
    match value:
        case dict():
            return {key: _shifted(part, then, now) for key, part in value.items()}
        case list():
            return [_shifted(part, then, now) for part in value]
        case int() | float() if abs(value - then) < DAY:
            return value + (now - then)
        case int() if abs(value - then * 1000) < DAY * 1000:
            return value + round((now - then) * 1000)
        case _:
            return value


def _with_a_new_field(value: Any) -> Any:
    match value:
        case {"positionalArgs": given}:
            return {**value, "positionalArgs": _with_a_new_field(given)}
        case dict():
            return {**{key: _with_a_new_field(part) for key, part in value.items()}, "of_tomorrow": "new"}
        case list():
            return [_with_a_new_field(part) for part in value]
        case _:
            return value


async def _one_ending(world: World, card: Message, words: str) -> None:
    await world.told(card, words)
    assert len(world.slack.thread(world.room, card)) == 2
    assert buttons(world.slack.thread(world.room, card)[0]) == []


@each_release
async def test_a_waiting_card_is_confirmed(tmp_path: Path, release: str) -> None:
    """The click comes after the upgrade."""
    async with _upgraded(tmp_path, release, "waiting") as (world, card):
        await world.confirm(card)
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 1


@each_release
async def test_a_waiting_card_is_cancelled(tmp_path: Path, release: str) -> None:
    """The click comes after the upgrade."""
    async with _upgraded(tmp_path, release, "waiting") as (world, card):
        await world.slack.click(world.alice, card, "oms_cancel")
        await _one_ending(world, card, "withdrew the request")


@each_release
async def test_a_waiting_card_expires(tmp_path: Path, release: str) -> None:
    """Nobody clicks."""
    async with _upgraded(tmp_path, release, "waiting", age=3600) as (world, card):
        await _one_ending(world, card, "Nobody answered within")
        assert world.stops() == 0


@each_release
async def test_an_agreement_counts_on(tmp_path: Path, release: str) -> None:
    """Bob agreed before the upgrade, Carol does after it."""
    async with _upgraded(tmp_path, release, "approving", approvals=APPROVALS) as (world, card):
        await world.slack.click("carol", card, "oms_confirm")
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops("alice") == 1


@pytest.mark.parametrize(("name", "clicker"), [("waiting", "alice"), ("approving", "carol")])
async def test_with_keys_what_waits_at_the_upgrade_is_sealed_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, clicker: str
) -> None:
    """What was recorded before there were seals can still be answered; what comes without one later can't."""
    history = json.loads((HERE / "203249c" / f"{name}.json").read_text())
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    rules = APPROVALS if name == "approving" else ""
    async with staged(tmp_path, monkeypatch, approvals=rules) as world:
        path = tmp_path / "oms-bot.sqlite3"
        _schema_before_seals(path)
        history["tables"] = {table: history["tables"][table] for table in ("operations", "approvals")}
        _insert(path, history, 0)
        card = world.slack.world.post(Message(**history["card"]))
        async with world.running():
            await world.slack.click(clicker, card, "oms_confirm")
            await _one_ending(world, card, "OMS confirmed it at")
            assert world.stops() == 1


def _schema_before_seals(path: Path) -> None:
    engine = database.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        command.upgrade(config, "0002")
    engine.dispose()


@each_release
@pytest.mark.parametrize("name", ["calling", "verifying"])
async def test_a_call_that_arrived_is_told_as_paused(tmp_path: Path, release: str, name: str) -> None:
    """OMS got the request before the upgrade: it is not asked again."""
    async with _upgraded(tmp_path, release, name, status=PAUSING) as (world, card):
        world.cloud.set_status(int(TASK), PAUSED)
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 0


@each_release
async def test_a_call_that_may_have_arrived_has_an_honest_ending(tmp_path: Path, release: str) -> None:
    """The task still migrates: either OMS is asked (again) and says so, or the doubt is told."""
    async with _upgraded(tmp_path, release, "calling") as (world, card):
        ending = said(await world.told(card, ""))
        told_as_paused = "OMS confirmed it at" in ending
        assert told_as_paused or "Whether OMS got the request isn't known" in ending
        assert world.stops() == (1 if told_as_paused else 0)
        assert buttons(world.slack.thread(world.room, card)[0]) == []


@each_release
async def test_an_ending_that_was_found_is_told(tmp_path: Path, release: str) -> None:
    """Slack was down before the upgrade."""
    async with _upgraded(tmp_path, release, "telling", status=PAUSED) as (world, card):
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 0


@each_release
async def test_what_is_watched_is_watched_on(tmp_path: Path, release: str) -> None:
    """Before the upgrade "still pausing" was told, which is not told again; the pause is."""
    async with _upgraded(tmp_path, release, "watching", status=PAUSED) as (world, card):
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 0


@having("many")
async def test_a_decision_on_many_goes_on_with_what_is_left(tmp_path: Path, release: str) -> None:
    """Three were paused before the upgrade, one is seen paused after it; each is told once."""
    async with _left(tmp_path, release, "many", status=PAUSED) as (world, card):
        for one in populate(world, 3):
            world.cloud.set_status(one, PAUSED)
        async with world.running():
            await _one_ending(world, card, "Paused 4 migrations")
            assert world.stops() == 0


@having("planned")
async def test_what_was_planned_comes(tmp_path: Path, release: str) -> None:
    """The time of the resume is after the upgrade."""
    async with _upgraded(tmp_path, release, "planned", status=PAUSED, more=MEDIA) as (world, card):
        let_it_be_due(world, "resumes_soon")
        await world.told(card, "Resumes by itself")
        await world.until(lambda: "resumes" in planned(world))
        let_it_be_due(world, "resumes")
        await world.told(card, "as was asked for with the pause")
        assert len(world.cloud.calls_of("start_task")) == 1


async def test_what_an_earlier_upgrade_stranded_is_told(tmp_path: Path) -> None:
    """It ended as an error that nobody was told of: the first start of a better release tells, the next does not."""
    async with _left(tmp_path, "203249c", "stranded", status=PAUSED) as (world, card):
        async with world.running():
            await _one_ending(world, card, "OMS confirmed it at")
        async with world.running():
            await world.type(world.alice, "pause prod-sg")
            await world.whispered(world.alice, "Nothing is migrating")
        assert (len(world.slack.thread(world.room, card)), world.stops()) == (2, 0)


@pytest.mark.parametrize("name", ["calling", "verifying", "telling", "watching"])
async def test_steps_that_nobody_knows_do_not_strand_a_decision(tmp_path: Path, name: str) -> None:
    """Whatever a version calls its steps: the task is read and the ending told, without another call."""
    async with _upgraded(tmp_path, "6abb368", name, status=PAUSED, prefix="another_") as (world, card):
        await world.told(card, "OMS confirmed it at")
        assert buttons(world.slack.thread(world.room, card)[0]) == []
        assert world.stops() == 0


async def test_steps_that_nobody_knows_do_not_strand_a_card(tmp_path: Path) -> None:
    """It can be answered, and expires."""
    answered, expired = tmp_path / "answered", tmp_path / "expired"
    answered.mkdir()
    expired.mkdir()
    async with _upgraded(answered, "203249c", "waiting", prefix="another_") as (world, card):
        await world.confirm(card)
        await _one_ending(world, card, "OMS confirmed it at")
    async with _upgraded(expired, "203249c", "waiting", age=3600, prefix="another_") as (world, card):
        await _one_ending(world, card, "Nobody answered within")


@each_release
@pytest.mark.parametrize(
    ("name", "words"),
    [("paused", "has already confirmed"), ("cancelled", "has already withdrawn"), ("expired", "has expired")],
)
async def test_a_click_after_the_ending_is_told_who_won(
    tmp_path: Path, release: str, name: str, words: str
) -> None:
    """Somebody's client still shows the buttons."""
    async with _upgraded(tmp_path, release, name, status=PAUSED, age=60) as (world, card):
        operation = json.loads((HERE / release / f"{name}.json").read_text())["tables"]["operations"][0]
        card.blocks = [_confirming(operation["id"])]
        await world.confirm(card)
        await world.whispered(world.alice, words)
        assert (len(world.slack.thread(world.room, card)), world.stops()) == (1, 0)


def _confirming(operation_id: str) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Pause"}
    button = {"type": "button", "action_id": "oms_confirm", "text": label, "value": operation_id}
    return {"type": "actions", "block_id": "a", "elements": [button]}
