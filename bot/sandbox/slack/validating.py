"""`blocks.validate`: how an app asks which blocks a workspace takes."""

from typing import Literal

from bot.sandbox.slack.blocks import check_blocks, check_view
from bot.sandbox.slack.chat import ApiCall
from bot.sandbox.slack.objects import Json, SlackError


def blocks_validate(call: ApiCall) -> Json:
    """Answer blocks.validate: whether this workspace would take a message's `blocks`, or a `view`."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    value = call.json(given[0], "invalid_arguments")
    try:
        if given == ["view"]:
            kind: Literal["modal", "home"] = "home" if value.get("type") == "home" else "modal"
            check_view(value, kind=kind, unknown=call.world.unknown_blocks)
        else:
            blocks = value.get("blocks") if given == ["message"] else value
            check_blocks(blocks, unknown=call.world.unknown_blocks)
    except SlackError as refused:
        found = [_pointed(said) for said in refused.extra.get("errors", [refused.code])]
        raise SlackError(refused.code, errors=found) from None
    return {}


def _pointed(said: str) -> Json:
    words, _, pointer = said.removesuffix("]").partition(" [json-pointer:")
    return {"pointer": pointer, "code": "invalid", "message": words}
