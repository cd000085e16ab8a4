"""Slack's judgement of Block Kit: its limits, told the way Slack tells them (platforms.md, Slack: Block Kit).

A refusal is `invalid_blocks` (`invalid_arguments` for a view) with `response_metadata.messages` such as
"[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]".
"""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.sandbox.slack.objects import Json, SlackError

# Blocks and elements that Slack knows and our cards do not use: their inside is not judged.
OtherBlock = Literal[
    "alert", "call", "card", "carousel", "container", "context_actions", "data_table", "data_visualization",
    "file", "markdown", "plan", "rich_text", "table", "task_card", "video",
]  # fmt: skip
OtherElement = Literal[
    "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker",
    "email_text_input", "external_select", "multi_external_select", "multi_static_select",
    "multi_users_select", "number_input", "radio_buttons", "timepicker", "url_text_input",
    "users_select", "workflow_button",
]  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Plain(_Strict):
    type: Literal["plain_text"]
    text: Annotated[str, Field(min_length=1)]
    emoji: bool = True


class _Mrkdwn(_Strict):
    type: Literal["mrkdwn"]
    text: Annotated[str, Field(min_length=1)]
    verbatim: bool = False


def _upto(limit: int) -> AfterValidator:
    """Limit a text object's length, which depends on where it stands."""

    def check(value: _Plain | _Mrkdwn) -> _Plain | _Mrkdwn:
        if len(value.text) > limit:
            raise PydanticCustomError("too_long_text", "", {"max_length": limit})
        return value

    return AfterValidator(check)


_Text = Annotated[_Plain | _Mrkdwn, Field(discriminator="type")]
_ActionId = Annotated[str, Field(min_length=1, max_length=255)]
_BlockId = Annotated[str, Field(max_length=255)]
_Url = Annotated[str, Field(max_length=3000)]
_Style = Literal["primary", "danger"]


class _Confirm(_Strict):
    title: Annotated[_Plain, _upto(100)]
    text: Annotated[_Text, _upto(300)]
    confirm: Annotated[_Plain, _upto(30)]
    deny: Annotated[_Plain, _upto(30)]
    style: _Style | None = None


class _Button(_Strict):
    type: Literal["button"]
    text: Annotated[_Plain, _upto(75)]
    action_id: _ActionId | None = None
    value: Annotated[str, Field(max_length=2000)] | None = None
    url: _Url | None = None
    style: _Style | None = None
    confirm: _Confirm | None = None
    accessibility_label: Annotated[str, Field(max_length=75)] | None = None


class _Option(_Strict):
    text: Annotated[_Text, _upto(75)]
    value: Annotated[str, Field(max_length=150)]
    description: Annotated[_Text, _upto(75)] | None = None
    url: _Url | None = None


class _Overflow(_Strict):
    type: Literal["overflow"]
    action_id: _ActionId | None = None
    options: Annotated[list[_Option], Field(min_length=1, max_length=5)]
    confirm: _Confirm | None = None


class _Select(_Strict):
    type: Literal["static_select"]
    action_id: _ActionId | None = None
    placeholder: Annotated[_Plain, _upto(150)] | None = None
    options: Annotated[list[_Option], Field(min_length=1, max_length=100)] | None = None
    option_groups: Annotated[list[Json], Field(max_length=100)] | None = None
    initial_option: _Option | None = None
    confirm: _Confirm | None = None
    focus_on_load: bool = False


class _TextInput(_Strict):
    type: Literal["plain_text_input"]
    action_id: _ActionId | None = None
    placeholder: Annotated[_Plain, _upto(150)] | None = None
    initial_value: str | None = None
    multiline: bool = False
    min_length: Annotated[int, Field(ge=0, le=3000)] | None = None
    max_length: Annotated[int, Field(ge=1, le=3000)] | None = None
    focus_on_load: bool = False
    dispatch_action_config: Json | None = None


class _Image(_Strict):
    type: Literal["image"]
    image_url: _Url
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]


class _OtherElement(_Open):
    type: OtherElement


_Element = Annotated[
    _Button | _Overflow | _Select | _TextInput | _Image | _OtherElement, Field(discriminator="type")
]


class _Block(_Strict):
    block_id: _BlockId | None = None


class _Section(_Block):
    type: Literal["section"]
    text: Annotated[_Text, _upto(3000)] | None = None
    fields: Annotated[list[Annotated[_Text, _upto(2000)]], Field(min_length=1, max_length=10)] | None = None
    accessory: _Element | None = None
    expand: bool = False


class _Header(_Block):
    type: Literal["header"]
    text: Annotated[_Plain, _upto(150)]


class _Divider(_Block):
    type: Literal["divider"]


class _ImageBlock(_Block):
    type: Literal["image"]
    image_url: _Url
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]
    title: Annotated[_Plain, _upto(2000)] | None = None


class _Actions(_Block):
    type: Literal["actions"]
    elements: Annotated[list[_Element], Field(min_length=1, max_length=25)]


