"""The sandbox Slack knows the blocks of 2025 and 2026 with their limits, and can be older than them."""

import math
from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.serving import serve
from bot.sandbox.slack.blocks import check_blocks, check_view
from bot.sandbox.slack.newer_blocks import NEWER
from bot.sandbox.slack.objects import SlackError
from bot.sandbox.slack.workspace import Workspace
from tests.unit.sandbox.newer_block_examples import (
    ALERT,
    CHART,
    CONTAINER,
    PLAN,
    SECTION,
    TABLE,
    TASK,
    TITLE,
    Block,
    button,
    chart,
    raw,
    rich,
    table,
)


@pytest.mark.parametrize("block", [TABLE, CHART, TASK, PLAN, CONTAINER, rich()])
def test_what_is_within_the_limits_passes(block: Block) -> None:
    """As it is in Slack's examples; with as many rows, columns, points and tasks as there may be."""
    check_blocks([block])


def test_the_limits_themselves_pass() -> None:
    """One more of each is too much: see below."""
    check_blocks([table(*[[raw()] * 20] * 200, page_size=100)])
    check_blocks([chart(*range(20), type="area"), chart(1)])
    tasks = [{"task_id": str(number), "title": "x"} for number in range(50)]
    check_blocks([PLAN | {"tasks": tasks}])


