"""uvicorn, with limits for what anybody on the network may cost, and with an end that always comes.

A request's head has a time limit, and so have silence and a whole request. How many connections are open has a limit,
below that of the file descriptors; when it is reached, the one that has kept waiting for longest makes room.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import ClassVar, Final, TypeVar
from weakref import WeakKeyDictionary

import structlog
import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

KEEP_ALIVE_SECONDS: Final = 65  # between two requests; longer than a common proxy keeps its side
STOP_SECONDS: Final = 6.5  # "within seven" is what the documents say
LEAVE_SECONDS: Final = 2.0  # of these, for whoever sends requests here to hear that others are to be asked
MOST_CONNECTIONS: Final = 1000
_MOST_FILES: Final = 65_536  # more than enough; a system's "unlimited" may be refused


class Protocol(HttpToolsProtocol):
    """One connection, which ends when it keeps the bot waiting for too long."""

    head_seconds: ClassVar[float] = 10.0
    """From the connection, or a request's first byte, to the end of the request's head."""
    request_seconds: ClassVar[float] = 120.0
    """From there to the last byte of the answer."""

    deadline: asyncio.TimerHandle | None = None
    _waiting: ClassVar[WeakKeyDictionary[ServerState, dict[Protocol, None]]] = WeakKeyDictionary()
    """Of each server the connections whose client has not said all that it has to say, from the longest wait on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Wait for the head of a first request."""
        super().connection_made(transport)
        self._wait()
        self._set_deadline(self.head_seconds)
        if len(self.connections) >= (self.limit_concurrency or MOST_CONNECTIONS):
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Wait for the head of a next one, of which this may be the beginning."""
        super().data_received(data)
        if self in self._in_line() and self.deadline is None:
            self._set_deadline(self.head_seconds)

    def on_headers_complete(self) -> None:
        """Wait for the answer."""
        self._set_deadline(self.request_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that it is the bot's turn."""
        self._in_line().pop(self, None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait as long as uvicorn's keep-alive says, unless there is more to do."""
        super().on_response_complete()
        # What is closing still has to be read by the client: that has its time too.
        if not self.transport.is_closing() and not self.pipeline and self.cycle.response_complete:
            self._wait()
            self._clear_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._in_line().pop(self, None)
        self._clear_deadline()
        super().connection_lost(exc)

    def timeout_keep_alive_handler(self) -> None:
        """End a connection that was not used again."""
        self.end()

    def end(self) -> None:
        """Close the connection, whatever the client has not read yet."""
        self.connections.discard(self)
        self._in_line().pop(self, None)
        self.transport.abort()

    def _in_line(self) -> dict[Protocol, None]:
        return self._waiting.setdefault(self.server_state, {})

    def _wait(self) -> None:
        waiting = self._in_line()
        waiting.pop(self, None)
        waiting[self] = None

    def _make_room(self) -> None:
        """End the connection that has kept waiting for longest. If none does, uvicorn answers 503 to the newest."""
        oldest = next(iter(self._in_line()))
        if oldest is not self:
            oldest.end()

    def _set_deadline(self, seconds: float) -> None:
        self._clear_deadline()
        self.deadline = self.loop.call_later(seconds, self.end)

    def _clear_deadline(self) -> None:
        if self.deadline:
            self.deadline.cancel()
            self.deadline = None


class Server(uvicorn.Server):
    """Ends within `STOP_SECONDS` of a signal, or of `end`, whatever hangs; `exit_code` is what to end with.

    *leave* is given some seconds before the door is closed.
    """

    exit_code = 0

    def __init__(
        self, config: uvicorn.Config, leave: Callable[[float], Awaitable[None]] | None = None
    ) -> None:
        super().__init__(config)
        self._leave = leave

    @override
    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until the end; `exit_code` is 1 if it could not begin."""
        try:
            super().run(sockets)
        except SystemExit:  # uvicorn's, with a code that means something else here
            self.exit_code = self.exit_code or 1

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say where; of sockets that were opened before, uvicorn says nothing."""
        await super().startup(sockets)
        for host, port, *_ in (opened.getsockname() for opened in sockets or ()):
            log.info("listening", address=f"http://{f'[{host}]' if ':' in host else host}:{port}")

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the door, and end in order."""
        if self._leave and not self.force_exit:
            await self._leave(LEAVE_SECONDS)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # uvicorn's signature
        """End in order; at once while nothing is served yet. The signal is not raised again: the exit code is 0."""
        if not self.started:
            os._exit(0)
        self.force_exit = self.should_exit and sig == signal.SIGINT  # as uvicorn: Ctrl-C twice
        self.end(0)

    def end(self, exit_code: int) -> None:
        """Begin to end. What is not done in time is done by the next start, as after a crash."""
        if not self.should_exit:
            self.should_exit, self.exit_code = True, exit_code
            last = threading.Timer(STOP_SECONDS, self._cut_off)
            last.daemon = True
            last.start()

    def _cut_off(self) -> None:
        log.warning("stop_cut_off", seconds=STOP_SECONDS)
        os._exit(self.exit_code)


def new_server(
    app: ASGIApp, host: str, port: int, *, leave: Callable[[float], Awaitable[None]] | None = None
) -> Server:
    """Return a server for *app* that is not started yet. *leave* comes first when it is asked to end."""
    return Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=Protocol,
            ws="none",
            proxy_headers=False,  # the app decides whose X-Forwarded-For is believed
            limit_concurrency=most_connections(),
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=2,  # an acknowledgement takes milliseconds; the rest of STOP_SECONDS is the bot's
            log_config=None,
            access_log=False,
            server_header=False,
        ),
        leave,
    )


def most_connections() -> int:
    """Return how many connections may be open: half of the file descriptors, of which it takes all it may have."""
    try:
        import resource  # noqa: PLC0415  # Windows has none
    except ImportError:
        return MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(8, min(MOST_CONNECTIONS, soft // 2))


def interruptible(work: Callable[[], Answer]) -> Answer:
    """Do *work* in a thread, so that Python hears signals even while a driver waits for a peer."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
