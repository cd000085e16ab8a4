"""Socket Mode: the WebSocket that the bot opens to Slack, kept open for as long as the process lives.

Slack announces that it will close a connection; the next one is then open before the old one goes, so that no command
meets a bot without one. Whatever the network does is one line in the log, and is tried again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.chat import Chat
from bot.slack.delivery import CannotDeliver, SlackError, Unavailable
from bot.slack.shapes import is_readable, without_lent

log = structlog.get_logger(__name__)

CONNECT_SECONDS: Final = 10.0
HEARTBEAT_SECONDS: Final = 10.0  # between two pings; without a pong for half as long the connection is lost
LEAVE_SECONDS: Final = 15.0  # a connection whose end Slack has announced is listened to for so long
STEADY_SECONDS: Final = 30.0  # a connection that ends sooner was no success: the next try waits longer
LONGEST_WAIT: Final = 30.0
_CLOSE_SECONDS: Final = 1.0
_ANNOUNCED: Final = frozenset({"refresh_requested", "warning"})
# A workspace that moves into an organisation says these; no token is wrong. Source: Slack, apps.connections.open
_MOVING: Final = frozenset({"team_added_to_org", "org_login_required"})


class Socket:
    """Keeps one WebSocket to Slack, and gives Bolt what comes through it.

    *turned_down* is called with Slack's word if Slack refuses the app token before it has ever taken it.
    """

    def __init__(
        self,
        chat: Chat,
        session: aiohttp.ClientSession,
        app_token: str,
        bolt: AsyncApp,
        *,
        turned_down: Callable[[str], None],
        connect_seconds: float = CONNECT_SECONDS,
        leave_seconds: float = LEAVE_SECONDS,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._chat = chat
        self._session = session
        self._app_token = app_token
        self._bolt = bolt
        self._turned_down = turned_down
        self._connect_seconds = connect_seconds
        self._leave_seconds = leave_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._websocket: aiohttp.ClientWebSocketResponse | None = None
        self._fault = "connecting"
        self._keeper: asyncio.Task[None] | None = None
        self._listening: set[asyncio.Task[None]] = set()
        self._handling: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether Slack can reach the bot at this moment."""
        return self._websocket is not None and not self._websocket.closed

    async def check(self) -> None:
        """Prove that Slack can reach the bot.

        Raises:
            Unavailable: it can't; `error` says why.
        """
        if not self.connected:
            raise Unavailable("socket", self._fault)

    def start(self) -> None:
        """Begin to connect, and return at once: whether Slack is there is no condition of our own start."""
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Acknowledge what was taken in, and hang up."""
        keeper = [self._keeper] if self._keeper else []
        for task in keeper:
            task.cancel()
        if self._handling:
            await asyncio.wait(self._handling, timeout=_CLOSE_SECONDS)
        tasks = [*self._handling, *self._listening]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *keeper, return_exceptions=True)

    async def _keep(self) -> None:
        tries = 0
        while True:
            began = time.monotonic()
            ended = await self._connection()
            self._fault = ended.error
            if self._websocket is None and _is_refusal(ended):
                self._turned_down(ended.error)
                return
            tries = 0 if time.monotonic() - began > STEADY_SECONDS else tries + 1
            wait = max(_wait(tries), ended.retry_after or 0)
            level = logging.INFO if ended.error in _ANNOUNCED else logging.WARNING
            log.log(level, "socket_ended", error=ended.error, retry_in=round(wait, 1))
            await asyncio.sleep(wait)

    async def _connection(self) -> SlackError:
        """Make a connection, listen to it until the next one should be made, and return why it should."""
        try:
            async with asyncio.timeout(self._connect_seconds):
                websocket = await self._connect()
        except SlackError as error:
            return error
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:  # the last: an address that is none
            return Unavailable("socket", _name(error))
        self._websocket = websocket
        log.info("socket_open")
        ending = asyncio.get_running_loop().create_future()
        _spawn(self._listening, self._listen(websocket, ending))
        return Unavailable("socket", await ending)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        """Return a connection on which Slack has said hello."""
        url = await self._chat.open_socket(self._app_token)
        websocket = await self._session.ws_connect(
            url,
            heartbeat=self._heartbeat_seconds,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS),
        )
        try:
            first = _read(await websocket.receive())
            if first.get("type") != "hello":
                raise Unavailable("socket", str(first.get("reason") or "no_hello"))
        except BaseException:
            await websocket.close()
            raise
        return websocket

    async def _listen(self, websocket: aiohttp.ClientWebSocketResponse, ending: asyncio.Future[str]) -> None:
        """Take in what comes until the connection has ended; `ending` is told as soon as that is known."""
        loop = asyncio.get_running_loop()
        reason = "closed"
        try:
            async with asyncio.timeout(None) as limit:
                async for message in websocket:
                    envelope = _read(message)
                    if envelope.get("type") == "disconnect":
                        reason = str(envelope.get("reason") or reason)
                        limit.reschedule(loop.time() + self._leave_seconds)
                        _tell(ending, reason)
                    elif "envelope_id" in envelope:
                        _spawn(self._handling, self._handle(websocket, envelope))
        except TimeoutError:
            log.info("socket_left")
        finally:
            await websocket.close()
            _tell(ending, reason)

    async def _handle(self, websocket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        """Give one delivery to Bolt and acknowledge it; what is not acknowledged Slack delivers again."""
        try:
            request = SocketModeRequest.from_dict(envelope)
            if request is None:
                return
            if not is_readable(request.payload):
                log.warning("delivery_unreadable")
                await websocket.send_json(_acknowledgement(request.envelope_id, BoltResponse(status=400)))
                return
            request.payload = without_lent(request.payload)
            response = await run_async_bolt_app(self._bolt, request)
            if response.status < 500:
                await websocket.send_json(_acknowledgement(request.envelope_id, response))
        except (aiohttp.ClientError, ConnectionError) as error:
            log.warning("acknowledgement_lost", error=_name(error))
        except Exception:
            log.exception("socket_delivery_failed")


def _is_refusal(error: SlackError) -> bool:
    """Tell whether Slack itself turned the token down; an HTTP status may be anybody's, such as a proxy's."""
    return (
        isinstance(error, CannotDeliver)
        and not error.error.startswith("http_")
        and error.error not in _MOVING
    )


def _wait(tries: int) -> float:
    """Return how long to wait before the next connection: not at all, half a second, one, two …, and never in step."""
    return min(LONGEST_WAIT, 2.0 ** (tries - 2)) * random.uniform(0.75, 1) if tries else 0.0  # noqa: S311  # no secret


def _acknowledgement(envelope_id: str, response: BoltResponse) -> dict[str, Any]:
    """Return what an acknowledgement sends back: what a listener answered, if Slack is to do something with it."""
    payload: dict[str, Any] | str | None = None
    if response.status == 200 and response.body:
        is_json = response.first_headers()["content-type"].startswith("application/json")
        payload = json.loads(response.body) if is_json else response.body
    return SocketModeResponse(envelope_id=envelope_id, payload=payload).to_dict()


def _read(message: aiohttp.WSMessage) -> dict[str, Any]:
    """Return what a message says; nothing if it is no JSON object."""
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        envelope = json.loads(message.data)
    except (ValueError, RecursionError):
        return {}
    return envelope if isinstance(envelope, dict) else {}


def _name(error: Exception) -> str:
    """Return a word for what went wrong, without the address that an error's text holds: it lets one in."""
    match error:
        case aiohttp.WSServerHandshakeError(status=status):
            return f"http_{status}"
        case aiohttp.ClientConnectorError():
            return "unreachable"
        case TimeoutError():
            return "timeout"
        case _:
            return type(error).__name__


def _tell(ending: asyncio.Future[str], reason: str) -> None:
    if not ending.done():
        ending.set_result(reason)


def _spawn(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
