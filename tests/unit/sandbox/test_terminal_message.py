"""Messages, tasks and verdicts as text for a terminal."""

from __future__ import annotations

import io
import math
from typing import Any

import pytest
from rich.console import Console, RenderableType

from bot.conversation.answers import TaskList
from bot.conversation.values import Wish
from bot.sandbox.huawei.oms_tasks import MIGRATING, PAUSED, Task
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Message
from bot.sandbox.stage.rows import of_task, rows
from bot.sandbox.stage.scene import INCIDENT, TASK
from bot.sandbox.terminal.message import message_view
from bot.sandbox.terminal.oms import rows_view
from bot.sandbox.terminal.performance import judge, verdict_line
from bot.sandbox.terminal.room import Room
from bot.sandbox.terminal.text import mrkdwn_text
from bot.slack import cards, lists
from bot.text.languages import Language
from tests.unit.sandbox import newer_block_examples as examples

ENDING = "OMS confirmed it at <!date^1795564443^{time_secs}|23:54:03 UTC>, 2 s after the click."


def post(room: Room, blocks: list[dict[str, Any]], text: str = "", **more: Any) -> Message:
    """Let the bot post."""
    workspace = room.stage.workspace
    channel, bot = workspace.world.channel(INCIDENT), workspace.bot
    message = Message(channel.id, workspace.world.next_ts(), bot.id, text, blocks, bot_id=bot.bot_id, **more)
    return workspace.world.post(message)


def actions(*labels: str) -> dict[str, Any]:
    """Return a row of buttons."""
    buttons = [
        {"type": "button", "action_id": f"oms_{label.lower()}", "text": {"type": "plain_text", "text": label}}
        for label in labels
    ]
    return {"type": "actions", "elements": buttons}


def drawn(view: RenderableType, width: int = 80, encoding: str = "utf-8") -> str:
    """Return what stands on paper."""
    output = io.TextIOWrapper(io.BytesIO(), encoding)
    Console(file=output, width=width).print(view)
    output.seek(0)
    return "\n".join(line.rstrip() for line in output.read().splitlines())


CARD = [
    {"type": "header", "text": {"type": "plain_text", "text": "Pause media-42?"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*42 %* of `1912` for <@U0BOB>"}},
]


def test_a_card_is_a_panel_with_its_buttons(room: Room) -> None:
    """Title, lines and buttons; no mark of mrkdwn is left, and people have their names."""
    shown = drawn(message_view(post(room, [*CARD, actions("Pause", "Cancel")]), room))
    assert "─ oms-bot ─" in shown
    assert "│ Pause media-42?" in shown
    assert "│ 42 % of 1912 for @bob" in shown
    assert "│ [ Pause ]  [ Cancel ]" in shown


@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(room: Room, width: int) -> None:
    """A card, its thread and the tasks fit, and on a wide terminal they stay readable."""
    card = post(room, [*CARD, actions("Pause", "Cancel")])
    post(room, [], ENDING, thread_ts=card.ts)
    room.width = width
    tasks = rows_view(rows(room.stage.cloud), width)
    for line in (drawn(message_view(card, room), width) + "\n" + drawn(tasks, width)).splitlines():
        assert len(line) <= min(width, 96)


def test_the_bots_own_messages_are_drawn_without_a_complaint(room: Room) -> None:
    """Nothing that the bot sends is unknown here."""
    for message in (
        cards.note(
            "*Not* paused", cards.try_again(Language.EN, Wish(verb="pause", project="demo", targets=(TASK,)))
        ),
        lists.task_list(Language.EN, TaskList(project="demo", tasks=())),
        cards.note("Reading…"),
    ):
        assert "cannot show" not in drawn(message_view(post(room, message.blocks, message.text), room))


def test_what_is_unknown_is_shown_as_unknown(room: Room) -> None:
    """A block that this terminal does not know is said to be there, and a known one of another kind is read."""
    rich_text = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "plainly"}]}],
    }
    shown = drawn(
        message_view(post(room, [*CARD, {"type": "hologram"}, rich_text, {"type": "header"}]), room)
    )
    assert "hologram" in shown
    assert "plainly" in shown
    assert "malformed block: header" in shown


def test_a_name_cannot_command_the_terminal(room: Room) -> None:
    """An escape sequence in a text from outside is shown as a sign, in every place where text can stand."""
    evil = "a\x1b[2J\x9bb\x07\u202e"
    header = {"type": "header", "text": {"type": "plain_text", "text": evil}}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"{evil} `{evil}`"}}
    shown = drawn(message_view(post(room, [header, section, actions(evil)]), room))
    shown += drawn(message_view(post(room, [], evil), room))
    assert not set("\x1b\x9b\x07\u202e") & set(shown)


def test_mrkdwn_is_styled_as_the_web_page_styles_it() -> None:
    """Bold is bold, a harmless link can be followed, and a date is told in the reader's time zone."""
    text = mrkdwn_text("*bold* <https://example.com|here> <!date^0^{time}|never>\n&gt; quoted", Reader())
    assert text.plain == "bold here 00:00\nquoted"
    styles = {text.plain[span.start : span.end]: span.style for span in text.spans}
    assert getattr(styles["bold"], "bold", None)
    assert getattr(styles["here"], "link", None) == "https://example.com"


