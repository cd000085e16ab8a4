"""The blocks that every Slack knows, with Slack's limits (platforms.md, Slack: Block Kit)."""

from typing import Annotated, Literal

from pydantic import Field

from bot.sandbox.slack.block_elements import BlockId, Element, Image, Mrkdwn, Plain, Strict, Text, Url, upto


class Block(Strict):
    """What every block may have."""

    block_id: BlockId | None = None


class _Section(Block):
    type: Literal["section"]
    text: Annotated[Text, upto(3000)] | None = None
    fields: Annotated[list[Annotated[Text, upto(2000)]], Field(min_length=1, max_length=10)] | None = None
    accessory: Element | None = None
    expand: bool = False


class _Header(Block):
    type: Literal["header"]
    text: Annotated[Plain, upto(150)]


class _Divider(Block):
    type: Literal["divider"]


class _ImageBlock(Block):
    type: Literal["image"]
    image_url: Url
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]
    title: Annotated[Plain, upto(2000)] | None = None


class _Actions(Block):
    type: Literal["actions"]
    elements: Annotated[list[Element], Field(min_length=1, max_length=25)]


class _Context(Block):
    type: Literal["context"]
    elements: Annotated[
        list[Annotated[Plain | Mrkdwn | Image, Field(discriminator="type")]],
        Field(min_length=1, max_length=10),
    ]


class _Input(Block):
    type: Literal["input"]
    label: Annotated[Plain, upto(2000)]
    element: Element
    hint: Annotated[Plain, upto(2000)] | None = None
    optional: bool = False
    dispatch_action: bool = False


ClassicBlock = _Section | _Header | _Divider | _ImageBlock | _Actions | _Context | _Input
