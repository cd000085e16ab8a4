"""What blocks are made of, with Slack's limits: texts, buttons, menus, inputs (platforms.md, Slack: Block Kit)."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from bot.sandbox.slack.objects import Json

# Elements that Slack knows and our cards do not use: their inside is not judged.
OtherElement = Literal[
    "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker",
    "email_text_input", "external_select", "multi_external_select", "multi_static_select",
    "multi_users_select", "number_input", "radio_buttons", "timepicker", "url_text_input",
    "users_select", "workflow_button",
]  # fmt: skip


class Strict(BaseModel):
    """Everything it may hold is known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Open(BaseModel):
    """What else it holds is not judged."""

    model_config = ConfigDict(extra="allow")


class Plain(Strict):
    """Plain text."""

    type: Literal["plain_text"]
    text: Annotated[str, Field(min_length=1)]
    emoji: bool = True


class Mrkdwn(Strict):
    """Marked text."""

    type: Literal["mrkdwn"]
    text: Annotated[str, Field(min_length=1)]
    verbatim: bool = False


def upto(limit: int) -> AfterValidator:
    """Limit a text object's length, which depends on where it stands."""

    def check(value: Plain | Mrkdwn) -> Plain | Mrkdwn:
        if len(value.text) > limit:
            raise PydanticCustomError("too_long_text", "", {"max_length": limit})
        return value

    return AfterValidator(check)


Text = Annotated[Plain | Mrkdwn, Field(discriminator="type")]
ActionId = Annotated[str, Field(min_length=1, max_length=255)]
BlockId = Annotated[str, Field(max_length=255)]
Url = Annotated[str, Field(max_length=3000)]
Style = Literal["primary", "danger"]


class _Confirm(Strict):
    title: Annotated[Plain, upto(100)]
    text: Annotated[Text, upto(300)]
    confirm: Annotated[Plain, upto(30)]
    deny: Annotated[Plain, upto(30)]
    style: Style | None = None


class Button(Strict):
    """A button."""

    type: Literal["button"]
    text: Annotated[Plain, upto(75)]
    action_id: ActionId | None = None
    value: Annotated[str, Field(max_length=2000)] | None = None
    url: Url | None = None
    style: Style | None = None
    confirm: _Confirm | None = None
    accessibility_label: Annotated[str, Field(max_length=75)] | None = None


class _Option(Strict):
    text: Annotated[Text, upto(75)]
    value: Annotated[str, Field(max_length=150)]
    description: Annotated[Text, upto(75)] | None = None
    url: Url | None = None


_OPTIONS = TypeAdapter(Annotated[list[_Option], Field(max_length=100)])


def check_options(options: list[Json]) -> list[Json]:
    """Return what a bot offers in a menu if Slack would show it. Raises pydantic's ValidationError."""
    _OPTIONS.validate_python(options)
    return options


class _Overflow(Strict):
    type: Literal["overflow"]
    action_id: ActionId | None = None
    options: Annotated[list[_Option], Field(min_length=1, max_length=5)]
    confirm: _Confirm | None = None


class _Select(Strict):
    type: Literal["static_select"]
    action_id: ActionId | None = None
    placeholder: Annotated[Plain, upto(150)] | None = None
    options: Annotated[list[_Option], Field(min_length=1, max_length=100)] | None = None
    option_groups: Annotated[list[Json], Field(max_length=100)] | None = None
    initial_option: _Option | None = None
    confirm: _Confirm | None = None
    focus_on_load: bool = False


class _TextInput(Strict):
    type: Literal["plain_text_input"]
    action_id: ActionId | None = None
    placeholder: Annotated[Plain, upto(150)] | None = None
    initial_value: str | None = None
    multiline: bool = False
    min_length: Annotated[int, Field(ge=0, le=3000)] | None = None
    max_length: Annotated[int, Field(ge=1, le=3000)] | None = None
    focus_on_load: bool = False
    dispatch_action_config: Json | None = None


class Image(Strict):
    """A picture."""

    type: Literal["image"]
    image_url: Url
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]


class _OtherElement(Open):
    type: OtherElement


Element = Annotated[
    Button | _Overflow | _Select | _TextInput | Image | _OtherElement, Field(discriminator="type")
]


_LEAVES = {
    "text": ("text",), "link": ("url",), "emoji": ("name",), "user": ("user_id",), "channel": ("channel_id",),
    "usergroup": ("usergroup_id",), "broadcast": ("range",), "date": ("timestamp", "format"), "color": ("value",),
    "team": ("team_id",),
}  # fmt: skip
_PARTS = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")


class _Node(Open):
    """A part of a rich text, or a leaf of one."""

    type: str
    elements: list["_Node"] | None = None

    @model_validator(mode="after")
    def _complete(self) -> "_Node":
        needed = ("elements",) if self.type in _PARTS else _LEAVES.get(self.type)
        if needed is None:
            raise unsupported(self.type)
        given: dict[str, Any] = {"elements": self.elements, **(self.model_extra or {})}
        for name in needed:
            if not given.get(name):
                raise PydanticCustomError("no_field", "missing required field: {name}", {"name": name})
        return self


class RichText(Strict):
    """Formatted text, as people write it: a block of its own, and a cell or a detail of others."""

    type: Literal["rich_text"]
    block_id: BlockId | None = None
    elements: Annotated[list[_Node], Field(min_length=1)]


def unsupported(kind: str) -> PydanticCustomError:
    """Slack does not know this type, or not here."""
    return PydanticCustomError("unsupported", "unsupported type: {kind}", {"kind": kind})


TAGS = {"button", "overflow", "static_select", "plain_text_input", "image", "plain_text", "mrkdwn"}.union(
    get_args(OtherElement)
)
"""What stands in pydantic's paths and not in Slack's."""