def series(*names: str) -> list[Block]:
    """Series of one point each."""
    return [{"name": name, "data": [{"label": "0:00", "value": 1}]} for name in names]


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        (table([raw()] * 21), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
        (table(*[[raw()]] * 201), "no more than 201 items allowed [json-pointer:/blocks/0/rows]"),
        (TABLE | {"rows": TABLE["rows"][:1]}, "no less than 2 items allowed [json-pointer:/blocks/0/rows]"),
        (table([raw("")]), "must be more than 0 characters [json-pointer:/blocks/0/rows/1/0/text]"),
        (
            table([raw()], [raw(), raw()]),
            "all rows must have the same number of cells [json-pointer:/blocks/0]",
        ),
        (
            table([raw()]) | {"rows": [[rich()], [raw()]]},
            "header cells must be raw_text or raw_number [json-pointer:/blocks/0]",
        ),
        (
            {key: value for key, value in TABLE.items() if key != "caption"},
            "missing required field: caption [json-pointer:/blocks/0]",
        ),
        (
            table([raw()], row_header_column_index=1),
            "row_header_column_index is no column of the table [json-pointer:/blocks/0]",
        ),
        (
            table([{"type": "button", "action_id": "a", "text": TITLE}]),
            "unsupported type: button [json-pointer:/blocks/0/rows/1/0]",
        ),
        (table([button()], [button()]), "action_id `oms_run` already exists [json-pointer:/blocks/0]"),
        (
            table([button(text={"type": "plain_text", "text": "x" * 76})]),
            "must be less than 76 characters [json-pointer:/blocks/0/rows/1/0/element/text/text]",
        ),
        (
            table([raw("x" * 9_000)], [rich("x" * 1_000)]),
            "no more than 10000 characters in all table cells allowed [json-pointer:/blocks]",
        ),
        (CHART | {"title": "x" * 51}, "must be less than 51 characters [json-pointer:/blocks/0/title]"),
        (chart(*range(21)), "no more than 20 items allowed [json-pointer:/blocks/0/chart/series/0/data]"),
        (
            chart(1, series=series("a", "a")),
            "series names must be unique [json-pointer:/blocks/0/chart]",
        ),
        (
            chart(1, series=series(*"abcdefg")),
            "no more than 6 items allowed [json-pointer:/blocks/0/chart/series]",
        ),
        (
            chart(1, axis_config={"categories": ["another"]}),
            "labels must match axis_config.categories [json-pointer:/blocks/0/chart]",
        ),
        (
            chart(1, axis_config={"categories": ["x" * 21]}),
            "must be less than 21 characters [json-pointer:/blocks/0/chart/axis_config/categories/0]",
        ),
        (
            chart(math.inf),
            "input should be a finite number [json-pointer:/blocks/0/chart/series/0/data/0/value]",
        ),
        (PLAN | {"tasks": [TASK, TASK]}, "task_id must be unique in a plan [json-pointer:/blocks/0]"),
        (
            PLAN | {"tasks": [TASK | {"task_id": str(number)} for number in range(51)]},
            "no more than 50 items allowed [json-pointer:/blocks/0/tasks]",
        ),
        (
            TASK | {"status": "done"},
            "input should be 'pending', 'in_progress', 'complete' or 'error' [json-pointer:/blocks/0/status]",
        ),
        (TASK | {"title": ""}, "must be more than 0 characters [json-pointer:/blocks/0/title]"),
        (
            CONTAINER | {"child_blocks": [SECTION] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]",
        ),
        (
            CONTAINER | {"child_blocks": [CONTAINER]},
            "unsupported type: container [json-pointer:/blocks/0/child_blocks/0]",
        ),
        (rich(""), "missing required field: text [json-pointer:/blocks/0/elements/0/elements/0]"),
        (ALERT, "unsupported type: alert [json-pointer:/blocks/0]"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_with_the_place(block: Block, complaint: str) -> None:
    """As for the older blocks."""
    with pytest.raises(SlackError, match="invalid_blocks") as refused:
        check_blocks([block])
    assert complaint in refused.value.extra["errors"]


def test_some_limits_are_of_the_message() -> None:
    """Two charts; ten thousand characters in all tables."""
    for blocks in ([CHART] * 3, [table([raw("x" * 6_000)])] * 2):
        with pytest.raises(SlackError, match="invalid_blocks"):
            check_blocks(blocks)


@pytest.mark.parametrize(("block", "fits"), [(ALERT, True), (PLAN, False), (CHART, False), (TABLE, True)])
def test_some_blocks_are_for_modals_and_some_are_not(block: Block, fits: bool) -> None:
    """An alert belongs into a modal, charts and plans into messages."""
    modal = {"type": "modal", "title": TITLE, "blocks": [block]}
    if fits:
        check_view(modal, kind="modal")
        return
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(modal, kind="modal")


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    """A served workspace."""
    workspace = Workspace()
    async with serve(workspace.app) as workspace.base_url:
        yield workspace


@pytest.mark.parametrize("block", [TABLE, CHART, TASK, PLAN, CONTAINER])
async def test_an_older_workspace_does_not_know_them(slack: Workspace, block: Block) -> None:
    """It refuses to post, to update and to validate them, and takes what is plain."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    channel = slack.add_channel("incidents", members=[slack.add_user("alice")]).id
    plain = (await client.chat_postMessage(channel=channel, text="x", blocks=[SECTION]))["ts"]
    assert (await client.api_call("blocks.validate", json={"blocks": [block]}))["ok"]
    slack.world.unknown_blocks |= NEWER
    complaint = f"unsupported type: {block['type']}"
    for call in (
        client.chat_postMessage(channel=channel, text="x", blocks=[SECTION, block]),
        client.chat_update(channel=channel, ts=plain, text="x", blocks=[SECTION, block]),
    ):
        with pytest.raises(SlackApiError) as refused:
            await call
        assert refused.value.response["errors"] == [f"{complaint} [json-pointer:/blocks/1]"]
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("blocks.validate", json={"message": {"blocks": [block]}})
    assert refused.value.response["errors"] == [
        {"pointer": "/blocks/0", "code": "invalid", "message": complaint}
    ]


async def test_a_button_in_a_table_can_be_clicked(slack: Workspace) -> None:
    """It is found by its action_id, in the block it is in."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    alice = slack.add_user("alice")
    channel = slack.add_channel("incidents", members=[alice])
    rows = [raw("a"), button()], [raw("b"), button("oms_run_2", value="pause demo 2")]
    await client.chat_postMessage(channel=channel.id, text="x", blocks=[table(*rows)])
    message = slack.messages(channel)[-1]
    payload = slack.click_payload(alice, message, "oms_run_2")
    [action] = payload.data["actions"]
    assert (action["value"], action["block_id"]) == ("pause demo 2", message.blocks[0]["block_id"])
