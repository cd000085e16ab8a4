"""Cards: short enough for a phone, inert, without buttons that do nothing, and such as Slack takes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.conversation.outcomes import OfOne
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Wish, short_id
from bot.gallery.examples import EVERY_OUTCOME, MIGRATING, NOW, OPERATION, TASK_ID, card
from bot.sandbox.slack.blocks import check_blocks
from bot.slack import cards
from bot.slack.cards import Message
from bot.text import say_cards
from bot.text.format import moment
from bot.text.languages import Language
from tests.unit.examples import HOSTILE, snapshots, texts

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
        "approvals": cards.asked(Language.EN, card(approvals=2, approvers=("U0BOB", "S0ONCALL")), ["U0BOB"]),
        "details": cards.details(Language.EN, card(approvals=2, approvers=("U0BOB", "S0ONCALL"))),
        "details, worst": cards.details(Language.EN, worst_card),
        "note": cards.note("Hello."),
        "note, worst": cards.note("x" * 9_000, cards.try_again(Language.EN, longest)),
    }
    for name, outcome in EVERY_OUTCOME.items():
        for which, of in (("", card()), (", worst", worst_card)):
            ended = cards.ended(Language.EN, of, outcome, at=NOW + 5, confirm_within=600)
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


SEEN, UNTIL = moment(NOW), moment(NOW + 600)
PROJECT_LINK = "<https://console-intl.huaweicloud.com/oms/?region=ap-southeast-3|prod-sg ↗>"


def test_the_card_of_the_design() -> None:
    """The stake first, then what it costs; where and who are small print. Five lines above the buttons."""
    message = cards.asked(Language.EN, card())
    header, body, small, actions = message.blocks
    assert header["text"] == {"type": "plain_text", "text": "Pause media-872?", "emoji": False}
    assert body["text"]["text"].splitlines() == [
        "▰▰▰▱▱▱ *52.2 %* · 420 MB/s · 38 min left",
        "⚠️ To resume, both access keys are needed",
    ]
    [print_] = small["elements"]
    assert print_["text"].splitlines() == [
        f"AWS media-src → media-dst · {PROJECT_LINK} · as of {SEEN}",
        f"<@U0ALICE> as IAM user alice · “traffic spike” · until {UNTIL}",
    ]
    assert [(b["action_id"], b["text"]["text"], b["value"]) for b in actions["elements"]] == [
        ("oms_confirm", "Pause", OPERATION),
        ("oms_cancel", "Don't pause", OPERATION),
        ("oms_slow_down", "Slow down…", OPERATION),
    ]
    assert [b["accessibility_label"] for b in actions["elements"]] == [
        "Pause the migration media-872 in prod-sg as IAM user alice",
        "Don't pause the migration media-872 in prod-sg",
        "Slow down the migration media-872 in prod-sg",
    ]


def test_what_a_lock_screen_shows_tells_all_of_it() -> None:
    """Which task, how much is at stake, what it costs, where, who asks as whom, and until when. No decoration."""
    assert cards.asked(Language.EN, card()).text.splitlines() == [
        "Pause media-872?",
        "52.2 % · 420 MB/s · 38 min left",
        f"<@U0ALICE> as IAM user alice · “traffic spike” · until {UNTIL}",
        f"media-872 · id `{TASK_ID}` · prod-sg (ap-southeast-3)",
        "AWS media-src → media-dst · 1.04 of 2.00 TB copied",
        "• To resume, the access keys of source and destination are needed again: OMS doesn't keep them.",
        "• Until then, unfinished parts stay in the destination and are billed.",
        "• 2 tasks are waiting and one may start in its place, so the traffic may not fall.",
        "Reason: traffic spike",
    ]


def test_where_others_must_agree_the_card_counts_them() -> None:
    """And the thread says whom it asks, where there is room for it."""
    asked = card(approvals=2, approvers=("U0BOB", "S0ONCALL"))
    *_, small, actions = cards.asked(Language.EN, asked, ["U0BOB"]).blocks
    assert "<@U0ALICE> as IAM user alice · 1/2 ✓ <@U0BOB> · until" in small["elements"][0]["text"]
    assert actions["elements"][0]["text"]["text"] == "Approve"
    assert (
        actions["elements"][0]["accessibility_label"] == "Approve: pause the migration media-872 in prod-sg"
    )
    details = cards.details(Language.EN, asked).text
    assert "Approval is asked of <!subteam^S0ONCALL>, <@U0BOB>." in details
    assert "Reason: traffic spike" in details


@pytest.mark.parametrize(
    "more",
    [
        {"task": replace(MIGRATING, waiting_tasks=0, name="x" * 30)},
        {"task": replace(MIGRATING, waiting_tasks=0, source="s" * 20)},
        {"task": MIGRATING},
        {"task": replace(MIGRATING, waiting_tasks=0, restores_archives=True)},
        {"task": replace(MIGRATING, waiting_tasks=0, group="task group")},
        {"approvals": 1},
        {"reason": "a reason that takes more than a line"},
        {"principal": "IAM user alice.with.a.long.name"},
        {"project": "production-singapore"},
    ],
)
def test_the_thread_says_more_where_there_is_more(more: dict[str, Any]) -> None:
    """Something that is cut, another cost, somebody to ask; else the card is enough."""
    plain_ = card(task=replace(MIGRATING, waiting_tasks=0))
    assert not say_cards.has_more(plain_)
    assert say_cards.has_more(replace(plain_, **more))


def test_the_thread_has_what_the_card_has_no_room_for() -> None:
    """Names in full, the id, the amounts, and everything that it costs."""
    full = replace(WORST, name="x" * 100, source="s" * 60, destination="d" * 60)
    said = cards.details(Language.EN, card(task=full)).blocks[0]["text"]["text"]
    for part in ("x" * 100, TASK_ID, "s" * 60, "d" * 60, "1.04 of 2.00 TB copied", "ap-southeast-3"):
        assert part in said
    assert said.count("• ") == 5


@given(task=snapshots, reason=st.text(max_size=300), principal=st.text(max_size=100))
def test_a_card_never_has_more_than_five_lines_above_its_buttons(
    task: Any, reason: str, principal: str
) -> None:
    """Line breaks in a name or a reason add none; how wide a line is, a browser measures."""
    for approvals in (0, 2):
        shown = card(task=task, reason=reason, principal=principal, approvals=approvals)
        header, body, small, actions = cards.asked(Language.EN, shown).blocks
        texts_ = (header["text"]["text"], body["text"]["text"], small["elements"][0]["text"])
        assert sum(len(text.split("\n")) for text in texts_) <= 5
        assert not any("\r" in text for text in texts_)
        assert actions["type"] == "actions"


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_button_holds_nothing_but_an_id_or_a_command(message: Message) -> None:
    """Anybody can forge a value; what it names is looked up and checked again."""
    for button in buttons(message):
        if button["action_id"] == cards.RUN:
            assert button["value"].startswith(("pause ", "list "))
        else:
            assert button["value"] == OPERATION


@pytest.mark.parametrize("name", [name for name in MESSAGES if name.startswith(("pausing", "ended"))])
def test_a_card_that_was_answered_has_no_buttons(name: str) -> None:
    """A second click could only confuse."""
    assert buttons(MESSAGES[name]) == []


@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_an_ended_card_says_its_ending_in_words(name: str) -> None:
    """Not with an emoji alone; and still who asked, for which task, and what its records are found by."""
    outcome: OfOne = EVERY_OUTCOME[name]
    ended = cards.ended(Language.EN, card(), outcome, at=NOW + 5, confirm_within=600)
    text = "\n".join(part["text"] for _, part in texts(ended.card.blocks))
    title, *_ = ended.text.splitlines()
    assert title in text.replace("*", "")
    assert "<@U0ALICE> as IAM user alice" in text
    assert f"op {short_id(OPERATION)}" in text
    assert "media-872" in ended.card.text
    assert len(text.splitlines()) <= 8


@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_what_is_posted_of_an_ending_names_the_task(name: str) -> None:
    """On a lock screen the thread's head is not to be seen."""
    ended = cards.ended(Language.EN, card(), EVERY_OUTCOME[name], at=NOW + 5, confirm_within=600)
    assert "media-872" in ended.note.text
    assert "*" not in ended.note.text


