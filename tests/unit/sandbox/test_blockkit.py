"""Blocks look like Slack's, say what was operated, and never vanish."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.conversation.answers import TaskList
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Card
from bot.sandbox.page.blockkit import render
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.objects import SlackError
from bot.slack import cards, lists
from bot.text.languages import Language

READER = Reader(users={"U0ALICE": "alice"}, channels={"C1": "ops"})
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
TASK = Snapshot(
    task_id="42", name=EVIL, status=2, read_at=0, progress=0.5, bytes_total=100, bytes_done=50, source=EVIL
)


def plain(text: str) -> dict[str, Any]:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def actions(*elements: dict[str, Any]) -> str:
    """An actions block, rendered."""
    return str(render([{"type": "actions", "block_id": "b1", "elements": list(elements)}], READER))


def listed(*tasks: Snapshot) -> TaskList:
    """Return a list of them."""
    return TaskList(project="demo", tasks=tasks)


def test_the_bots_card_is_shown_whole_and_its_buttons_can_be_found() -> None:
    """Title, lines, mention, and the three buttons with what a click has to tell."""
    shown = render(_card().blocks, READER)
    assert shown.count("<button") == 3
    assert 'class="bk-button bk-danger" data-do="click"' in shown
    assert 'data-action="oms_confirm"' in shown
    assert "@alice" in shown


def test_a_task_named_like_a_script_stays_text() -> None:
    """The name stands in a header (plain_text), in a section (mrkdwn) and in a button's value."""
    shown = render([*_card().blocks, *lists.task_list(Language.EN, listed(TASK)).plain], READER)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("evil", [EVIL, "</textarea><script>", "' onmouseover='x", 'a" autofocus onfocus="x'])
def test_no_field_of_any_block_lets_html_through(evil: str) -> None:
    """The same text in every place that Block Kit has for one."""
    option = {"text": plain(evil), "value": evil}
    everything: list[dict[str, Any]] = [
        {"type": "header", "text": plain(evil)},
        {"type": "section", "text": {"type": "mrkdwn", "text": evil}, "fields": [plain(evil)],
         "accessory": {"type": "overflow", "action_id": evil, "options": [option]}},
        {"type": "context", "elements": [{"type": "image", "image_url": evil, "alt_text": evil}, plain(evil)]},
        {"type": "image", "image_url": f"data:image/png;{evil}", "alt_text": evil, "title": plain(evil)},
        {"type": "actions", "block_id": evil, "elements": [
            button(value=evil, url=f"https://x/{evil}", accessibility_label=evil),
            {"type": "static_select", "action_id": evil, "placeholder": plain(evil), "options": [option]},
            {"type": "radio_buttons", "action_id": evil, "options": [option]},
            {"type": "datepicker", "action_id": evil, "initial_date": evil},
            {"type": evil},
        ]},
        {"type": "input", "label": plain(evil), "hint": plain(evil), "element":
            {"type": "plain_text_input", "action_id": evil, "initial_value": evil, "multiline": True,
             "placeholder": plain(evil)}},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": evil}, {"type": "link", "url": f"https://{evil}", "text": evil},
            {"type": "emoji", "name": evil}, {"type": evil}]}]},
        {"type": evil},
    ]  # fmt: skip
    shown = str(render(everything, READER))
    assert "<script" not in shown
    assert "<img src=x" not in shown
    for harmful in (' onerror="', " onmouseover='", ' onfocus="'):
        assert harmful not in shown


def test_what_is_not_known_is_a_visible_box() -> None:
    """A new block, a new element, a malformed block and no block at all: none is dropped."""
    shown = render(
        [{"type": "hologram"}, {"type": "section", "text": {"type": "html"}}, {"type": "header"}], READER
    )
    assert shown.count("bk-unknown") == 3
    assert "hologram" in shown
    assert "bk-unknown" in actions({"type": "lever"})
    assert "bk-unknown" in str(render(["not a block"], READER))  # type: ignore[list-item]


def test_a_buttons_style_and_address_are_shown() -> None:
    """Primary is green, danger is red; one with an address opens it, if it is a web address."""
    assert "bk-primary" in actions(button(style="primary"))
    assert actions(button(url="https://huawei.com")).startswith(
        '<div class="bk-actions"><a class="bk-button"'
    )
    assert "href" not in actions(button(url="javascript:alert(1)"))


def test_menus_carry_their_options() -> None:
    """Options, groups, the initial choice; users are offered by name; an overflow menu is a menu."""
    option = {"text": plain("One"), "value": "1"}
    chosen = {"type": "static_select", "action_id": "pick", "options": [option], "initial_option": option}
    assert '<option value="1" selected>One</option>' in actions(chosen)
    grouped = {
        "type": "static_select",
        "action_id": "pick",
        "option_groups": [{"label": plain("G"), "options": [option]}],
    }
    assert '<optgroup label="G">' in actions(grouped)
    assert ">alice</option>" in actions({"type": "users_select", "action_id": "who"})
    assert 'data-value="1"' in actions({"type": "overflow", "action_id": "more", "options": [option]})


def test_an_input_has_a_label_a_hint_and_the_reason_it_was_refused() -> None:
    """The label is the input's own, for those who hear the page; a refusal is announced."""
    block = {
        "type": "input", "block_id": "why", "label": plain("Why?"), "hint": plain("one line"), "optional": True,
        "element": {"type": "plain_text_input", "action_id": "reason", "max_length": 200},
    }  # fmt: skip
    shown = render([block], READER, {"why": "too short"})
    assert shown.startswith('<label class="bk-input"><span class="bk-label">Why? <span class="bk-optional">')
    assert 'name="reason"' in shown
    assert '<span class="bk-refused" role="alert">too short</span>' in shown


def test_rich_text_is_shown_with_its_lists_and_styles() -> None:
    """What people type in Slack comes as rich_text."""
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
    listed = {"type": "rich_text_list", "style": "ordered", "elements": [item]}
    quote = {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U0ALICE"}]}
    shown = render([{"type": "rich_text", "elements": [listed, quote]}], READER)
    assert "<ol><li><strong>x</strong></li></ol>" in shown
    assert "<blockquote>" in shown
    assert "@alice" in shown


def test_slacks_own_models_accept_what_the_bot_sends() -> None:
    """`slack_sdk.models` knows the limits; the sandbox's own judge agrees with it."""
    long = Snapshot(task_id="1", name="n" * 300, status=2, read_at=0, source="s" * 300, destination="d" * 300)
    for blocks in (
        _card().blocks,
        _card(long).blocks,
        lists.task_list(Language.EN, listed(*[long] * 30)).plain,
        cards.note("x" * 4000).blocks,
    ):
        check_blocks(blocks)
        for block in blocks:
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.validate_json()


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": plain("x" * 151)},
        {"type": "actions", "elements": [button(text=plain("x" * 76))]},
        {"type": "actions", "elements": [button(action_id=f"a{n}") for n in range(26)]},
        {"type": "section", "fields": [plain("x")] * 11},
    ],
)
def test_what_slacks_models_refuse_the_sandbox_refuses(block: dict[str, Any]) -> None:
    """A message that real Slack would not take is `invalid_blocks` here, too."""
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_blocks([block])


def _card(task: Snapshot = TASK) -> cards.Message:
    return cards.asked(Language.EN,
        Card(
            operation_id="op", task=task, project="demo", region="r", user_id="U0ALICE", principal=EVIL,
            reason=EVIL, expires_at=1_700_000_000,
        )
    )  # fmt: skip
