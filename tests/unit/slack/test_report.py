"""What is told of one task: what decides first, in words, with what could be done next; nothing that is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.conversation import answers
from bot.conversation.answers import Last, TaskReport
from bot.conversation.snapshots import Freeze, Kind, Snapshot
from bot.conversation.watched import Sample
from bot.gallery.examples import BARE, FAILED, MIGRATING, NOW, PAUSED, TASK_ID
from bot.sandbox.slack.blocks import check_blocks
from bot.slack.cards import Message
from bot.slack.report import report
from bot.text.languages import Language
from tests.unit.examples import HOSTILE, snapshots

GROUP_ID = "0b3c1d2e-0000-4000-8000-000000000001"
FULL = replace(
    MIGRATING,
    objects_total=20_000,
    objects_done=12_000,
    objects_failed=3,
    objects_skipped=12,
    started_at=NOW - 3_600,
    bandwidth=("00:00-24:00 20971520", "09:00-18:00 5000000"),
    restores_archives=True,
    waiting_tasks=2,
)
GROUP = replace(
    FULL,
    kind=Kind.GROUP,
    task_id=f"group:{GROUP_ID}",
    children=8,
    children_migrating=3,
    children_waiting=4,
    children_failed=1,
)
FREEZE = Freeze(team_id="T1", user_id="U0BOB", at=NOW, reason="line is full")
SAMPLES = tuple(Sample(at=NOW + n, speed=420_000_000 - n * 10**6, status=2) for n in range(20))


def told(task: Snapshot, **more: Any) -> TaskReport:
    """Return a report on *task*."""
    return replace(TaskReport(project="prod-sg", region="ap-southeast-3", task=task), **more)


FULLY = told(
    FULL,
    offers=("pause", "resume"),
    also=("watch", "history"),
    freeze=FREEZE,
    last=Last(verb="pause", user_id="U0BOB", at=NOW),
    samples=SAMPLES,
    throttles=True,
)
REPORTS = {
    "full": FULLY,
    "bare": told(BARE),
    "failed": told(replace(FAILED, error_message="Access denied.")),
    "group": told(GROUP),
    "child": told(replace(MIGRATING, group="task group", driver_id=GROUP_ID)),
    "of a sync task": told(replace(MIGRATING, group="sync task")),
    "sync task": told(
        Snapshot(task_id=f"sync:{GROUP_ID}", kind=Kind.SYNC, name="s", status=2, read_at=NOW, source="AWS a")
    ),
    "hostile": told(
        replace(FULL, name=HOSTILE, source=HOSTILE, error_code=HOSTILE, error_message=HOSTILE * 9),
        offers=("pause",),
    ),
}


def lines(message: Message) -> list[str]:
    """Return what stands on it, line by line."""
    texts = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    small = [block["elements"][0]["text"] for block in message.blocks if block["type"] == "context"]
    return [line for text in (*texts, *small) for line in text.split("\n")]


def buttons(message: Message) -> list[tuple[str, str]]:
    """Return the labels of its buttons, and what each stands for."""
    return [
        (element["text"]["text"], element["value"])
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("found", REPORTS.values(), ids=REPORTS)
def test_slack_takes_every_report(language: Language, found: TaskReport) -> None:
    """In both forms, by the sandbox's judgement and by Slack's own Python models where they know a block."""
    message = report(language, found)
    for blocks in (message.blocks, message.plain):
        check_blocks(blocks)
        for block in blocks:
            if block["type"] != "data_visualization":
                model = Block.parse(block)
                assert model is not None
                model.validate_json()
    assert "<!channel>" not in message.text


@pytest.mark.parametrize("found", REPORTS.values(), ids=REPORTS)
def test_a_report_fits_on_a_phones_screen(found: TaskReport) -> None:
    """At most twelve lines."""
    assert len(lines(report(Language.EN, found))) <= 12


@pytest.mark.parametrize("found", REPORTS.values(), ids=REPORTS)
def test_a_report_is_stored_and_read_back(found: TaskReport) -> None:
    """As every answer; a surrogate's half aside, which no model of OMS's answers lets through."""
    assert answers.load(answers.dump(found)) == found


def test_a_report_tells_what_decides_first() -> None:
    """How it stands, how far it is, what went wrong, that it is frozen; then where it is, what limits it, who acted."""
    said = lines(report(Language.EN, FULLY))
    assert said[:3] == [
        "*media-872* · migrating",
        "▰▰▰▱▱▱ *52.2 %* · 420 MB/s · 38 min left",
        "1.04 of 2.00 TB · 12,000 of 20,000 objects · ⚠️ 3 objects failed · 12 skipped",
    ]
    assert said[3] == "❄️ *Frozen:* prod-sg"
    small = "\n".join(said[5:])
    for words in (
        "AWS media-src → media-dst",
        f"id `{TASK_ID}`",
        "Limited to 21.0 MB/s, 5.00 MB/s 09:00–18:00",
        "It retrieves archived objects",
        "2 tasks wait for a slot",
        "Last done here: Pause by <@U0BOB>",
    ):
        assert words in small, words


def test_a_report_offers_what_would_be_asked_about() -> None:
    """Each button stands for what one would type."""
    assert buttons(report(Language.EN, FULLY)) == [
        ("Pause", f"pause prod-sg {TASK_ID}"),
        ("Resume", f"resume prod-sg {TASK_ID}"),
        ("Watch", f"watch prod-sg {TASK_ID}"),
        ("History", f"history prod-sg {TASK_ID}"),
    ]
    assert buttons(report(Language.EN, told(PAUSED))) == []


def test_a_report_says_how_to_slow_a_task_down() -> None:
    """By a command: a button would not know how far."""
    said = lines(report(Language.EN, told(MIGRATING, throttles=True)))
    assert f"To slow it down: `/oms throttle prod-sg {TASK_ID} 20`" in said
    assert "To slow it down" not in "\n".join(lines(report(Language.EN, told(MIGRATING))))


def test_a_failure_is_told_with_its_cause_and_code() -> None:
    """In Huawei Cloud's words, or with the code alone."""
    with_words = told(replace(FAILED, error_message="Access denied."))
    assert "❌ Huawei Cloud says: Access denied. (TRF.0012)" in lines(report(Language.EN, with_words))
    assert "❌ Huawei Cloud says: TRF.0012" in lines(report(Language.EN, told(FAILED)))


