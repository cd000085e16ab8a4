"""Cards: short enough for a phone, inert, without buttons that do nothing, and such as Slack takes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.conversation.outcomes import Outcome, Snapshot
from bot.conversation.values import Wish
from bot.sandbox.slack.blocks import check_blocks
from bot.slack import cards
from bot.slack.cards import Message
from bot.text import say, say_endings
from bot.text.format import moment
from bot.text.languages import Language
from tests.unit.examples import (
    EVERY_OUTCOME,
    HOSTILE,
    MIGRATING,
    NOW,
    OPERATION,
    TASK_ID,
    TB,
    card,
    snapshots,
    texts,
)

LONG = "an-extremely-long-name-" * 40
WORST = replace(
    MIGRATING,
    name=LONG,
    source="&" * 300,
    destination="&" * 300,
    restores_archives=True,
    group="task group",
    waiting_tasks=12,
)
worst_card = card(
    task=WORST,
    project="p" * 63,
    region="r" * 40,
    principal="&" * 300,
    reason="&" * 300,
    user_id="U" + "0" * 20,
)


def buttons(message: Message) -> list[dict[str, Any]]:
    """Return the buttons of a message."""
    parts = [
        part for block in message.blocks for part in (*block.get("elements", []), block.get("accessory"))
    ]
    return [part for part in parts if part and part["type"] == "button"]


def messages() -> dict[str, Message]:
    """Return a message of each kind, with ordinary and with the worst content."""
    longest = Wish(verb="pause", project="prod-sg", targets=(LONG * 9,), reason=LONG * 9)
    shown = {
        "asked": cards.asked(Language.EN, card()),
        "asked, worst": cards.asked(Language.EN, worst_card),
        "pausing": cards.acting(Language.EN, card(), "U0ALICE", NOW),
        "pausing, worst": cards.acting(Language.EN, worst_card, "U0ALICE", NOW),
        "note": cards.note("Hello."),
        "note, worst": cards.note("x" * 9_000, cards.try_again(Language.EN, longest)),
        "empty list": cards.task_list(Language.EN, "prod-sg", []),
        "long list": cards.task_list(
            Language.EN, "prod-sg", [replace(WORST, task_id=str(n)) for n in range(60)]
        ),
    }
    for name, outcome in EVERY_OUTCOME.items():
        for which, of in (("", card()), (", worst", worst_card)):
            ended = cards.ended(Language.EN, of, outcome, confirm_within=600)
            shown[f"ended: {name}{which}"], shown[f"note: {name}{which}"] = ended.card, ended.note
    return shown


MESSAGES = messages()


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slack_takes_every_message(message: Message) -> None:
    """By the sandbox's judgement of the documented limits, and by Slack's own Python models."""
    check_blocks(message.blocks)
    for block in message.blocks:
        model = Block.parse(block)
        assert model is not None
        model.validate_json()
    assert message.text


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slack_makes_no_links_of_names(message: Message) -> None:
    """Every mrkdwn object is verbatim, and plain text shows no emoji."""
    for kind, part in texts(message.blocks):
        assert part["verbatim"] is True if kind == "mrkdwn" else part["emoji"] is False


def test_the_card_of_the_design() -> None:
    """Facts first, in at most five lines above the buttons."""
    message = cards.asked(Language.EN, card())
    header, body, actions = message.blocks
    assert header["text"] == {"type": "plain_text", "text": "Pause media-872?", "emoji": False}
    cost = say.warnings(Language.EN, replace(MIGRATING, waiting_tasks=None))
    assert body["text"]["text"].splitlines() == [
        f"prod-sg (ap-southeast-3) · AWS media-src → media-dst · `{TASK_ID}`",
        "52.2 % · 1.04 of 2.00 TB · 420 MB/s · about 38 min left",
        f"{cost} · 2 tasks are waiting, one may take this slot",
        f'<@U0ALICE>: "traffic spike" · as IAM user alice · answer by {moment(NOW + 600)}',
    ]
    assert [(b["action_id"], b["text"]["text"], b["value"]) for b in actions["elements"]] == [
        ("oms_confirm", "Pause", OPERATION),
        ("oms_cancel", "Cancel", OPERATION),
    ]


@given(task=snapshots, reason=st.text(max_size=300), principal=st.text(max_size=100))
def test_a_card_never_has_more_than_five_lines_above_its_buttons(
    task: Any, reason: str, principal: str
) -> None:
    """Line breaks in a name or a reason add none."""
    header, body, actions = cards.asked(
        Language.EN, card(task=task, reason=reason, principal=principal)
    ).blocks
    lines = [header["text"]["text"], *body["text"]["text"].split("\n")]
    assert len(lines) <= 5
    assert "\r" not in body["text"]["text"]
    assert actions["type"] == "actions"


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_button_holds_nothing_but_an_id_or_a_command(message: Message) -> None:
    """Anybody can forge a value; what it names is looked up and checked again."""
    for button in buttons(message):
        if button["action_id"] == cards.RUN:
            assert button["value"].startswith("pause ")
        else:
            assert button["value"] == OPERATION


@pytest.mark.parametrize("name", [name for name in MESSAGES if name.startswith(("pausing", "ended"))])
def test_a_card_that_was_answered_has_no_buttons(name: str) -> None:
    """A second click could only confuse."""
    assert buttons(MESSAGES[name]) == []


@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_an_ended_card_says_its_ending_in_words(name: str) -> None:
    """Title and text, not a colour or an emoji; and still who asked, and for which task."""
    outcome: Outcome = EVERY_OUTCOME[name]
    said = say_endings.ending(Language.EN, outcome, project="prod-sg", principal="IAM user alice")
    message = cards.ended(Language.EN, card(), outcome, confirm_within=600).card
    text = "\n".join(part["text"] for _, part in texts(message.blocks))
    assert said in text
    assert TASK_ID in text
    assert "<@U0ALICE>" in text
    assert "media-872" in message.text
    assert not any(ord(char) > 0x2FFF for char in text)


def test_a_pausing_card_names_who_confirmed() -> None:
    """While it lasts, the channel knows whom to ask."""
    message = cards.acting(Language.EN, card(), "U0ALICE", NOW)
    assert message.text == "Pausing media-872…"
    assert "<@U0ALICE> confirmed at" in message.blocks[1]["text"]["text"]


def test_a_list_has_a_button_for_each_task_up_to_a_limit() -> None:
    """Each asks by id, so that equal names can't be mistaken; the rest is named by number."""
    tasks = [replace(MIGRATING, task_id=str(n), bytes_total=TB) for n in range(12)]
    message = cards.task_list(Language.EN, "prod-sg", tasks)
    assert [button["value"] for button in buttons(message)] == [f"pause prod-sg {n}" for n in range(10)]
    assert "12 tasks are migrating in prod-sg. Showing 10" in message.text


