"""Slack's judgement of Block Kit: its limits, told the way Slack tells them (platforms.md, Slack: Block Kit).

A refusal is `invalid_blocks` (`invalid_arguments` for a view) with `response_metadata.messages` such as
"[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]".
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.sandbox.slack import block_elements, newer_blocks
from bot.sandbox.slack.block_elements import BlockId, Open, Plain, Strict, upto
from bot.sandbox.slack.classic_blocks import ClassicBlock
from bot.sandbox.slack.newer_blocks import NewerBlock
from bot.sandbox.slack.objects import Json, SlackError, interactive_elements

# Blocks that Slack knows and we do not use: their inside is not judged.
_OTHERS = Literal["call", "card", "carousel", "context_actions", "file", "markdown", "video"]


class _OtherBlock(Open):
    type: _OTHERS
    block_id: BlockId | None = None


_AnyBlock = Annotated[ClassicBlock | NewerBlock | _OtherBlock, Field(discriminator="type")]


class _Message(Strict):
    blocks: Annotated[list[_AnyBlock], Field(max_length=50)]


class _Surface(Strict):
    blocks: Annotated[list[_AnyBlock], Field(max_length=100)]
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    callback_id: Annotated[str, Field(max_length=255)] = ""
    external_id: Annotated[str, Field(max_length=255)] = ""


class _Modal(_Surface):
    type: Literal["modal"]
    title: Annotated[Plain, upto(24)]
    submit: Annotated[Plain, upto(24)] | None = None
    close: Annotated[Plain, upto(24)] | None = None
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
_TAGS = {"section", "header", "divider", "actions", "context", "input", *get_args(_OTHERS)}
_TAGS |= block_elements.TAGS | newer_blocks.TAGS


def check_blocks(blocks: object, *, unknown: Collection[str] = ()) -> list[Json]:
    """Return the blocks of a message if Slack would take them, or one that has `unknown` types of blocks.

    Raises:
        SlackError: invalid_blocks or invalid_blocks_format.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    _judge(_MESSAGE, {"blocks": blocks}, "invalid_blocks", surface="message", unknown=unknown)
    checked: list[Json] = blocks
    return checked


def check_view(view: object, *, kind: Literal["modal", "home"], unknown: Collection[str] = ()) -> Json:
    """Return the view if Slack would take it as a modal or a home. Raises SlackError("invalid_arguments")."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", **_told(["must be a JSON object [json-pointer:/view]"]))
    _judge(_VIEWS[kind], view, "invalid_arguments", surface=kind, unknown=unknown, root="/view")
    checked: Json = view
    return checked


def _judge(
    adapter: TypeAdapter[Any],
    value: Json,
    code: str,
    *,
    surface: str,
    unknown: Collection[str],
    root: str = "",
) -> None:
    try:
        adapter.validate_python(value)
    except ValidationError as refused:
        raise SlackError(code, **_told([_sentence(found, root) for found in refused.errors()])) from None
    blocks: list[Json] = value["blocks"]
    if said := [*_unknown(blocks, unknown), *_twins(blocks), *newer_blocks.together(blocks, surface)]:
        raise SlackError(code, **_told(said))


def _unknown(blocks: list[Json], unknown: Collection[str]) -> list[str]:
    """Complain about the blocks that this workspace does not know, as older ones do not know the newest."""
    found = [(f"/blocks/{index}", block["type"]) for index, block in enumerate(blocks)]
    return [f"unsupported type: {kind} [json-pointer:{where}]" for where, kind in found if kind in unknown]


def _told(messages: list[str]) -> Json:
    return {"errors": messages, "response_metadata": {"messages": [f"[ERROR] {said}" for said in messages]}}


def _twins(blocks: list[Json]) -> list[str]:
    """Complain about a block_id used twice in a message, and an action_id used twice in a block."""
    said = [f"block_id {key} already exists" for key in _repeated(block.get("block_id") for block in blocks)]
    for index, block in enumerate(blocks):
        where = f"/blocks/{index}" + ("/elements" if block["type"] == "actions" else "")
        ids = _repeated(element.get("action_id") for _, element in interactive_elements([block]))
        said += [f"action_id `{key}` already exists [json-pointer:{where}]" for key in ids]
    return said


def _repeated(keys: Iterable[str | None]) -> list[str]:
    return [key for key, seen in Counter(keys).items() if key is not None and seen > 1]


def _sentence(found: ErrorDetails, root: str) -> str:
    """Turn one of pydantic's findings into one of Slack's."""
    where = root + "".join(f"/{part}" for part in found["loc"] if part not in _TAGS)
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