def test_only_the_last_buttons_have_numbers(room: Room) -> None:
    """And once their message has none any more, no key clicks an older one, which has scrolled away."""
    room.numbered = True
    older = post(room, [*CARD, actions("Pause")])
    newer = post(room, [*CARD, actions("Pause", "Cancel")])
    assert "1 [ Pause ]" not in drawn(message_view(older, room))
    assert "1 [ Pause ]  2 [ Cancel ]" in drawn(message_view(newer, room))
    room.stage.workspace.world.edit(newer, blocks=CARD)
    assert room.numbers() == {}


def test_equal_buttons_in_a_list_are_told_apart(room: Room) -> None:
    """Each has its own number, though all have one action_id."""
    room.numbered = True
    rows = [
        CARD[1] | {"block_id": f"task_{number}", "accessory": actions("Pause")["elements"][0]}
        for number in range(3)
    ]
    shown = drawn(message_view(post(room, rows), room))
    assert [f"{number} [ Pause ]" in shown for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_what_only_one_person_sees_stays_with_them(room: Room) -> None:
    """It says so to alice, and bob does not see it."""
    message = post(room, [], "psst", ephemeral_to=room.user.id)
    assert "only visible to you" in drawn(message_view(message, room))
    room.me = "bob"
    assert not room.sees(message)


def task(share: float, status: int = MIGRATING) -> Task:
    """Return a task that is so far."""
    return Task(
        project_id="p",
        id=1,
        name="t",
        total_size=10**9,
        speed=10**6,
        status=status,
        moved=share * 1e9,
        since=0,
    )


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.001, 0.5, 0.9999, 1.0, 7.0])
def test_a_bar_always_fills_its_place(share: float) -> None:
    """Whatever the figures, also without Unicode."""
    assert len(drawn(rows_view([of_task(task(share))], 80))) == len(
        drawn(rows_view([of_task(task(0.5))], 80))
    )
    assert drawn(rows_view([of_task(task(share))], 80), encoding="ascii").isascii()


def test_a_frozen_bar_says_why() -> None:
    """The status stands there as a word, and nothing moves at 0 MB/s."""
    assert drawn(rows_view([of_task(task(0.5, PAUSED))], 80)).endswith("0 MB/s  paused")
    assert drawn(rows_view([of_task(task(math.pi / 10, 42))], 80)).endswith("status 42")


def paused_and_told(room: Room, told: str = ENDING) -> None:
    """Let the task be paused, and an ending be told in the thread of the card."""
    buttons = actions("Pause")
    buttons["elements"][0]["action_id"] = cards.CONFIRM
    card = post(room, [*CARD, buttons])
    post(room, [], told, thread_ts=card.ts)
    task_id = next(one.id for one in room.stage.cloud.tasks.values() if one.name == TASK)
    room.stage.cloud.set_status(task_id, PAUSED)


def test_the_verdict_needs_both_the_cloud_and_the_thread(room: Room) -> None:
    """A thread that claims what OMS does not show is no success, and neither is a pause that nobody was told of."""
    assert not judge(room.stage, room).paused
    paused_and_told(room)
    assert judge(room.stage, room).paused
    room.stage.put_back()
    verdict = judge(room.stage, room)
    assert not verdict.paused
    assert "status 2; the thread ends with: OMS confirmed it at" in verdict_line(verdict).plain
    paused_and_told(room, "Still pausing.")
    assert not judge(room.stage, room).paused


def test_again_sets_the_scene_as_it_was(room: Room) -> None:
    """What was paused migrates, and the task that took its slot waits again."""
    before = {one.name: one.status for one in room.stage.cloud.tasks.values()}
    paused_and_told(room)
    assert {one.name: one.status for one in room.stage.cloud.tasks.values()} != before
    room.stage.put_back()
    assert {one.name: one.status for one in room.stage.cloud.tasks.values()} == before


def test_a_table_is_a_table_with_numbered_buttons(room: Room) -> None:
    """All of its rows, in columns; a key presses a row's button."""
    room.numbered = True
    rows = [
        [examples.raw("media-42"), examples.NUMBER, examples.button()],
        [examples.raw("logs-7"), examples.NUMBER | {"text": "95 MB/s"}, examples.button("oms_run_2")],
    ]
    paper = drawn(message_view(post(room, [CARD[0], examples.table(*rows)]), room))
    assert "Tasks" in paper
    assert "media-42" in paper
    assert next(line for line in paper.splitlines() if "logs-7" in line).split()[1:4] == [
        "logs-7",
        "95",
        "MB/s",
    ]
    assert "1 [ Pause ]" in paper
    assert "2 [ Pause ]" in paper


def test_a_chart_is_a_row_of_bars(room: Room) -> None:
    """From the first to the last, with the most."""
    paper = drawn(message_view(post(room, [CARD[0], examples.chart(420, 420, 0)]), room))
    assert "Speed" in paper
    assert "██▁" in paper
    assert "up to 420" in paper
    assert "0:00 – 0:02" in paper


def test_a_plan_lists_its_tasks(room: Room) -> None:
    """With a sign for the state of each."""
    paper = drawn(message_view(post(room, [CARD[0], examples.PLAN]), room))
    assert "1 of 2 paused" in paper
    assert "◔media-42" in paper.replace(" ", "")
