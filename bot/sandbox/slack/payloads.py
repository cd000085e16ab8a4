"""What Slack sends to an app: slash commands, clicks, submissions, shortcuts, events.

Built from the `World`, with the fields that Slack sends (platforms.md, Slack: payloads). A `Payload` is open to
tampering: tests may change `data` before it is sent.
"""

import json
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.slack.inputs import choice, is_menu, state_of
from bot.sandbox.slack.objects import (
    Channel,
    Hook,
    ImpossibleError,
    Json,
    Message,
    User,
    View,
    interactive_elements,
)
from bot.sandbox.slack.world import World

_HOOK_SECONDS = 30 * 60
_TOKEN = "sandbox-verification-token"  # noqa: S105  # the deprecated `token` field, not a secret


@dataclass
class Payload:
    """A request to the bot before it is signed. `kind` is the envelope type of Socket Mode.

    Attributes:
        kind: Which encoding it needs: a form, a form with one JSON field, or JSON.
        data: The fields; change them to forge.
        user: Who caused it, for what they are shown if it fails.
        channel: Where they are, if anywhere.
    """

    kind: Literal["slash_commands", "interactive", "events_api"]
    data: Json
    user: str
    channel: str | None = None
    view: View | None = field(default=None, repr=False)

    @property
    def content_type(self) -> str:
        """Return the Content-Type of the HTTP request."""
        return "application/json" if self.kind == "events_api" else "application/x-www-form-urlencoded"

    def body(self) -> bytes:
        """Return the body of the HTTP request."""
        if self.kind == "events_api":
            return json.dumps(self.data).encode()
        fields = self.data if self.kind == "slash_commands" else {"payload": json.dumps(self.data)}
        return urllib.parse.urlencode(fields).encode()


