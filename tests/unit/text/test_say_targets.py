"""What is said of task groups and sync tasks where it is not the same as of tasks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation import outcomes
from bot.conversation.answers import Driven
from bot.conversation.snapshots import Kind, Snapshot, Standing
from bot.conversation.values import Wish
from bot.gallery.examples import DENIED, MIGRATING, NOW, PAUSED, card
from bot.huawei.oms.models import TaskStatus
from bot.slack import cards
from bot.text import say_cards, say_costs, say_endings, say_targets
from bot.text.languages import Language

EN, ZH = Language.EN, Language.ZH
GROUP = replace(
    MIGRATING,
    kind=Kind.GROUP,
    task_id="group:1f2e",
    name="night copy",
    children=5,
    children_migrating=3,
    children_waiting=2,
)
SYNC = replace(MIGRATING, kind=Kind.SYNC, task_id="sync:0a1b", name="live copy", progress=None, speed=None)


def ended(outcome: outcomes.OfOne, task: Snapshot = GROUP) -> str:
    """Return what is said, in English."""
    return cards.ended(EN, card(task=task), outcome, at=NOW, confirm_within=600).text


@pytest.mark.parametrize(
    ("task", "english", "chinese"),
    [
        (GROUP, "Pause task group night copy?", "暂停 任务组 night copy？"),
        (SYNC, "Pause sync task live copy?", "暂停 同步任务 live copy？"),
    ],
)
def test_a_card_says_what_kind_it_is_about(task: Snapshot, english: str, chinese: str) -> None:
    """In its title."""
    assert say_cards.title_asked(EN, card(task=task)) == english
    assert say_cards.title_asked(ZH, card(task=task)) == chinese


def test_a_name_that_is_cut_keeps_its_kind() -> None:
    """The beginning and the end of a name tell it apart."""
    long = say_cards.title_asked(EN, card(task=replace(GROUP, name="nightly copy of everything 12")))
    assert long == "Pause task group …rything 12?"


def test_pausing_a_group_costs_its_tasks() -> None:
    """How many, if OMS says so."""
    assert say_costs.cost(EN, card(task=GROUP)) == "⚠️ Its tasks pause too: 3 migrating, 2 waiting"
    unknown = replace(GROUP, children_waiting=None)
    assert say_costs.cost(EN, card(task=unknown)) == "⚠️ All of its tasks pause too"
    assert "3 are migrating, 2 are waiting" in say_costs.costs(EN, GROUP, verb="pause")[0]
    assert say_costs.costs(EN, unknown, verb="pause") == say_costs.costs(EN, MIGRATING, verb="pause")


def test_retrieved_archives_are_dearer_than_a_groups_tasks() -> None:
    """There is room for one."""
    assert "archives" in say_costs.cost(EN, card(task=replace(GROUP, restores_archives=True)))


def test_a_sync_task_has_no_end_and_no_figures() -> None:
    """Which is said while it synchronizes."""
    assert say_cards.stake(EN, SYNC) == "copies changes as they happen"
    assert say_cards.stake(EN, replace(SYNC, status=TaskStatus.PAUSED)) == ""
    assert say_costs.cost(EN, card(task=SYNC)) == "⚠️ Changes may be lost: stop its trigger first"
    assert "event trigger" in say_costs.costs(EN, SYNC, verb="pause")[0]


def test_an_ending_says_what_kind_it_is_about() -> None:
    """And what follows for that kind."""
    paused = replace(GROUP, status=TaskStatus.PAUSED)
    assert "Paused task group night copy" in ended(outcomes.Done(task=paused, seen_at=NOW, seconds=5))
    finished = replace(GROUP, status=TaskStatus.SUCCEEDED)
    assert "but the task group finished before" in ended(outcomes.EndedInstead(task=finished, seen_at=NOW))
    stopped = outcomes.Done(task=replace(PAUSED, kind=Kind.SYNC), seen_at=NOW, seconds=5)
    assert "changes at the source are not copied" in ended(stopped, SYNC)


@pytest.mark.parametrize(
    ("status", "word"), [(TaskStatus.DELETING, "being deleted"), (TaskStatus.DELETED, "deleted")]
)
def test_a_group_that_is_deleted_meanwhile_is_not_paused(status: TaskStatus, word: str) -> None:
    """And is shown as it is."""
    said = ended(outcomes.EndedInstead(task=replace(GROUP, status=status), seen_at=NOW))
    assert said == f"Not paused task group night copy\nOMS now shows it as {word}."


@pytest.mark.parametrize(
    ("task", "permission"),
    [(MIGRATING, "oms:task:update"), (GROUP, "oms:taskgroup:update"), (SYNC, "oms:synctask:update")],
)
def test_each_kind_has_its_own_permission(task: Snapshot, permission: str) -> None:
    """As IAM calls it."""
    failed = outcomes.Failed(fault=DENIED, task=task, standing=Standing.READY)
    assert permission in ended(failed, task)


def test_where_there_is_no_card_what_was_typed_is_told_by_its_kind() -> None:
    """Until it is read, that is all that is known."""
    wish = Wish(verb="pause", project="prod-sg", targets=("group:night copy",))
    about = say_endings.About.wish(EN, wish, "IAM user alice")
    already = outcomes.AlreadyDone(task=replace(GROUP, status=TaskStatus.PAUSED, name="other"))
    assert "Already paused task group other" in say_endings.ending(EN, already, about).text
    assert about.name == "task group night copy"


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        ("task group", "media-872 is one of the tasks of a task group, which decides"),
        ("sync task", "OMS doesn't say which it is: `/oms list prod-sg` shows them."),
    ],
)
def test_a_driven_task_is_told_by_its_driver(driver: str, said: str) -> None:
    """And what to ask about instead."""
    task = replace(MIGRATING, group=driver, driver_id="1f2e")
    answer = Driven(wish=Wish(verb="pause", project="prod-sg", targets=("17",), anyway=True), task=task)
    assert said in say_targets.driven(EN, answer, "`/oms list prod-sg`")
    instead = answer.instead
    assert (instead and (instead.targets, instead.anyway)) == (
        (("group:1f2e",), False) if driver == "task group" else None
    )
