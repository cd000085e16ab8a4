"""Lists of tasks: a table where Slack takes one, else ten at a time; a button for what could be done to each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.conversation.answers import TaskList
from bot.conversation.snapshots import Freeze, Kind, Snapshot
from bot.gallery.examples import MIGRATING, NOW, PAUSED, TB
from bot.sandbox.slack.blocks import check_blocks
from bot.slack.cards import Message
from bot.slack.lists import task_list
from bot.text.languages import Language
from bot.verbs.listing import MOST_LISTED, STATES
from tests.unit.examples import HOSTILE, texts

LONG = "an-extremely-long-name-" * 40
GROUP_ID = "0b3c1d2e-0000-4000-8000-000000000001"
GROUP = replace(MIGRATING, kind=Kind.GROUP, task_id=f"group:{GROUP_ID}", name="nightly")
CHILD = replace(MIGRATING, task_id="7", name="nightly-7", group="task group", driver_id=GROUP_ID)


def migrating(number: int, **more: Any) -> TaskList:
    """Return a list of so many tasks, of a project where they are all there is."""
    tasks = tuple(replace(MIGRATING, task_id=str(n), bytes_total=TB) for n in range(number))
    return TaskList(project="prod-sg", tasks=tasks, **more)


def listed(*tasks: Snapshot, offers: tuple[str, ...] = (), **more: Any) -> TaskList:
    """Return the list of *tasks*, which are all there is."""
    offered = offers or ("",) * len(tasks)
    return TaskList(project="prod-sg", tasks=tasks, total=len(tasks), offers=offered, **more)


def table(message: Message) -> list[list[dict[str, Any]]]:
    """Return the rows of the message's table, the first with the headings."""
    [found] = [block for block in message.blocks if block["type"] == "data_table"]
    rows: list[list[dict[str, Any]]] = found["rows"]
    return rows


def shown(message: Message) -> list[list[str]]:
    """Return what stands in the cells; of a button, its label."""
    return [
        [cell["element"]["text"]["text"] if "element" in cell else cell["text"] for cell in row]
        for row in table(message)[1:]
    ]


def buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the buttons outside of a table."""
    parts = [part for block in blocks for part in (*block.get("elements", []), block.get("accessory"))]
    return [part for part in parts if part and part["type"] == "button"]


WORST = replace(
    MIGRATING, name=LONG, source="&" * 300, destination="&" * 300, restores_archives=True, group="task group"
)
MESSAGES = {
    "empty": task_list(Language.EN, TaskList(project="prod-sg", tasks=(), total=0, speed=0)),
    "a few": task_list(
        Language.EN, listed(MIGRATING, PAUSED, GROUP, CHILD, offers=("pause", "", "pause", ""))
    ),
    "long": task_list(
        Language.EN,
        TaskList(
            project="p" * 63,
            tasks=tuple(replace(WORST, task_id=str(n)) for n in range(MOST_LISTED)),
            total=1_000,
            speed=10**15,
            freeze=Freeze(team_id="T1", user_id="U0BOB", at=NOW, reason="&" * 255),
        ),
    ),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slack_takes_both_forms_of_every_list(message: Message) -> None:
    """By the sandbox's judgement of the documented limits, and by Slack's own Python models where they know a block."""
    for blocks in (message.blocks, message.plain):
        check_blocks(blocks)
        for block in blocks:
            if block["type"] != "data_table":
                model = Block.parse(block)
                assert model is not None
                model.validate_json()
    assert message.text


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slack_makes_no_links_of_names_in_a_list(message: Message) -> None:
    """Every mrkdwn object is verbatim, and plain text shows no emoji."""
    for kind, part in texts([*message.blocks, *message.plain]):
        assert part["verbatim"] is True if kind == "mrkdwn" else part["emoji"] is False


def test_a_table_says_of_each_task_what_decides() -> None:
    """Name, what could be done, id, status, progress, speed, time left."""
    message = task_list(Language.EN, listed(MIGRATING, PAUSED, offers=("pause", "")))
    assert [cell["text"] for cell in table(message)[0]] == [
        "Name", "Action", "Id", "Status", "Progress", "Speed", "Time left"
    ]  # fmt: skip
    assert shown(message) == [
        ["media-872", "Pause", MIGRATING.task_id, "migrating", "52.2 %", "420 MB/s", "38 min"],
        ["media-872", "–", PAUSED.task_id, "paused", "52.4 %", "–", "–"],
    ]


def test_a_table_is_sorted_by_numbers_and_can_be_heard() -> None:
    """Slack sorts a column by number only if all its cells are numbers; a caption and a row's name are read out."""
    message = task_list(Language.EN, listed(MIGRATING, PAUSED, offers=("pause", "")))
    [found] = [block for block in message.blocks if block["type"] == "data_table"]
    assert {cell["type"] for row in found["rows"][1:] for cell in row[4:]} == {"raw_number"}
    assert [row[5]["value"] for row in found["rows"][1:]] == [420_000_000, -1]
    assert found["caption"].startswith("2 tasks are migrating in prod-sg.")
    assert (found["page_size"], found["row_header_column_index"]) == (10, 0)