def test_a_pausing_card_names_who_confirmed() -> None:
    """While it lasts, the channel knows whom to ask."""
    message = cards.acting(Language.EN, card(), "U0ALICE", NOW)
    assert message.text.startswith("Pausing media-872…\n<@U0ALICE> confirmed at ")


def test_buttons_that_stand_for_commands_may_stand_side_by_side() -> None:
    """Slack takes no action_id twice in a block; the first keeps its name, and all are listened to."""
    several = cards.side_by_side(cards.run_button(str(n), f"list p{n}") for n in range(3))
    assert [one["action_id"] for one in several] == ["oms_run", "oms_run_2", "oms_run_3"]
    check_blocks([{"type": "actions", "elements": several}])
    assert all(cards.RUN_ALSO.match(one["action_id"]) for one in several[1:])
    assert not cards.RUN_ALSO.match("oms_run_away")


def test_hostile_names_stay_names() -> None:
    """In the header they are plain text on one line; in the body they are escaped."""
    hostile = card(task=replace(MIGRATING, name=HOSTILE, source=HOSTILE))
    message, details = cards.asked(Language.EN, hostile), cards.details(Language.EN, hostile)
    assert "\n" not in message.blocks[0]["text"]["text"]
    for text in (message.blocks[2]["elements"][0]["text"], message.text, details.blocks[0]["text"]["text"]):
        assert "<!channel>" not in text
    assert "&lt;!channel&gt;" in details.blocks[0]["text"]["text"]


TOKEN = re.compile(
    r"<@[UW][A-Z0-9]+>|<https://console-intl[^<>|]+\|[^<>|]+>|<!date\^\d+\^\{time(_secs)?\}\|[\d:]+ UTC>"
)


@given(snapshots, st.sampled_from(sorted(EVERY_OUTCOME)), st.text(max_size=50), st.sampled_from(Language))
def test_no_task_makes_a_card_dangerous(task: Snapshot, name: str, text: str, language: Language) -> None:
    """Whatever it is called and whatever its numbers are, in any language."""
    shown = card(task=task, reason=text, principal=text)
    for message in (
        cards.asked(language, shown),
        cards.details(language, shown),
        cards.acting(language, shown, "U0ALICE", NOW),
        cards.ended(language, shown, EVERY_OUTCOME[name], at=NOW + 5, confirm_within=600).card,
    ):
        for kind, part in texts(message.blocks):
            if kind == "mrkdwn":
                assert not set("<>") & set(TOKEN.sub("", part["text"]))
