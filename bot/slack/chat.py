"""What the bot says to Slack: posts, updates, whispers, and where to turn when one of them can't be delivered.

`chat.postMessage` has no idempotency key, so a doubtful post is never repeated. Everything else may be.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.conversation.assured import assured
from bot.conversation.policy import Person
from bot.metrics import Observe
from bot.slack.cards import Message
from bot.slack.delivery import (
    OPERATORS_ERRORS,
    Answer,
    CannotDeliver,
    Doubtful,
    SlackError,
    classify,
    tell_operator,
)
from bot.slack.newer_blocks import REFUSALS, NewerBlocks
from bot.slack.rate_limits import RateLimits
from bot.slack.response_urls import URL, ResponseUrls

log = structlog.get_logger(__name__)

_LONGEST_ANSWER: Final = 2_000  # bytes of what a response_url answers: "ok", or what Slack does not take


class Chat:
    """Slack's Web API as the conversation needs it, in one *workspace*. Each call raises `SlackError` only."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        workspace: str = "",
        response_urls: ResponseUrls | None = None,
        newer_blocks: NewerBlocks | None = None,
        rate_limits: RateLimits | None = None,
        observe: Observe | None = None,
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._newer_blocks = newer_blocks or NewerBlocks()
        self._rate_limits = rate_limits or RateLimits()
        self._observe = observe
        self.response_urls = response_urls or ResponseUrls(client.base_url)
        self.bot_user_id: str | None = None  # as Slack said when it was asked last

    async def auth_test(self) -> dict[str, Any]:
        """Return what Slack says of the bot's token: team, user, and scopes under ``scopes``."""
        response = await self._call("auth.test", self._client.auth_test)
        self.bot_user_id = str(_fields(response).get("user_id") or "") or None
        headers = {key.lower(): value for key, value in response.headers.items()}
        return {**_fields(response), "scopes": headers.get("x-oauth-scopes", "")}

    async def teams(self) -> list[str]:
        """Return the names of the workspaces that the token of a whole organisation is good for, of many the first."""
        response = await self._call("auth.teams.list", self._client.auth_teams_list)
        teams = _fields(response).get("teams")
        return [str(team.get("name") or team.get("id")) for team in teams or () if isinstance(team, dict)]

    async def open_socket(self, app_token: str) -> str:
        """Return an address at which one WebSocket for Socket Mode can be opened, once."""
        response = await self._call(
            "apps.connections.open", lambda: self._client.apps_connections_open(app_token=app_token)
        )
        url = _fields(response).get("url")
        if not isinstance(url, str) or not url:
            raise Doubtful("apps.connections.open", "unreadable")
        return url

    async def prove(self) -> None:
        """Ask what every request needs: whose the token is, and whether people may be looked up.

        Raises:
            SlackError: either is refused, or Slack can't be asked.
        """
        bot = str((await self.auth_test()).get("user_id") or "")
        try:
            await self._call("users.info", lambda: self._client.users_info(user=bot))
        except CannotDeliver as error:
            # Any other concerns that user, and proves that asking is allowed.
            if error.error in OPERATORS_ERRORS:
                raise

    async def person(self, user_id: str) -> Person:
        """Return who *user_id* is at this moment; never from a cache, since a permission hangs on it."""
        response = await self._call(
            "users.info", lambda: self._client.users_info(user=user_id, include_locale=True)
        )
        user = _fields(response).get("user")
        if not isinstance(user, dict) or user.get("id") != user_id:
            # It says nothing about them, and nobody is let in on that.
            raise CannotDeliver("users.info", "unreadable")
        member = user.get("enterprise_user")
        in_organisation = member if isinstance(member, dict) else {}
        return Person(
            user_id=user_id,
            team_id=str(user.get("team_id") or ""),
            deleted=bool(user.get("deleted")),
            is_bot=bool(user.get("is_bot")),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            is_stranger=bool(user.get("is_stranger")),
            other_teams=_texts(in_organisation.get("teams")),
            name=str(user.get("real_name") or user.get("name") or ""),
            enterprise_id=str(in_organisation.get("enterprise_id") or ""),
            locale=str(user.get("locale") or ""),
            tz=str(user.get("tz") or ""),
            tz_offset=offset if isinstance(offset := user.get("tz_offset"), int) else 0,
        )

    async def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> str:
        """Post *message* and return its ``ts``. A doubtful post is not repeated."""

        def send(fitting: Message) -> Awaitable[AsyncSlackResponse]:
            return self._call(
                "chat.postMessage",
                lambda: self._client.chat_postMessage(
                    channel=channel,
                    text=fitting.text,
                    blocks=fitting.blocks,
                    thread_ts=thread_ts,
                    unfurl_links=False,
                    unfurl_media=False,
                ),
                channel,  # each has a limit of its own
            )

        response = await self._fitting(message, send)
        ts = _fields(response).get("ts")
        if not isinstance(ts, str) or not ts:
            raise Doubtful("chat.postMessage", "unreadable")
        return ts

    async def update(self, channel: str, ts: str, message: Message) -> None:
        """Replace the message at *ts*. Safe to repeat."""

        def send(fitting: Message) -> Awaitable[AsyncSlackResponse]:
            return self._call(
                "chat.update",
                lambda: self._client.chat_update(
                    channel=channel, ts=ts, text=fitting.text, blocks=fitting.blocks
                ),
            )

        await self._fitting(message, send)

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> str:
        """Open a modal and return its id. A trigger is good once, for three seconds; no scope is needed.

        Source: Slack, "views.open".
        """
        response = await self._call(
            "views.open", lambda: self._client.views_open(trigger_id=trigger_id, view=view)
        )
        opened = _fields(response).get("view")
        return str(opened.get("id") or "") if isinstance(opened, dict) else ""

    async def update_view(self, view_id: str, view: dict[str, Any]) -> None:
        """Show something else in a modal that is open. Safe to repeat."""
        await self._call("views.update", lambda: self._client.views_update(view_id=view_id, view=view))

    async def publish_home(self, user_id: str, view: dict[str, Any]) -> None:
        """Show somebody their App Home. Safe to repeat, and no scope is needed."""
        await self._call("views.publish", lambda: self._client.views_publish(user_id=user_id, view=view))

    async def complete_step(self, run: str, outputs: dict[str, str]) -> None:
        """End a run of a workflow's step. No scope is needed. Source: Slack, "functions.completeSuccess"."""
        await self._end_step("functions.completeSuccess", {"function_execution_id": run, "outputs": outputs})

    async def fail_step(self, run: str, error: str) -> None:
        """End a run of a workflow's step, and its workflow with it. Source: Slack, "functions.completeError"."""
        await self._end_step("functions.completeError", {"function_execution_id": run, "error": error})

    async def _end_step(self, method: str, said: dict[str, Any]) -> None:
        # Not slack_sdk's own method, which puts all of it into the address.
        await self._call(method, lambda: self._client.api_call(method, json=said))

    async def validate(self, what: dict[str, Any]) -> None:
        """Ask whether this workspace would take blocks, as *what* has them: ``{"blocks": …}`` or ``{"view": …}``.

        Nothing is shown to anybody, and no scope is needed. Source: Slack, "blocks.validate".

        Raises:
            CannotDeliver: it would not; `about` says why.
        """
        await self._call("blocks.validate", lambda: self._client.api_call("blocks.validate", json=what))

    async def group_members(self, group_id: str) -> list[str]:
        """Return who is in a user group now. Takes the scope usergroups:read."""
        response = await self._call(
            "usergroups.users.list", lambda: self._client.usergroups_users_list(usergroup=group_id)
        )
        users = _fields(response).get("users")
        if not isinstance(users, list):
            raise CannotDeliver("usergroups.users.list", "unreadable")
        return [str(user) for user in users]

    async def respond(self, key: str, message: Message, *, thread_ts: str | None = None) -> None:
        """Whisper through the response_url of *key*, which needs no token.

        Raises:
            CannotDeliver: there is none (left), or Slack refuses it.
        """
        await self._fitting(message, lambda fitting: self._respond(key, fitting, thread_ts))

    async def link(self, channel: str, ts: str) -> str:
        """Return a link to a message; empty if Slack gives none: nothing depends on it.

        Source: Slack, "chat.getPermalink", which needs no scope.
        """
        try:
            response = await self._call(
                "chat.getPermalink", lambda: self._client.chat_getPermalink(channel=channel, message_ts=ts)
            )
        except SlackError as error:
            log.info("message_not_linked", error=error.error)
            return ""
        url = _fields(response).get("permalink")
        return url if isinstance(url, str) and URL.fullmatch(url) else ""

    async def take_back(self, key: str) -> None:
        """Delete what was whispered last through the response_url of *key*.

        Source: Slack, "Handling user interaction", delete_original.

        Raises:
            CannotDeliver: there is none (left), or Slack refuses it.
        """
        await self._send(key, {"delete_original": True})

    async def whisper(
        self, key: str, channel: str, user: str, message: Message, *, thread_ts: str | None = None
    ) -> None:
        """Tell *user* alone: through the response_url of *key*, else an ephemeral message, else a direct one."""
        if self.response_urls.has(key):
            try:
                await self.respond(key, message, thread_ts=thread_ts)
            except SlackError as error:
                log.info("response_url_failed", error=error.error)
            else:
                return

        def send(fitting: Message) -> Awaitable[AsyncSlackResponse]:
            return self._call(
                "chat.postEphemeral",
                lambda: self._client.chat_postEphemeral(
                    channel=channel,
                    user=user,
                    text=fitting.text,
                    blocks=fitting.blocks,
                    thread_ts=thread_ts,
                ),
            )

        try:
            await self._fitting(message, send)
        except SlackError as error:
            log.info("ephemeral_failed", error=error.error)
            await self.post(user, message)

    async def _fitting(self, message: Message, send: Callable[[Message], Awaitable[Answer]]) -> Answer:
        """Send *message* in the form that this workspace takes."""
        return await self._newer_blocks.send(self._workspace, message, send)

    async def _respond(self, key: str, message: Message, thread_ts: str | None) -> None:
        body: dict[str, Any] = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": message.text,
            "blocks": message.blocks,
        }
        if thread_ts:
            body["thread_ts"] = thread_ts
        await self._send(key, body)

    async def _send(self, key: str, body: dict[str, Any]) -> None:
        await assured()
        url = self.response_urls.take(key)
        if url is None:
            raise CannotDeliver("response_url", "none_left")
        session = self._client.session
        assert session is not None  # noqa: S101  # the composition root gives the client one
        with self._observed("respond"):
            try:
                async with session.post(url, json=body, allow_redirects=False) as response:
                    said = (await response.content.read(_LONGEST_ANSWER)).decode(errors="replace")
                    refusal = max((word for word in REFUSALS if word in said), key=len, default="")
                    if response.status != 200 or refusal:
                        raise CannotDeliver("response_url", refusal or f"http_{response.status}")
            except (aiohttp.ClientError, TimeoutError) as error:
                raise Doubtful("response_url", type(error).__name__) from None  # its text would quote the URL

    async def _call(self, method: str, call: Callable[[], Awaitable[Answer]], channel: str = "") -> Answer:
        async with self._rate_limits.turn(method, self._workspace, channel):
            await assured()
            with self._observed(method):
                try:
                    return await call()
                # The last two: slack_sdk meets text or a list where it takes an object for granted.
                except (
                    SlackClientError,
                    aiohttp.ClientError,
                    TimeoutError,
                    ValueError,
                    AttributeError,
                ) as error:
                    failure = classify(method, error)
                    tell_operator(failure)
                    raise failure from None

    @contextlib.contextmanager
    def _observed(self, method: str) -> Iterator[None]:
        began = time.perf_counter()
        outcome = "cancelled"
        try:
            yield
            outcome = "ok"
        except SlackError as error:
            outcome = error.error
            raise
        finally:
            seconds = time.perf_counter() - began
            log.debug("slack", method=method, outcome=outcome, seconds=round(seconds, 4))
            if self._observe:
                self._observe(method, outcome, seconds)


def _fields(response: AsyncSlackResponse) -> dict[str, Any]:
    return response.data if isinstance(response.data, dict) else {}


def _texts(value: object) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()