class _Context(_Block):
    type: Literal["context"]
    elements: Annotated[
        list[Annotated[_Plain | _Mrkdwn | _Image, Field(discriminator="type")]],
        Field(min_length=1, max_length=10),
    ]


class _Input(_Block):
    type: Literal["input"]
    label: Annotated[_Plain, _upto(2000)]
    element: _Element
    hint: Annotated[_Plain, _upto(2000)] | None = None
    optional: bool = False
    dispatch_action: bool = False


class _OtherBlock(_Open):
    type: OtherBlock
    block_id: _BlockId | None = None


_AnyBlock = Annotated[
    _Section | _Header | _Divider | _ImageBlock | _Actions | _Context | _Input | _OtherBlock,
    Field(discriminator="type"),
]


class _Message(_Strict):
    blocks: Annotated[list[_AnyBlock], Field(max_length=50)]


class _Surface(_Strict):
    blocks: Annotated[list[_AnyBlock], Field(max_length=100)]
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    callback_id: Annotated[str, Field(max_length=255)] = ""
    external_id: Annotated[str, Field(max_length=255)] = ""


class _Modal(_Surface):
    type: Literal["modal"]
    title: Annotated[_Plain, _upto(24)]
    submit: Annotated[_Plain, _upto(24)] | None = None
    close: Annotated[_Plain, _upto(24)] | None = None
    clear_on_close: bool = False
    notify_on_close: bool = False
    submit_disabled: bool = False


class _Home(_Surface):
    type: Literal["home"]


_MESSAGE = TypeAdapter(_Message)
_VIEWS: dict[str, TypeAdapter[_Modal] | TypeAdapter[_Home]] = {
    "modal": TypeAdapter(_Modal),
    "home": TypeAdapter(_Home),
}
_UNIONS = {"section", "header", "divider", "image", "actions", "context", "input", "button", "overflow"} | {
    "static_select", "plain_text_input", "plain_text", "mrkdwn", *get_args(OtherBlock), *get_args(OtherElement),
}  # fmt: skip


def check_blocks(blocks: object) -> list[Json]:
    """Return the blocks of a message if Slack would take them. Raises SlackError("invalid_blocks")."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    _judge(_MESSAGE, {"blocks": blocks}, "invalid_blocks")
    checked: list[Json] = blocks
    return checked


def check_view(view: object, *, kind: Literal["modal", "home"]) -> Json:
    """Return the view if Slack would take it as a modal or a home. Raises SlackError("invalid_arguments")."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", **_told(["must be a JSON object [json-pointer:/view]"]))
    _judge(_VIEWS[kind], view, "invalid_arguments", root="/view")
    checked: Json = view
    return checked


def _judge(adapter: TypeAdapter[Any], value: Json, code: str, root: str = "") -> None:
    try:
        adapter.validate_python(value)
    except ValidationError as refused:
        raise SlackError(code, **_told([_sentence(found, root) for found in refused.errors()])) from None
    if twins := _twins(value["blocks"]):
        raise SlackError(code, **_told(twins))


def _told(messages: list[str]) -> Json:
    return {"errors": messages, "response_metadata": {"messages": [f"[ERROR] {said}" for said in messages]}}


def _twins(blocks: list[Json]) -> list[str]:
    """Complain about a block_id used twice in a message, and an action_id used twice in a block."""
    said = [f"block_id {key} already exists" for key in _repeated(block.get("block_id") for block in blocks)]
    for index, block in enumerate(blocks):
        if block["type"] == "actions":
            ids = _repeated(element.get("action_id") for element in block["elements"])
            said += [
                f"action_id `{key}` already exists [json-pointer:/blocks/{index}/elements]" for key in ids
            ]
    return said


def _repeated(keys: Iterable[str | None]) -> list[str]:
    return [key for key, seen in Counter(keys).items() if key is not None and seen > 1]


def _sentence(found: ErrorDetails, root: str) -> str:
    """Turn one of pydantic's findings into one of Slack's."""
    where = root + "".join(f"/{part}" for part in found["loc"] if part not in _UNIONS)
    limits = found.get("ctx", {})
    match found["type"]:
        case "too_long_text":
            what, where = f"must be less than {limits['max_length'] + 1} characters", where + "/text"
        case "string_too_long":
            what = f"must be less than {limits['max_length'] + 1} characters"
        case "string_too_short":
            what = f"must be more than {limits['min_length'] - 1} characters"
        case "too_long":
            what = f"no more than {limits['max_length']} items allowed"
        case "too_short":
            what = f"no less than {limits['min_length']} items allowed"
        case "missing":
            what, where = f"missing required field: {found['loc'][-1]}", where.rpartition("/")[0]
        case "extra_forbidden":
            what, where = f"invalid additional property: {found['loc'][-1]}", where.rpartition("/")[0]
        case "union_tag_invalid":
            what = f"unsupported type: {limits['tag']}"
        case "union_tag_not_found":
            what = "missing required field: type"
        case _:
            what = found["msg"].lower()
    return f"{what} [json-pointer:{where}]"
