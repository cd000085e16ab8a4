"""Find what there is: the list of a state, as a table or plain, and all about one task; an act is a click away."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.huawei.cloud import Fault, error_body
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PROJECT, TASK, TB, World, buttons, said

GROUP = "0b3c1d2e-0000-4000-8000-000000000001"
WAITING, PAUSED, FAILED, FINISHED = 1, 3, 4, 5


def table(message: Message) -> list[list[dict[str, Any]]]:
    """Return the rows of a message's table, without the headings."""
    [found] = [block for block in message.blocks or () if block["type"] == "data_table"]
    rows: list[list[dict[str, Any]]] = found["rows"]
    return rows[1:]


def cells(message: Message) -> list[list[str]]:
    """Return what stands in them; of a button, its label."""
    return [
        [cell["element"]["text"]["text"] if "element" in cell else cell["text"] for cell in row]
        for row in table(message)
    ]


def add(world: World, task_id: int, name: str, status: int = 2, **more: Any) -> None:
    """Add a task in a status."""
    world.cloud.add_task(PROJECT, task_id=task_id, name=name, total_size=2 * TB, **more)
    if status != 2:
        world.cloud.set_status(task_id, status)


async def listed(world: World, text: str, words: str) -> Message:
    """Return what alice is told to a command, if it has *words* in it."""
    await world.type(world.alice, text)
    return await world.whispered(world.alice, words)


async def test_a_list_is_a_table_with_the_fastest_first(world: World) -> None:
    """Each row with its button, which asks by id."""
    add(world, 11, "slow-1", speed=1_000_000)
    add(world, 12, "fast-1", speed=900_000_000)
    add(world, 13, "over", FINISHED)
    shown = await listed(world, "list prod-sg", "3 tasks are migrating in prod-sg.")
    assert [row[0] for row in cells(shown)] == ["fast-1", "media-872", "slow-1"]
    assert {row[1] for row in cells(shown)} == {"Pause"}
    assert "Together they do 1.32 GB/s." in said(shown)
    await world.slack.click(world.alice, shown, "oms_run_2")
    [card] = await world.slack.wait_for(world.cards, 10)
    assert "Pause media-872?" in said(card)


async def test_where_slack_takes_no_table_the_list_is_plain_and_goes_on_with_more(world: World) -> None:
    """Ten at a time; it is counted, and the second time the table is not even tried."""
    world.slack.world.unknown_blocks = {"data_table"}
    for number in range(14):
        add(world, 100 + number, f"night-{number}", speed=1_000_000 * (number + 1))
    first = await listed(world, "list prod-sg", "15 tasks are migrating in prod-sg.")
    assert buttons(first) == ["Pause"] * 10 + ["More"]
    assert "The 10 fastest:" in said(first)
    await world.slack.click(world.alice, first, "oms_run", value="list prod-sg 11")
    second = await world.whispered(world.alice, "Numbers 11 to 15:")
    assert buttons(second) == ["Pause"] * 5
    counted = b'oms_bot_plain_messages_total{block="data_table"} 2.0'
    await world.until(lambda: counted in world.bot.metrics.render())


async def test_two_hundred_tasks_are_listed(world: World) -> None:
    """As many as fit into one table, and the rest behind *More*; no list is too long for Slack."""
    for number in range(199):
        add(world, 100_000_000_000_000 + number, f"night-{number}", speed=1_000_000)
    shown = await listed(world, "list prod-sg", "200 tasks are migrating in prod-sg.")
    rows = len(cells(shown))
    assert 100 < rows < 200
    await world.slack.click(world.alice, shown, "oms_run", value=f"list prod-sg {rows + 1}")
    rest = await world.whispered(world.alice, f"Numbers {rows + 1} to 200:")
    names = [row[0] for row in (*cells(shown), *cells(rest))]
    assert len(set(names)) == len(names) == 200


@pytest.mark.parametrize(
    ("typed", "head", "names"),
    [
        ("list prod-sg paused", "1 task is paused in prod-sg.", ["held"]),
        ("list prod-sg waiting", "1 task is waiting for a slot in prod-sg.", ["queued"]),
        ("list prod-sg failures", "1 task has failed in prod-sg.", ["broken"]),
        (
            "list prod-sg all",
            "There are 5 tasks in prod-sg.",
            ["media-872", "queued", "held", "broken", "over"],
        ),
        ("pause prod-sg", "1 task is migrating in prod-sg.", ["media-872"]),
    ],
)
async def test_each_state_has_a_list(world: World, typed: str, head: str, names: list[str]) -> None:
    """What migrates comes first, what is over last; and nothing can be paused that does not migrate."""
    world.cloud.max_running = 1
    add(world, 11, "held", PAUSED)
    add(world, 12, "queued", WAITING)
    add(world, 13, "broken", FAILED)
    add(world, 14, "over", FINISHED)
    shown = await listed(world, typed, head)
    assert [row[0] for row in cells(shown)] == names
    assert all((row[1] == "Pause") is (row[3] == "migrating") for row in cells(shown))


async def test_nothing_in_a_state_is_said_so(world: World) -> None:
    """Without a table, which would be empty."""
    shown = await listed(world, "list prod-sg failed", "Nothing has failed in prod-sg.")
    assert [block["type"] for block in shown.blocks or ()] == ["section"]


