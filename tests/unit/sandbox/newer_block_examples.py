"""Blocks of 2025 and 2026, as the bot may send them."""

from typing import Any

Block = dict[str, Any]


def raw(text: str = "x") -> Block:
    """A cell with text."""
    return {"type": "raw_text", "text": text}


def rich(text: str = "x") -> Block:
    """A cell, or a detail, with formatted text."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def button(action_id: str = "oms_run", **more: Any) -> Block:
    """A cell with a button."""
    label = {"type": "plain_text", "text": "Pause"}
    element = {"type": "button", "action_id": action_id, "text": label, "value": "pause demo 1"} | more
    return {"type": "action_cell", "element": element, "fallback": raw("–")}


def table(*rows: list[Block], **more: Any) -> Block:
    """A table with a header of as many columns as its first row."""
    header = [raw(f"column {number}") for number, _ in enumerate(rows[0])]
    return {"type": "data_table", "caption": "Tasks", "rows": [header, *rows]} | more


NUMBER = {"type": "raw_number", "value": 420.5, "text": "420 MB/s"}
TABLE = table([raw("media-42"), NUMBER, rich("bold"), button()], page_size=10, row_header_column_index=0)


def chart(*values: float, **more: Any) -> Block:
    """A line of those values."""
    labels = [f"0:{number:02}" for number, _ in enumerate(values)]
    data = [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
    line = {"type": "line", "series": [{"name": "MB/s", "data": data}], "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": "Speed", "chart": line | more}


CHART = chart(420, 0.5, 0)
TASK: Block = {
    "type": "task_card",
    "task_id": "1",
    "title": "media-42",
    "status": "in_progress",
    "output": rich(),
}
PLAN: Block = {"type": "plan", "title": "1 of 2 paused", "tasks": [TASK, {"task_id": "2", "title": "logs"}]}
SECTION: Block = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
CONTAINER: Block = {
    "type": "container", "title": {"type": "plain_text", "text": "Details"}, "child_blocks": [SECTION],
    "is_collapsible": True,
}  # fmt: skip
ALERT: Block = {"type": "alert", "text": {"type": "plain_text", "text": "x"}, "level": "warning"}
TITLE = {"type": "plain_text", "text": "x"}
