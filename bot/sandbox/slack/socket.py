"""Socket Mode: up to ten WebSockets, each payload to one of them, each acknowledged by its envelope_id.

One envelope_id may come twice (platforms.md, Slack: Socket Mode; platforms.md, Slack: deliveries).
"""

import asyncio
import concurrent.futures
import itertools
import json
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.slack.objects import Json
from bot.sandbox.slack.world import World

_MOST = 10  # connections an app may have at once
_CONNECTION_SECONDS = 18_060  # what Slack's hello announces


class NoConnectionError(Exception):
    """No bot is connected by Socket Mode."""


@dataclass(eq=False)
class Connection:
    """One WebSocket of a bot; `sent` counts the envelopes that went down it."""

    number: int
    socket: WebSocket = field(repr=False)
    loop: asyncio.AbstractEventLoop = field(repr=False)
    sent: int = 0

    async def send(self, message: Json) -> None:
        """Send one message, from whichever event loop the caller runs in."""
        await self._over_there(self.socket.send_text(json.dumps(message)))

    async def close(self, code: int = 1000) -> None:
        """Close the WebSocket."""
        await self._over_there(self.socket.close(code))

    async def _over_there(self, deed: Coroutine[Any, Any, None]) -> None:
        if self.loop is asyncio.get_running_loop():
            await deed
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(deed, self.loop))


class SocketHub:
    """The connections of an app, and the acknowledgements that are awaited.

    Attributes:
        connections: The open ones, oldest first.
        redeliver: How many of the last envelopes a new connection gets once more, with their old envelope_id.
    """

    def __init__(self, world: World) -> None:
        self.connections: list[Connection] = []
        self.redeliver = 0
        self._world = world
        self._recent: deque[Json] = deque(maxlen=20)
        self._acks: dict[str, concurrent.futures.Future[Json]] = {}
        self._numbers = itertools.count(1)

    async def endpoint(self, socket: WebSocket) -> None:
        """Serve one connection: hello, what is to be repeated, then acknowledgements until it ends."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._world.socket_tickets:
            await socket.close(4401)
            return
        self._world.socket_tickets.remove(ticket)
        await socket.accept()
        if len(self.connections) >= _MOST:
            await socket.send_text(json.dumps({"type": "disconnect", "reason": "too_many_websockets"}))
            await socket.close()
            return
        connection = Connection(next(self._numbers), socket, asyncio.get_running_loop())
        self.connections.append(connection)
        try:
            await self._greet(connection)
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            self._world.emit("socket.closed", connection)

    async def deliver(self, kind: str, payload: Json, *, seconds: float, retry: Json, times: int = 1) -> Json:
        """Send a payload down one connection and return what its acknowledgement carries.

        Args:
            kind: "slash_commands", "interactive" or "events_api".
            payload: What HTTP would have carried.
            seconds: How long the acknowledgement may take.
            retry: retry_attempt and retry_reason of an event, or nothing.
            times: How often the same envelope is sent.

        Raises:
            NoConnectionError: Nobody is connected.
            TimeoutError: No acknowledgement came in time.
        """
        if not self.connections:
            raise NoConnectionError
        envelope_id = self._world.next_id("envelope-")
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload} | retry
        envelope["accepts_response_payload"] = kind != "events_api"
        ack = self._acks[envelope_id] = concurrent.futures.Future()
        try:
            async with asyncio.timeout(seconds):
                for _ in range(times):
                    await self._pass(envelope)
                return await asyncio.wrap_future(ack)
        finally:
            del self._acks[envelope_id]

    async def disconnect(self, reason: str = "refresh_requested", *, close: bool = False) -> None:
        """Ask every bot to reconnect ("refresh_requested", "warning", …); `close` hangs up too."""
        for connection in list(self.connections):
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            if close:
                await connection.close()

    async def _pass(self, envelope: Json) -> None:
        """Send an envelope down the connection that has had the fewest."""
        connection = min(self.connections, key=lambda one: one.sent)
        connection.sent += 1
        self._recent.append(envelope)
        await connection.send(envelope)

    async def _greet(self, connection: Connection) -> None:
        await connection.send(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "connection_info": {"app_id": self._world.app_id},
                "debug_info": {"host": "sandbox", "approximate_connection_time": _CONNECTION_SECONDS},
            }
        )
        again = list(self._recent)[-self.redeliver :] if self.redeliver else []
        for envelope in again:
            await connection.send(envelope)
        self._world.emit("socket.opened", connection)

    async def _listen(self, connection: Connection) -> None:
        """Match acknowledgements to what waits for them; one that nobody awaits is only recorded."""
        try:
            async for text in connection.socket.iter_text():
                message = json.loads(text)
                self._world.emit("socket.acknowledged", message)
                ack = self._acks.get(message.get("envelope_id", ""))
                if ack and not ack.done():
                    ack.set_result(message.get("payload") or {})
        except WebSocketDisconnect:
            return