async def test_groups_and_synchronisation_tasks_are_listed_beside_the_tasks(world: World) -> None:
    """What a group drives stands below it, and only the group can be paused from there."""
    world.cloud.add_group(
        PROJECT,
        group_id=GROUP,
        description="nightly",
        children=[{"task_id": 21, "name": "nightly-1", "speed": 900_000_000}],
    )
    shown = await listed(world, "list prod-sg", "3 tasks are migrating in prod-sg.")
    assert [(row[0], row[2], row[1]) for row in cells(shown)] == [
        ("nightly (task group)", f"group:{GROUP}", "Pause"),
        ("↳ nightly-1", "21", "–"),
        ("media-872", TASK, "Pause"),
    ]
    assert "1 of them is a task group." in said(shown)
    assert "Together they do 1.32 GB/s." in said(shown)


async def test_the_status_of_a_task_tells_what_decides(world: World) -> None:
    """Its figures, where it is, what waits; and what could be done next, which asks."""
    world.cloud.max_running = 1
    add(world, 12, "queued", WAITING)
    shown = await listed(world, "status prod-sg media-872", "media-872")
    text = said(shown)
    for words in ("migrating", "50.0 %", "420 MB/s", "left", "1.00 of 2.00 TB", f"`{TASK}`", "1 task waits"):
        assert words in text, words
    assert buttons(shown) == ["Pause", "Watch", "History"]
    assert shown.ephemeral_to == world.alice.id
    await world.slack.click(world.alice, shown, "oms_run")
    [card] = await world.slack.wait_for(world.cards, 10)
    assert "Pause media-872?" in said(card)


async def test_the_status_of_a_failed_task_has_its_cause_and_offers_no_pause(world: World) -> None:
    """In Huawei Cloud's words, with its code; inert."""
    world.cloud.fail_task(int(TASK), "TRF.0012", "Source <!channel> denied access.")
    shown = await listed(world, f"status prod-sg {TASK}", "failed")
    assert "Source <!channel> denied access. (TRF.0012)" in said(shown)
    assert "&lt;!channel&gt;" in str(shown.blocks)
    assert "Pause" not in buttons(shown)


async def test_the_status_says_who_paused_it_here(world: World) -> None:
    """By name and time: somebody may still be around to ask."""
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    shown = await listed(world, f"status prod-sg {TASK}", "Last done here: Pause by <@U0ALICE>")
    assert "paused" in said(shown)
    assert "Pause" not in buttons(shown)


async def test_the_status_of_a_group_counts_its_tasks(world: World) -> None:
    """And a task that it drives names its driver."""
    world.cloud.add_group(
        PROJECT,
        group_id=GROUP,
        description="nightly",
        children=[{"task_id": 21, "name": "nightly-1"}, {"task_id": 22, "name": "nightly-2"}],
    )
    group = await listed(world, f"status prod-sg group:{GROUP}", "nightly")
    assert "Its tasks: 2 migrating" in said(group)
    child = await listed(world, "status prod-sg 21", "nightly-1")
    assert f"A task group drives it: `group:{GROUP}`" in said(child)


async def test_the_status_of_a_watched_task_has_its_speed_as_a_chart(world: World) -> None:
    """As a line of text where Slack takes no chart."""
    await world.type(world.alice, f"watch prod-sg {TASK}")
    await world.slack.wait_for(lambda: world.slack.messages(world.room), 10)
    shown = None
    for _ in range(50):
        shown = await listed(world, f"status prod-sg {TASK}", "media-872")
        if any(block["type"] == "data_visualization" for block in shown.blocks or ()):
            break
    assert shown is not None
    assert [block["type"] for block in shown.blocks or ()] == [
        "section", "data_visualization", "context", "actions", "actions"
    ]  # fmt: skip
    assert buttons(shown) == ["Pause", "History"]
    world.slack.world.unknown_blocks = {"data_visualization"}
    before = len(world.slack.ephemerals(world.alice))
    await world.type(world.alice, f"status prod-sg {TASK}")
    [plain] = await world.slack.wait_for(lambda: world.slack.ephemerals(world.alice)[before:], 10)
    assert [block["type"] for block in plain.blocks or ()] == [
        "section",
        "section",
        "context",
        "actions",
        "actions",
    ]


async def test_of_tasks_with_one_name_each_has_a_button_and_what_sets_it_apart(world: World) -> None:
    """Its id, status and speed; never a guess."""
    add(world, 77, "media-872", PAUSED)
    add(world, 78, "media-872", speed=900_000_000)
    shown = await listed(world, "pause prod-sg media-872 night peak", "Which one?")
    assert buttons(shown) == ["Pause"] * 3
    text = said(shown)
    for words in ("`77`", "paused", "`78`", "900 MB/s", f"`{TASK}`", "420 MB/s"):
        assert words in text, words
    await world.slack.click(world.alice, shown, "oms_run", value="pause prod-sg 78 night peak")
    [card] = await world.slack.wait_for(world.cards, 10)
    assert "900 MB/s" in said(card)
    assert "“night peak”" in said(card)


async def test_of_tasks_with_one_name_the_status_of_each_is_a_click_away(world: World) -> None:
    """As for any other verb."""
    add(world, 77, "media-872", PAUSED)
    shown = await listed(world, "status prod-sg media-872", "Which one?")
    assert buttons(shown) == ["/oms status"] * 2
    await world.slack.click(world.alice, shown, "oms_run", value="status prod-sg 77")
    await world.whispered(world.alice, "id `77`")


async def test_what_can_not_be_listed_is_said(world: World) -> None:
    """With the cause and what to do, as for any other reading."""
    body = error_body("oms", "OMS.0072", "No permission.")
    world.cloud.faults.add(Fault(kind="status", operation="list_tasks", status=400, body=body, times=None))
    shown = await listed(world, "list prod-sg paused", "I can't list the tasks.")
    assert "oms:task:list" in said(shown)
