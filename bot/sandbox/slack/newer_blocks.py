"""The blocks of 2025 and 2026 that we use, with Slack's limits (platforms.md, Slack: newer blocks)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.sandbox.slack.block_elements import (
    ActionId,
    Button,
    Image,
    Plain,
    RichText,
    Strict,
    Text,
    Url,
    upto,
)
from bot.sandbox.slack.classic_blocks import Block, ClassicBlock
from bot.sandbox.slack.objects import Json

NEWER = frozenset({"alert", "container", "data_table", "data_visualization", "plan", "table", "task_card"})
"""What an older workspace may not know."""

_Label = Annotated[str, Field(min_length=1, max_length=20)]
_AxisName = Annotated[str, Field(max_length=50)]
_Number = Annotated[float, Field(allow_inf_nan=False)]
MOST_IN_CELLS = 10_000  # characters, of all tables in a message


# --- tables -----------------------------------------------------------------------------------------------


class _RawText(Strict):
    type: Literal["raw_text"]
    text: Annotated[str, Field(min_length=1)]


class _RawNumber(Strict):
    type: Literal["raw_number"]
    value: _Number
    text: Annotated[str, Field(min_length=1)]


class _CellButton(Button):
    action_id: ActionId


class _ActionCell(Strict):
    """A button; `fallback` is for clients that show none."""

    type: Literal["action_cell"]
    element: _CellButton
    fallback: Annotated[_RawText | _RawNumber, Field(discriminator="type")] | None = None


_Cell = Annotated[_RawText | _RawNumber | RichText | _ActionCell, Field(discriminator="type")]
_Row = Annotated[list[_Cell], Field(min_length=1, max_length=20)]


class _DataTable(Block):
    type: Literal["data_table"]
    caption: Annotated[str, Field(min_length=1)]
    rows: Annotated[list[_Row], Field(min_length=2, max_length=201)]
    page_size: Annotated[int, Field(ge=1, le=100)] = 5
    row_header_column_index: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _a_table(self) -> "_DataTable":
        if len({len(row) for row in self.rows}) > 1:
            raise _complaint("all rows must have the same number of cells")
        if self.row_header_column_index >= len(self.rows[0]):
            raise _complaint("row_header_column_index is no column of the table")
        if any(not isinstance(cell, _RawText | _RawNumber) for cell in self.rows[0]):
            raise _complaint("header cells must be raw_text or raw_number")
        return self


class _ColumnSettings(Strict):
    align: Literal["left", "center", "right"] = "left"
    is_wrapped: bool = False


class _Table(Block):
    type: Literal["table"]
    rows: Annotated[
        list[
            Annotated[
                list[Annotated[_RawText | _RawNumber | RichText, Field(discriminator="type")]],
                Field(min_length=1, max_length=20),
            ]
        ],
        Field(min_length=1, max_length=100),
    ]
    column_settings: Annotated[list[_ColumnSettings | None], Field(max_length=20, default_factory=list)]


# --- charts -----------------------------------------------------------------------------------------------


class _Point(Strict):
    label: _Label
    value: _Number


class _Series(Strict):
    name: _Label
    data: Annotated[list[_Point], Field(min_length=1, max_length=20)]


class _Axes(Strict):
    categories: Annotated[list[_Label], Field(min_length=1, max_length=20)]
    x_label: _AxisName | None = None
    y_label: _AxisName | None = None


class _Curves(Strict):
    type: Literal["line", "bar", "area"]
    series: Annotated[list[_Series], Field(min_length=1, max_length=6)]
    axis_config: _Axes

    @model_validator(mode="after")
    def _fitting(self) -> "_Curves":
        if _twice(one.name for one in self.series):
            raise _complaint("series names must be unique")
        if _twice(self.axis_config.categories):
            raise _complaint("categories must be unique")
        for one in self.series:
            if sorted(point.label for point in one.data) != sorted(self.axis_config.categories):
                raise _complaint("labels must match axis_config.categories")
        return self


class _Segment(Strict):
    label: _Label
    value: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Pie(Strict):
    type: Literal["pie"]
    segments: Annotated[list[_Segment], Field(min_length=1, max_length=6)]


class _DataVisualization(Block):
    type: Literal["data_visualization"]
    title: Annotated[str, Field(min_length=1, max_length=50)]
    chart: Annotated[_Curves | _Pie, Field(discriminator="type")]


# --- plans, containers, alerts ----------------------------------------------------------------------------


class _Source(Strict):
    type: Literal["url"]
    url: Url
    text: str


class _TaskCard(Block):
    type: Literal["task_card"]
    task_id: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    status: Literal["pending", "in_progress", "complete", "error"] = "pending"
    details: RichText | None = None
    output: RichText | None = None
    sources: list[_Source] | None = None


class _PlannedTask(_TaskCard):
    type: Literal["task_card"] = "task_card"  # Slack's own example leaves it out


class _Plan(Block):
    type: Literal["plan"]
    title: Annotated[str, Field(min_length=1)]
    tasks: Annotated[list[_PlannedTask], Field(max_length=50, default_factory=list)]

    @model_validator(mode="after")
    def _told_apart(self) -> "_Plan":
        if _twice(task.task_id for task in self.tasks):
            raise _complaint("task_id must be unique in a plan")
        return self


class _Container(Block):
    type: Literal["container"]
    title: Annotated[Plain, upto(150)] | None = None
    rich_text_title: RichText | None = None
    subtitle: Annotated[Text, upto(150)] | None = None
    icon: Image | None = None
    child_blocks: Annotated[
        list[Annotated[ClassicBlock | RichText | _Table, Field(discriminator="type")]],
        Field(min_length=1, max_length=10),
    ]
    is_collapsible: bool = False
    default_collapsed: bool = False
    has_header_divider: bool = False
    width: Literal["narrow", "standard", "wide", "full"] = "standard"

    @model_validator(mode="after")
    def _named(self) -> "_Container":
        if self.title is None and self.rich_text_title is None:
            raise _complaint("one of title or rich_text_title is required")
        return self


class _Alert(Block):
    type: Literal["alert"]
    text: Text
    level: Literal["default", "info", "warning", "error", "success"] = "default"


NewerBlock = _DataTable | _Table | _DataVisualization | _Plan | _TaskCard | _Container | _Alert | RichText
TAGS = {
    "raw_text", "raw_number", "rich_text", "action_cell", "line", "bar", "area", "pie", *NEWER,
}  # fmt: skip
"""What stands in pydantic's paths and not in Slack's."""


# --- what depends on the whole message --------------------------------------------------------------------


def together(blocks: Sequence[Json], surface: str) -> list[str]:
    """What Slack says of blocks that are right one by one, and too many together or in a wrong place."""
    kinds = Counter(str(block["type"]) for block in blocks)
    said = []
    if kinds["data_visualization"] > 2:
        said.append("no more than 2 data_visualization blocks allowed [json-pointer:/blocks]")
    if kinds["table"] > 1:
        said.append("only one table allowed [json-pointer:/blocks]")
    cells = (
        cell
        for block in blocks
        if block["type"] in ("data_table", "table")
        for row in block["rows"]
        for cell in row
    )
    if sum(map(_characters, cells)) > MOST_IN_CELLS:
        said.append(
            f"no more than {MOST_IN_CELLS} characters in all table cells allowed [json-pointer:/blocks]"
        )
    only_in_modals, only_in_messages = {"alert"}, {"data_visualization", "plan", "task_card"}
    misplaced = only_in_messages if surface != "message" else only_in_modals
    misplaced |= only_in_modals if surface == "home" else set()
    for index, block in enumerate(blocks):
        if block["type"] in misplaced:
            said.append(f"unsupported type: {block['type']} [json-pointer:/blocks/{index}]")
    return said


def _characters(cell: object) -> int:
    """Count what people read of cells."""
    if isinstance(cell, dict):
        return sum(len(part) if name == "text" and isinstance(part, str) else _characters(part)
                   for name, part in cell.items() if name != "fallback")  # fmt: skip
    return sum(map(_characters, cell)) if isinstance(cell, list) else 0


def _twice(keys: Iterable[str]) -> bool:
    return any(seen > 1 for seen in Counter(keys).values())


def _complaint(words: str) -> PydanticCustomError:
    return PydanticCustomError("whole", "{words}", {"words": words})
