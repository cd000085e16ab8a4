"""A Slack workspace on loopback: its people, its Web API, and the requests that it sends to a bot.

    workspace = Workspace()
    alice = workspace.add_user("alice")
    incidents = workspace.add_channel("incidents", members=[alice])
    async with serve(workspace.app) as workspace.base_url:
        workspace.connect_http(bot_url, signing_secret)      # or: wait until a bot connects by Socket Mode
        await workspace.slash(alice, incidents, "/oms", "pause prod-sg 191297407830872")
        [card] = await workspace.wait_for(lambda: workspace.messages(incidents), 2)
        await workspace.click(alice, card, "oms_confirm")

It behaves as platforms.md says, with scopes, limits and refusals; what people do is refused with
`ImpossibleError` where Slack's client would not let them. `clock` (seconds since 1970) governs message times,
response_urls and triggers; signatures carry the real time, because bots compare them with theirs.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from starlette.applications import Starlette

from bot.sandbox.slack.answers import close_view, show
from bot.sandbox.slack.api import Call, SlackApi
from bot.sandbox.slack.block_elements import check_options
from bot.sandbox.slack.dispatch import Delivery, Dispatcher, Tampering, sign
from bot.sandbox.slack.faults import Faults, RateLimit
from bot.sandbox.slack.methods import add_token
from bot.sandbox.slack.objects import Channel, ImpossibleError, Json, Message, Token, User, View
from bot.sandbox.slack.office import Office
from bot.sandbox.slack.payloads import Payload, Payloads
from bot.sandbox.slack.socket import SocketHub
from bot.sandbox.slack.steps import StepRun, begin
from bot.sandbox.slack.world import Change, World

__all__ = ["Change", "Delivery", "ImpossibleError", "Message", "Payload", "Workspace", "sign"]

DEFAULT_SCOPES = frozenset({"commands", "chat:write", "users:read", "app_mentions:read"})


class Workspace(Office):
    """One Slack workspace with one app installed.

    Attributes:
        app: The ASGI app to serve; set `base_url` to where it is served (without a trailing slash).
        faults: Break something: `faults.add("chat.update", status=503, times=3)`; see `Fault`.
        rate_limit: `rate_limit.turn_on()` for one chat.postMessage a second a channel; off at first.
        sockets: The bot's Socket Mode connections; `await sockets.disconnect()` asks them to reconnect.
        dispatcher: How requests go out: `ack_seconds` (3), `retry_delays`, and all `deliveries`.
        bot_token, app_token, signing_secret: What the bot needs.
    """

    def __init__(
        self,
        *,
        team_id: str = "T0SANDBOX",
        clock: Callable[[], float] = time.time,
        enterprise_id: str | None = None,
        scopes: Iterable[str] = DEFAULT_SCOPES,
    ) -> None:
        super().__init__(World(team_id=team_id, clock=clock, enterprise_id=enterprise_id))
        self.faults, self.rate_limit = Faults(), RateLimit(clock)
        self.sockets = SocketHub(self.world)
        self.dispatcher = Dispatcher(self.sockets)
        self.payloads = Payloads(self.world, lambda: self.base_url)
        self._api = SlackApi(self.world, self.faults, self.rate_limit, self.sockets)
        self._bot = add_token(self.world, "bot", set(scopes))
        self._app = add_token(self.world, "app", {"connections:write"})
        self.signing_secret = "sandbox-signing-secret"  # noqa: S105  # a fake, for a fake Slack

    @property
    def app(self) -> Starlette:
        """The ASGI app: /api/…, response_urls, /oauth/v2/authorize, and Socket Mode's WebSocket."""
        return self._api.app

    @property
    def base_url(self) -> str | None:
        """Where `app` can be reached; learnt from the first API call if nobody sets it."""
        return self._api.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._api.base_url = url.rstrip("/")

    @property
    def api_url(self) -> str:
        """The Web API's address, for SLACK_API_URL. Raises RuntimeError before `base_url` is known."""
        if self.base_url is None:
            raise RuntimeError("set workspace.base_url to where workspace.app is served")
        return f"{self.base_url}/api/"

    @property
    def bot_token(self) -> str:
        """The xoxb- token that was installed first."""
        return self._bot.value

    @property
    def app_token(self) -> str:
        """The xapp- token, for Socket Mode."""
        return self._app.value

    @property
    def calls(self) -> list[Call]:
        """Every request that the bot made, oldest first, without its secrets."""
        return self._api.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Every request that was sent to the bot, oldest first, retries included."""
        return self.dispatcher.deliveries

    # --- tokens -------------------------------------------------------------------------------------------

    def revoke_token(self, token: str | None = None) -> None:
        """Revoke the bot token, or the one given."""
        revoked = self.world.tokens[token or self.bot_token]
        revoked.error = "token_revoked"
        self.world.emit("token.revoked", revoked)

    def grant(self, *scopes: str) -> None:
        """Give the bot token more scopes."""
        self._bot.scopes.update(scopes)

    def ungrant(self, *scopes: str) -> None:
        """Take scopes away from the bot token."""
        self._bot.scopes.difference_update(scopes)

    def issue_token(self, kind: str, scopes: Iterable[str]) -> Token:
        """Issue another "bot" or "app" token."""
        return add_token(self.world, "bot" if kind == "bot" else "app", set(scopes))

    # --- reaching the bot ---------------------------------------------------------------------------------

    def connect_http(self, bot_url: str, signing_secret: str | None = None) -> None:
        """Send requests to this URL (its path defaults to /slack/events), signed with this secret."""
        has_path = bot_url.split("://", 1)[-1].rstrip("/").count("/") > 0
        self.dispatcher.url = bot_url if has_path else bot_url.rstrip("/") + "/slack/events"
        self.dispatcher.signing_secret = signing_secret or self.signing_secret

    def disconnect_http(self) -> None:
        """Send requests to whoever is connected by Socket Mode."""
        self.dispatcher.url = None

    # --- what people do -----------------------------------------------------------------------------------

    async def slash(self, user: User | str, channel: Channel | str, command: str, text: str = "") -> Delivery:
        """Let a person type a slash command, and show them the bot's answer, or Slack's error.

        Raises:
            ImpossibleError: They are deactivated, foreign or not in the channel, or it is archived.
        """
        [delivery] = await self.send(self.slash_payload(user, channel, command, text))
        return delivery

    async def click(
        self,
        user: User | str,
        message: Message,
        action_id: str,
        *,
        value: str | None = None,
        block_id: str | None = None,
        state: Json | None = None,
        stale_message: Message | None = None,
    ) -> Delivery:
        """Let a person use a button or menu of a message.

        Args:
            user: Who; also somebody of another workspace, who shares the channel.
            message: The message, as it is now.
            action_id: Which element.
            value: A menu's option; on a button it forges another value than the message has.
            block_id: Which block, if several have that action_id.
            state: `state.values`, for messages with inputs.
            stale_message: A `message.snapshot()` from before: a client that has not seen the edits since.

        Raises:
            ImpossibleError: They do not see such an element, are deactivated, or not in the channel.
        """
        payload = self.click_payload(
            user, message, action_id, value=value, block_id=block_id, state=state, stale_message=stale_message
        )
        [delivery] = await self.send(payload)
        return delivery

    async def click_view(
        self, user: User | str, view: View, action_id: str, *, value: str | None = None
    ) -> Delivery:
        """Let a person use a button or menu of a modal or of their App Home."""
        [delivery] = await self.send(self.payloads.view_click(self.world.user(user), view, action_id, value))
        return delivery

    async def options(self, user: User | str, view: View, action_id: str, typed: str = "") -> dict[str, str]:
        """Let a person open a menu that asks the bot, and type into it; return what it offers, by value."""
        payload = self.payloads.suggestion(self.world.user(user), view, action_id, typed)
        [delivery] = await self.send(payload)
        found: list[Json] = delivery.json.get("options", []) if delivery.ok else []
        view.offered[payload.data["block_id"], action_id] = check_options(found)
        return {one["value"]: one["text"]["text"] for one in found}

    async def submit(self, user: User | str, view: View, values: Json | None = None) -> Delivery:
        """Let a person submit a modal; `values` maps action_id to a text, or to the value of an option.

        The answer's response_action is carried out: errors stay in `view.errors`, update and push show
        a view, anything else closes the modal.
        """
        [delivery] = await self.send(self.payloads.submission(self.world.user(user), view, values or {}))
        return delivery

    async def close_view(self, user: User | str, view: View) -> Delivery | None:
        """Let a person close a modal; the bot hears of it if it asked to (notify_on_close)."""
        payload = self.payloads.closing(self.world.user(user), view)
        close_view(self.world, view)
        return (await self.send(payload))[0] if view.definition.get("notify_on_close") else None

    async def shortcut(self, user: User | str, callback_id: str, message: Message | None = None) -> Delivery:
        """Let a person choose a shortcut: of a message if one is given, else the global one."""
        [delivery] = await self.send(self.payloads.shortcut(self.world.user(user), callback_id, message))
        return delivery

    async def event(self, event: Json) -> Delivery:
        """Send an event of the Events API, with Slack's three retries if it is not acknowledged."""
        [delivery] = await self.send(self.event_payload(event))
        return delivery

    async def mention(
        self, user: User | str, channel: Channel | str, text: str, *, thread_ts: str | None = None
    ) -> Delivery:
        """Let a person write "@bot text" and send app_mention; the bot has to be in the channel.

        A text that holds the bot's mention already, in whatever place, is written as it is.

        Raises:
            ImpossibleError: The person cannot write there; or the bot is not in the channel or lacks
                app_mentions:read, so it would hear nothing.
        """
        place = self.world.channel(channel)
        self.payloads.present(self.world.user(user), place)
        if self.bot.id not in place.members or "app_mentions:read" not in self._bot.scopes:
            raise ImpossibleError(f"the bot does not hear mentions in {place.name}")
        text = text if f"<@{self.bot.id}" in text else f"<@{self.bot.id}> {text}".rstrip()
        return await self._mentioned(self.say(user, place, text, thread_ts=thread_ts))

    async def edit(self, message: Message, text: str) -> Delivery:
        """Let a person edit a message that mentions the bot: Slack sends another app_mention, of the same message."""
        return await self._mentioned(self.world.edit(message, text=text))

    async def _mentioned(self, said: Message) -> Delivery:
        shown = said.as_json(team=self.world.user(said.user).team_id, app_id=self.world.app_id)
        event = {"type": "app_mention", "channel": said.channel, "event_ts": said.edited or said.ts}
        return await self.event(shown | event)

    async def open_home(self, user: User | str) -> Delivery:
        """Let a person open the bot's App Home."""
        person = self.world.user(user)
        channel = self.direct_message(person)
        event: Json = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": "home"}
        if view := self.home(person):
            event |= {"view": self._view_json(view)}
        return await self.event(event)

    async def run_step(
        self,
        callback_id: str,
        inputs: Mapping[str, str],
        *,
        person: User | str | None = None,
        place: Channel | str | None = None,
    ) -> StepRun:
        """Let a workflow run a step of `world.functions` for a *person*, or nobody, and say in *place* how it ended."""
        who = None if person is None else self.world.user(person)
        run, event = begin(self.world, callback_id, self.world.functions[callback_id], inputs, who)
        run.place = None if place is None else self.world.channel(place)
        await self.event(event)
        return run

    async def user_changed(self, user: User | str) -> Delivery:
        """Send user_change with the person as they are now, e.g. after `deactivate`."""
        person = self.world.user(user)
        return await self.event({"type": "user_change", "user": person.as_json()})

    # --- forging ------------------------------------------------------------------------------------------

    def slash_payload(
        self, user: User | str, channel: Channel | str, command: str, text: str = ""
    ) -> Payload:
        """Build a slash command to change or replay with `send`."""
        return self.payloads.slash(self.world.user(user), self.world.channel(channel), command, text)

    def click_payload(
        self,
        user: User | str,
        message: Message,
        action_id: str,
        *,
        value: str | None = None,
        block_id: str | None = None,
        state: Json | None = None,
        stale_message: Message | None = None,
    ) -> Payload:
        """Build a click to change or replay with `send`; see `click`."""
        person = self.world.user(user)
        return self.payloads.click(
            person, message, action_id, value=value, block_id=block_id, state=state, stale=stale_message
        )

    def event_payload(self, event: Json) -> Payload:
        """Build an event_callback to change or replay with `send`."""
        return self.payloads.event(event)

    async def send(
        self,
        payload: Payload,
        *,
        timestamp: int | str | None = None,
        signature: str | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        times: int = 1,
        concurrently: bool = False,
    ) -> list[Delivery]:
        """Send a payload as it is, and show people what comes of it.

        Args:
            payload: What to send; the same object again is a replay.
            timestamp: X-Slack-Request-Timestamp, if not now (seconds since 1970); it is what is signed.
            signature: X-Slack-Signature, if not the right one.
            headers: More headers, or others.
            body: What is sent instead of the body that is signed.
            times: How often.
            concurrently: All at once rather than one after the other.

        Returns:
            One delivery for each time (for an event: the last attempt of each).
        """
        tampering = Tampering(timestamp, signature, headers or {}, body)
        deed = self.dispatcher.send_event if payload.kind == "events_api" else self.dispatcher.send
        if concurrently:
            deliveries = list(await asyncio.gather(*(deed(payload, tampering) for _ in range(times))))
        else:
            deliveries = [await deed(payload, tampering) for _ in range(times)]
        for delivery in deliveries:
            show(self.world, delivery)
        return deliveries

    def _view_json(self, view: View) -> Json:
        return view.as_json(team=self.world.team_id, app_id=self.world.app_id, bot_id=self.world.bot_id)