def test_the_button_of_a_row_asks_for_that_very_task() -> None:
    """By id, so that equal names can't be mistaken; each under an action_id of its own, as Slack wants it."""
    message = task_list(Language.EN, listed(MIGRATING, GROUP, offers=("pause", "pause")))
    asking = [row[1]["element"] for row in table(message)[1:]]
    assert [one["value"] for one in asking] == [
        f"pause prod-sg {MIGRATING.task_id}",
        f"pause prod-sg group:{GROUP_ID}",
    ]
    assert [one["action_id"] for one in asking] == ["oms_run", "oms_run_2"]
    assert asking[0]["accessibility_label"] == "Pause the migration media-872 in prod-sg"


def test_a_table_holds_as_many_as_slack_takes_characters_for_and_has_a_button_for_more() -> None:
    """10,000 in all cells of a message; what follows is a click away."""
    long_ids = tuple(replace(MIGRATING, task_id=str(10**14 + n)) for n in range(200))
    message = task_list(Language.EN, TaskList(project="prod-sg", tasks=long_ids, total=200, speed=1))
    rows = len(table(message)) - 1
    assert 100 < rows < 200
    [more] = buttons(message.blocks)
    assert (more["text"]["text"], more["value"]) == ("More", f"list prod-sg {rows + 1}")
    assert f"The {rows} fastest:" in message.blocks[0]["text"]["text"]


def test_a_list_has_a_button_for_each_task_and_one_for_more() -> None:
    """Where Slack takes no table. Each tells a screen reader which task it is."""
    message = task_list(Language.EN, migrating(10, total=54, speed=1_200_000_000))
    *asking, more = buttons(message.plain)
    assert [button["value"] for button in asking] == [f"pause prod-sg {n}" for n in range(10)]
    assert {button["accessibility_label"] for button in asking} == {
        "Pause the migration media-872 in prod-sg"
    }
    assert (more["text"]["text"], more["value"]) == ("More", "list prod-sg 11")
    head, *lines = message.text.splitlines()
    assert head == "54 tasks are migrating in prod-sg. Together they do 1.20 GB/s. The 10 fastest:"
    assert len(lines) == 10
    assert lines[0].startswith("media-872 · 0 · 52.2 % · 420 MB/s")


def test_the_end_of_a_list_has_no_more() -> None:
    """Its head says which part it is."""
    message = task_list(Language.EN, migrating(4, first=51, total=54, speed=1_200_000_000))
    assert len(buttons(message.plain)) == 4
    assert "Numbers 51 to 54:" in message.text


def test_a_list_that_a_release_stored_whole_is_shown_as_far_as_it_goes() -> None:
    """It has no total of its own, and no state: all of it migrates."""
    message = task_list(Language.EN, migrating(12))
    assert len(buttons(message.plain)) == 10
    assert message.text.startswith("12 tasks are migrating in prod-sg. The 10 fastest:")
    assert [row[1] for row in shown(message)] == ["Pause"] * 12


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", STATES)
def test_a_list_of_each_state_says_what_it_is_of(language: Language, state: str) -> None:
    """Also if there is nothing; *More* goes on with the same."""
    empty = task_list(language, TaskList(project="prod-sg", tasks=(), total=0, state=state))
    assert "prod-sg" in empty.text
    assert empty.plain == []
    some = task_list(language, replace(migrating(10, total=11), state=state))
    following = "list prod-sg 11" if state == "migrating" else f"list prod-sg {state} 11"
    assert buttons(some.plain)[-1]["value"] == following
    assert some.text != empty.text


def test_what_a_group_drives_stands_below_it_and_groups_are_called_so() -> None:
    """In both forms; the driven one is marked."""
    message = task_list(Language.EN, listed(GROUP, CHILD, offers=("pause", ""), groups=1))
    assert [row[0] for row in shown(message)] == ["nightly (task group)", "↳ nightly-7"]
    assert "*nightly* (task group) · " in message.plain[1]["text"]["text"]
    assert "↳ *nightly-7* · " in message.plain[2]["text"]["text"]
    assert "1 of them is a task group." in message.text


def test_a_frozen_project_is_called_so_first() -> None:
    """By whom, since when, and why."""
    freeze = Freeze(team_id="T1", user_id="U0BOB", at=NOW, reason="line is full")
    message = task_list(Language.EN, listed(MIGRATING, offers=("pause",), freeze=freeze))
    for blocks in (message.blocks, message.plain):
        said = blocks[0]["text"]["text"]
        assert "<@U0BOB>" in said
        assert "line is full" in said


def test_hostile_names_stay_names_in_a_table() -> None:
    """On one line, and nothing that anybody would be called by."""
    message = task_list(Language.EN, listed(replace(MIGRATING, name=HOSTILE), offers=("pause",)))
    [[name, *_]] = shown(message)
    assert "\n" not in name
    assert len(name) < 60
    assert "<!channel>" not in message.text