class Payloads:
    """Builds payloads; it refuses what Slack's client would not offer a person."""

    def __init__(self, world: World, base_url: Callable[[], str | None]) -> None:
        self.world, self._base_url = world, base_url

    def slash(self, user: User, channel: Channel, command: str, text: str) -> Payload:
        """Build a slash command. Raises ImpossibleError for who could not have typed it there."""
        world = self.world
        self.present(user, channel)
        if user.team_id != world.team_id:
            raise ImpossibleError(f"{user.name} is of another workspace, where {command} does not exist")
        data = {
            "token": _TOKEN,
            "team_id": world.team_id,
            "team_domain": world.team_domain,
            "channel_id": channel.id,
            "channel_name": channel.payload_name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": self._hook("commands", user, channel, None),
            "trigger_id": world.new_trigger(user.id),
        }
        if world.enterprise_id:
            data |= {"enterprise_id": world.enterprise_id, "enterprise_name": world.team_name}
        return Payload("slash_commands", data, user.id, channel.id)

    def click(
        self,
        user: User,
        message: Message,
        action_id: str,
        *,
        value: str | None,
        block_id: str | None,
        state: Json | None,
        stale: Message | None,
    ) -> Payload:
        """Build the block_actions of a click. Raises ImpossibleError if that person sees no such button."""
        world, seen = self.world, stale or message
        channel = world.channel(message.channel)
        self.present(user, channel)
        if (message.deleted and not stale) or message.ephemeral_to not in (None, user.id):
            raise ImpossibleError(f"{user.name} does not see that message")
        action = self._action(seen.elements(), action_id, block_id, value)
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_to is not None,
        }
        if seen.thread_ts:
            container["thread_ts"] = seen.thread_ts
        data = self._interaction("block_actions", user) | {
            "container": container,
            "channel": {"id": channel.id, "name": channel.payload_name},
            "message": seen.as_json(team=world.team_id, app_id=world.app_id),
            "state": {"values": state or {}},
            "response_url": self._hook("actions", user, channel, message),
            "actions": [action],
        }
        return Payload("interactive", data, user.id, channel.id)

    def view_click(self, user: User, view: View, action_id: str, value: str | None) -> Payload:
        """Build the block_actions of a click, or of a choice, in a modal or App Home."""
        self._sees(user, view)
        block_id, element = self._element(interactive_elements(view.definition["blocks"]), action_id, None)
        action = self._described(block_id, element, value, view)
        shown = self._view(view)
        shown["state"] = {"values": state_of(view, {action_id: value} if is_menu(element) else {})}
        data = self._interaction("block_actions", user) | {
            "container": {"type": "view", "view_id": view.id},
            "view": shown,
            "actions": [action],
        }
        return Payload("interactive", data, user.id, view=view)

    def suggestion(self, user: User, view: View, action_id: str, typed: str) -> Payload:
        """Build the block_suggestion of a menu that asks the bot what there is to choose from."""
        self._sees(user, view)
        block_id, element = self._element(interactive_elements(view.definition["blocks"]), action_id, None)
        if element["type"] != "external_select" or len(typed) < element.get("min_query_length", 3):
            raise ImpossibleError(f"{action_id} asks nobody what there is")
        shown = self._view(view)
        shown["state"] = {"values": state_of(view, {})}
        data = self._interaction("block_suggestion", user) | {
            "container": {"type": "view", "view_id": view.id},
            "view": shown,
            "action_id": action_id,
            "block_id": block_id,
            "value": typed,
        }
        del data["trigger_id"]
        return Payload("interactive", data, user.id, view=view)

    def submission(self, user: User, view: View, values: Json) -> Payload:
        """Build a view_submission; `values` maps each action_id to a text or to a select's value."""
        self._sees(user, view)
        if view.type != "modal":
            raise ImpossibleError("only a modal can be submitted")
        shown = self._view(view)
        shown["state"] = {"values": state_of(view, values)}
        data = self._interaction("view_submission", user) | {"view": shown, "response_urls": []}
        return Payload("interactive", data, user.id, view=view)

    def closing(self, user: User, view: View) -> Payload:
        """Build a view_closed."""
        self._sees(user, view)
        data = self._interaction("view_closed", user) | {"view": self._view(view), "is_cleared": False}
        del data["trigger_id"]
        return Payload("interactive", data, user.id, view=view)

    def shortcut(self, user: User, callback_id: str, message: Message | None) -> Payload:
        """Build a shortcut: a message shortcut if a message is given, else a global one."""
        world = self.world
        if user.team_id != world.team_id:
            raise ImpossibleError(f"{user.name} is of another workspace, where the app has no shortcuts")
        data = self._interaction("message_action" if message else "shortcut", user)
        data |= {"callback_id": callback_id, "action_ts": world.next_ts()}
        del data["api_app_id"], data["enterprise"]
        if message is None:
            return Payload("interactive", data, user.id)
        channel = world.channel(message.channel)
        self.present(user, channel)
        data |= {
            "message_ts": message.ts,
            "channel": {"id": channel.id, "name": channel.payload_name},
            "message": message.as_json(team=world.team_id, app_id=world.app_id),
            "response_url": self._hook("actions", user, channel, None),
        }
        return Payload("interactive", data, user.id, channel.id)

    def event(self, event: Json) -> Payload:
        """Wrap an event of the Events API in its event_callback."""
        world = self.world
        data = {
            "token": _TOKEN,
            "team_id": world.team_id,
            "api_app_id": world.app_id,
            "event": {"event_ts": world.next_ts()} | event,
            "type": "event_callback",
            "event_id": world.next_id("Ev"),
            "event_time": int(world.clock()),
            "authorizations": [
                {
                    "enterprise_id": world.enterprise_id,
                    "team_id": world.team_id,
                    "user_id": world.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        user = event.get("user", "")
        return Payload(
            "events_api", data, user if isinstance(user, str) else user["id"], event.get("channel")
        )

    def _interaction(self, kind: str, user: User) -> Json:
        world = self.world
        enterprise = {"id": world.enterprise_id, "name": world.team_name} if world.enterprise_id else None
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": world.app_id,
            "token": _TOKEN,
            "trigger_id": world.new_trigger(user.id),
            "team": {"id": world.team_id, "domain": world.team_domain},
            "enterprise": enterprise,
            "is_enterprise_install": False,
        }

    def _action(
        self, elements: list[tuple[str, Json]], action_id: str, block_id: str | None, value: str | None
    ) -> Json:
        """Describe the element of a message that was used; `value` picks an option or forges a button's value."""
        return self._described(*self._element(elements, action_id, block_id), value, None)

    def _element(
        self, elements: list[tuple[str, Json]], action_id: str, block_id: str | None
    ) -> tuple[str, Json]:
        for block, element in elements:
            if element["action_id"] == action_id and block_id in (None, block):
                return block, element
        offered = ", ".join(element["action_id"] for _, element in elements) or "none"
        raise ImpossibleError(f"there is no {action_id} to click; on the message: {offered}")

    def _described(self, block: str, element: Json, value: str | None, view: View | None) -> Json:
        action: Json = {"action_id": element["action_id"], "block_id": block, "type": element["type"]}
        action["action_ts"] = self.world.next_ts()
        if view and is_menu(element):
            return action | choice(view, block, element, value)
        if "options" in element:
            return action | {"selected_option": _option(element, value)}
        kept = {key: element[key] for key in ("text", "value", "style") if key in element}
        return action | kept | ({"value": value} if value is not None else {})

    def _hook(self, family: str, user: User, channel: Channel, source: Message | None) -> str:
        if (base_url := self._base_url()) is None:
            raise RuntimeError("set workspace.base_url to where workspace.app is served")
        key = f"{self.world.next_id('')}-{self.world.new_trigger('').rpartition('.')[2]}"
        expires_at = self.world.clock() + _HOOK_SECONDS
        self.world.hooks[key] = Hook(key, channel.id, user.id, expires_at, source)
        return f"{base_url}/{family}/{self.world.team_id}/{key}"

    def present(self, user: User, channel: Channel) -> None:
        """Raise ImpossibleError if this person cannot do anything in this channel."""
        if user.deleted:
            raise ImpossibleError(f"{user.name} is deactivated and cannot use Slack")
        if user.id not in channel.members:
            raise ImpossibleError(f"{user.name} is not in #{channel.name or channel.id}")
        if channel.archived:
            raise ImpossibleError(f"#{channel.name} is archived")

    def _sees(self, user: User, view: View) -> None:
        if view.user != user.id or not view.open:
            raise ImpossibleError(f"{user.name} does not see that view")

    def _view(self, view: View) -> Json:
        world = self.world
        return view.as_json(team=world.team_id, app_id=world.app_id, bot_id=world.bot_id)


def _option(element: Json, value: str | None) -> Json:
    for option in element["options"]:
        if value is None or option["value"] == value:
            chosen: Json = option
            return chosen
    raise ImpossibleError(f"{element['action_id']} offers no {value}")