def test_a_group_counts_its_tasks_and_a_task_names_its_driver() -> None:
    """By the id that can be typed, where OMS tells it."""
    assert "Its tasks: 3 migrating, 4 waiting, 1 failed" in lines(report(Language.EN, told(GROUP)))
    child = told(replace(MIGRATING, group="task group", driver_id=GROUP_ID))
    assert f"A task group drives it: `group:{GROUP_ID}`" in lines(report(Language.EN, child))
    other = told(replace(MIGRATING, group="sync task"))
    assert "A sync task drives it" in lines(report(Language.EN, other))


def test_the_speed_of_the_last_minutes_is_a_chart() -> None:
    """Where Slack takes none, a line of text."""
    message = report(Language.EN, FULLY)
    assert [block["type"] for block in message.blocks[:3]] == ["section", "data_visualization", "context"]
    assert [block["type"] for block in message.plain[:3]] == ["section", "section", "context"]
    assert message.plain[2:] == message.blocks[2:]
    assert report(Language.EN, told(FULL)).plain == []


@given(snapshots, st.sampled_from(Language))
def test_whatever_is_known_of_a_task_slack_takes_it(task: Snapshot, language: Language) -> None:
    """Names, figures and codes of any shape."""
    message = report(language, told(task, offers=("pause",)))
    check_blocks(message.blocks)
    assert message.text
