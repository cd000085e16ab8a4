"""Whatever a workflow is about to do, or has just done: a process that ends there leaves one ending, and one call.

The points are found by letting each story happen once. `make test` kills at every step on SQLite, and at some commits
on both databases; `make kills` at every one of them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from bot.conversation.decided import verdict_id
from bot.sandbox.huawei.cloud import ON_CALL
from bot.sandbox.huawei.oms_tasks import MIGRATING
from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Message
from tests import databases
from tests.chaos.ledger import Ledger
from tests.chaos.thread import FINAL, Threads, is_open, operation_of
from tests.ports import free_port
from tests.scenario.conftest import CONFIG, PROJECT, MakeWorld, World
from tests.scenario.keys import MEDIA, give_keys, lock
from tests.scenario.kill_points import Killable
from tests.scenario.kill_stories import STORIES, Play
from tests.scenario.test_outcomes_elsewhere import SECRET, Receiver

ALL: Final = bool(os.environ.get("OMS_BOT_KILLS"))
_EVERY_COMMIT: Final = 60
"""Of the commits of a story, before and after each: how many there are from one that is tried to the next."""

_SOON: Final = 1.5
"""Seconds until a card expires, where that is the story."""

_MORE = """
[projects.careful]
id = "{careful}"
region = "ap-southeast-3"
oms_endpoint = "{cloud}"
iam_endpoint = "{cloud}"
approvals = 1

[projects.many]
id = "{many}"
region = "ap-southeast-3"
oms_endpoint = "{cloud}"
iam_endpoint = "{cloud}"

[outcomes.hook]
type = "webhook"
url = "{hook}/hook"
secret = "{secret}"

[limits]
cards_per_minute = 0
"""
CAREFUL, MANY = f"{1:032x}", f"{2:032x}"


@dataclass
class Stage:
    """A world with a bot that can be killed."""

    world: World
    bot: Killable
    threads: Threads
    ledger: Ledger
    engine: sa.Engine
    plays: int = 0

    async def play(self, story: str) -> Play:
        """Let a story happen to a new task."""
        self.plays += 1
        cloud, several = self.world.cloud, story == "many"
        for task in cloud.tasks.values():
            if task.status == MIGRATING:
                cloud.finish_task(task.id)
        project = {"many": MANY, "agree": CAREFUL}.get(story, PROJECT)
        names = [f"media-{self.plays}"] if not several else [f"media-{self.plays} {n}" for n in "ab"]
        tasks = [cloud.add_task(project, name=name, pause_takes=0.05) for name in names]
        play = Play(self.world, self.threads, self.plays, tasks)
        await STORIES[story](play)
        await self.at_rest(play)
        return play

    async def at_rest(self, play: Play) -> None:
        """Wait until the bot has nothing more to do, but for what waits until a card is overdue."""
        query = sa.text(
            "SELECT name, workflow_uuid FROM workflow_status one WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED') "
            "AND NOT EXISTS (SELECT 1 FROM workflow_status WHERE workflow_uuid = one.workflow_uuid || :decision)"
        )

        def under_way() -> list[str]:
            cards = [card for cards in self.threads.cards.values() for card in cards]
            waiting = {operation_of(card) for card in cards if is_open(card)}
            with self.engine.connect() as connection:
                rows = connection.execute(query, {"decision": verdict_id("")}).all()
            return [f"{row.name} {row.workflow_uuid}" for row in rows if row.workflow_uuid not in waiting]

        try:
            await play.until(lambda: not under_way())
        except TimeoutError:
            raise AssertionError(under_way()) from None

    def endings(self, play: Play) -> list[set[str]]:
        """Return what was told of the end of each operation, word for word the same being told once."""
        operations: dict[str, list[Message]] = {}
        for card in play.cards:
            operations.setdefault(operation_of(card), []).append(card)
        return [
            {reply.text for meaning, reply in self.threads.endings(cards) if meaning in FINAL}
            for cards in operations.values()
            if not any(map(is_open, cards))
        ]

    def judge(self, play: Play, most: int) -> None:
        """Hold what is told against what happened: each end is told once, of which there are *most*; called once."""
        for task in play.tasks:
            assert self.ledger.doubled(str(task.id)) == []
        # A kill between Slack's answer and its record may repeat that one post, in the same words.
        assert all(1 <= len(texts) <= most for texts in self.endings(play)), self.endings(play)


@contextlib.asynccontextmanager
async def _stage(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, confirm_within: float
) -> AsyncIterator[Stage]:
    give_keys(monkeypatch)
    receiver = Receiver()
    async with make_world(start=False) as world, serve(receiver.app) as hook:
        ledger = Ledger(world.cloud)
        async with serve(ledger) as cloud:
            more = MEDIA + _MORE.format(careful=CAREFUL, many=MANY, cloud=cloud, hook=hook, secret=SECRET)
            world.config.write_text(
                CONFIG.format(
                    confirm_within=confirm_within,
                    verify_for=1,
                    request_timeout=2,
                    project=PROJECT,
                    cloud=cloud,
                    more=more,
                )
            )
            for project in (CAREFUL, MANY):
                world.cloud.add_project(project, "ap-southeast-3")
                for person in ("alice", "bob"):
                    world.cloud.grant(person, project, *ON_CALL)
            world.cloud.max_running = 1_000
            lock(world.cloud)
            monkeypatch.setenv("DYNO", "web.1")
            port = free_port()
            bot, engine = Killable(port, tmp_path / "bot.log"), databases.looked_into(world.database_url)
            world.extra["engine"] = engine
            try:
                await bot.start()
                world.slack.connect_http(bot.url)
                yield Stage(world, bot, Threads(world.slack.world), ledger, engine)
            finally:
                await bot.stop()
                engine.dispose()


def _chosen(points: list[str], story: str, *, steps: bool) -> list[str]:
    """Return where to kill: everywhere, or before the steps that no story before has, and at a few commits."""
    if ALL:
        return points
    commits = [point for point in points if "commit:" in point][len(story) :: _EVERY_COMMIT]
    if not steps:
        return commits
    if story == "pause":
        return [point for point in points if "step:" in point] + commits
    own = [point for point in points if point.startswith("before step:") and point.endswith("#1")]
    own = [point for point in own if point.split()[2] not in _OF_EVERY_STORY]
    return own + [point for point in points if point == _POSTED] + commits


_OF_EVERY_STORY: Final = ("ask", "act", "publish")
_POSTED: Final = "before commit: update operations, update audit_head, insert audit #1"
"""Slack has taken the card, and where it stands is not recorded: it may be answered before it is posted anew."""


@pytest.mark.parametrize("story", STORIES)
async def test_killed_anywhere(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, story: str
) -> None:
    """All goes on after the restart, is told once, and OMS is called at most once without a reading between."""
    within = _SOON if story == "expired" else 600
    async with _stage(make_world, monkeypatch, tmp_path, within) as stage:
        reached = []
        for _ in range(2):  # what comes but once, as a login does, is no point of the story
            await stage.bot.begin()
            play = await stage.play(story)
            reached.append(await stage.bot.reached())
        most = max((len(texts) for texts in stage.endings(play)), default=0)
        points = [point for point in reached[0] if point in reached[1]]
        chosen = _chosen(points, story, steps=stage.engine.dialect.name == "sqlite")
        for point in chosen:
            await stage.bot.begin(point)
            try:
                stage.judge(await stage.play(story), most)
            except (AssertionError, TimeoutError) as error:
                raise AssertionError(f"killed {point}") from error
        # What goes on beside something else may come in another order, and a point then not at all.
        assert stage.bot.deaths >= 0.8 * len(chosen) - 1