def test_hostile_names_stay_names() -> None:
    """In the header they are plain text on one line; in the body they are escaped."""
    message = cards.asked(Language.EN, card(task=replace(MIGRATING, name=HOSTILE, source=HOSTILE)))
    assert "\n" not in message.blocks[0]["text"]["text"]
    assert "<!channel>" not in message.blocks[1]["text"]["text"]
    assert "&lt;!channel&gt;" in message.blocks[1]["text"]["text"]
    assert "<!channel>" not in message.text


TOKEN = re.compile(r"<@[UW][A-Z0-9]+>|<!date\^\d+\^\{time(_secs)?\}\|[\d:]+ UTC>")


@given(snapshots, st.sampled_from(sorted(EVERY_OUTCOME)), st.text(max_size=50), st.sampled_from(Language))
def test_no_task_makes_a_card_dangerous(task: Snapshot, name: str, text: str, language: Language) -> None:
    """Whatever it is called and whatever its numbers are, in any language."""
    shown = card(task=task, reason=text, principal=text)
    for message in (
        cards.asked(language, shown),
        cards.acting(language, shown, "U0ALICE", NOW),
        cards.ended(language, shown, EVERY_OUTCOME[name], confirm_within=600).card,
    ):
        for kind, part in texts(message.blocks):
            if kind == "mrkdwn":
                assert not set("<>") & set(TOKEN.sub("", part["text"]))
