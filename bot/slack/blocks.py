"""The blocks that our messages are made of. Pure.

`mrkdwn` objects are always `verbatim`, so that Slack makes no link of a name that looks like one.
"""

from __future__ import annotations

from typing import Any

Blocks = list[dict[str, Any]]


def lines_of(*parts: str) -> str:
    """Return what there is of *parts*, one below the other."""
    return "\n".join(filter(None, parts))


def small_print(*lines: str) -> Blocks:
    """Return small print, if there is any."""
    text = lines_of(*lines)
    element = {"type": "mrkdwn", "text": text[:3000], "verbatim": True}
    return [{"type": "context", "elements": [element]}] if text else []


def plain_text(text: str) -> dict[str, Any]:
    """Return a text that is shown as it is."""
    return {"type": "plain_text", "text": text, "emoji": False}


def header(text: str) -> dict[str, Any]:
    """Return a heading."""
    return {"type": "header", "text": plain_text(text[:150])}


def section(text: str) -> dict[str, Any]:
    """Return a paragraph."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000], "verbatim": True}}


def button(
    action_id: str, label: str, value: str, spoken: str = "", *, style: str | None = None
) -> dict[str, Any]:
    """Return a button; *spoken* is what a screen reader says in place of its label."""
    made: dict[str, Any] = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(label[:75]),
        "value": value[:2000],
    }
    made |= {"accessibility_label": spoken} if spoken else {}
    return made | ({"style": style} if style else {})


def action_blocks(*buttons: dict[str, Any]) -> Blocks:
    """Return *buttons* in as few blocks as hold them: Slack takes no action_id twice in one."""
    blocks: Blocks = []
    for one in buttons:
        free = (
            block
            for block in blocks
            if one["action_id"] not in {other["action_id"] for other in block["elements"]}
        )
        if block := next(free, None):
            block["elements"].append(one)
        else:
            blocks.append({"type": "actions", "elements": [one]})
    return blocks


def input_block(
    name: str,
    label: str,
    element: dict[str, Any],
    *,
    hint: str = "",
    optional: bool = False,
    tells: bool = False,
) -> dict[str, Any]:
    """Return an input of a view, with its *element*; it *tells* what was chosen at once, if not only when submitted."""
    made = {"type": "input", "block_id": name, "label": plain_text(label), "element": element}
    made |= {"hint": plain_text(hint)} if hint else {}
    return made | {"optional": optional, "dispatch_action": tells}


def text_input(
    name: str,
    label: str,
    hint: str = "",
    *,
    max_length: int,
    typed: str = "",
    optional: bool = False,
    focused: bool = False,
) -> dict[str, Any]:
    """Return an input for a line of text, whose block is called as itself; *typed* stands in it already."""
    element = {
        "type": "plain_text_input",
        "action_id": name,
        "max_length": max_length,
        "focus_on_load": focused,
    }
    element |= {"initial_value": typed[:max_length]} if typed else {}
    return input_block(name, label, element, hint=hint, optional=optional)
