"""Serve a sandbox app on loopback: in the running loop, or in a thread of its own.

The sandbox holds fake secrets and answers anyone who asks, so it binds loopback addresses only.
"""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from anyio.from_thread import start_blocking_portal
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_TRANSPORT = "sandbox.transport"  # the ASGI extension by which a response reaches its TCP connection


class DroppedConnection(Response):
    """An answer that never comes: the TCP connection is reset, and not one byte is sent but the `beginning` of a body.

    Works under `serve` and `serve_in_thread`. Elsewhere (httpx's in-process transport) it raises
    `ConnectionResetError`, which is what a client would have met.
    """

    def __init__(self, beginning: bytes = b"") -> None:
        super().__init__(media_type="application/json")
        self._beginning = beginning

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Abort the connection and return once the server has noticed."""
        transport = scope.get("extensions", {}).get(_TRANSPORT)
        if transport is None:
            raise ConnectionResetError("the sandbox dropped the connection")
        if self._beginning:
            self.headers["Content-Length"] = str(2 * len(self._beginning))
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self._beginning, "more_body": True})
        transport.abort()
        # uvicorn answers 500 for an app that returns without answering, unless it knows the client has gone.
        while (await receive())["type"] != "http.disconnect":
            pass


@contextlib.asynccontextmanager
async def serve(
    app: ASGIApp, host: str = "127.0.0.1", port: int = 0, *, any_method: bool = False
) -> AsyncIterator[str]:
    """Serve `app` in the running loop and yield its base URL (no trailing slash).

    `port` 0 takes a free one. WebSockets work where the `websockets` package is installed. On leaving, whatever is
    still being answered is dropped, so a slow fault never delays a test. *any_method* lets in methods that HTTP itself
    does not have, such as HashiCorp Vault's LIST, for twice the CPU time. Signal handlers are left alone: they
    belong to whoever owns the process.

    Raises:
        ValueError: `host` is not a loopback address (or `localhost`).
        OSError: the port is taken.
        RuntimeError: the app's own start-up failed.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        _stoppable(app),
        http=_AnyMethod if any_method else _Protocol,
        lifespan="on",
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    try:
        config.load()
        server.lifespan = config.lifespan_class(config)
        # Not Server.serve(): it would take over SIGINT and SIGTERM, and stops a tenth of a second late.
        await server.startup(sockets=[listener])
    except SystemExit as failed:  # uvicorn's way to say that the lifespan's start failed
        raise RuntimeError("the sandbox app failed to start") from failed
    finally:
        if not server.started:
            listener.close()
    try:
        yield _url(listener)
    finally:
        await _stop(server)


@contextlib.contextmanager
def serve_in_thread(app: ASGIApp, host: str = "127.0.0.1", *, any_method: bool = False) -> Iterator[str]:
    """Serve `app` from a thread with a loop of its own and yield its base URL.

    For clients that block (`requests`, the Huawei SDK) and for tests that start the bot as a process.
    Raises what `serve` raises.
    """
    serving = serve(app, host, any_method=any_method)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(serving) as url:
        yield url


async def _stop(server: uvicorn.Server) -> None:
    """End at once what Server.shutdown would wait for, by tenths of a second: these are tests by the hundred."""
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)  # now every connection knows that it is lost
    requests = list(server.server_state.tasks)
    for request in requests:
        request.cancel()
    await asyncio.gather(*requests, return_exceptions=True)
    await server.lifespan.shutdown()


class _Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 that lets the app cut its connection and stays silent when it is stopped."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        _connect(self, transport)


class _AnyMethod(H11Protocol):
    """The same, for methods that httptools does not know."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        _connect(self, transport)


def _connect(protocol: _Protocol | _AnyMethod, transport: asyncio.Transport) -> None:
    protocol.access_log = False  # here, not in Config, which would silence every uvicorn of the process
    protocol.app = _connected(protocol.app, transport)


def _connected(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[_TRANSPORT] = transport
        await app(scope, receive, send)

    return with_connection


def _stoppable(app: ASGIApp) -> ASGIApp:
    async def until_stopped(scope: Scope, receive: Receive, send: Send) -> None:
        # Nobody but `_stop` cancels a request, and uvicorn would log that as an error of the app.
        with contextlib.suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return until_stopped


def _listen(host: str, port: int) -> socket.socket:
    address = "127.0.0.1" if host == "localhost" else host
    try:
        ip = ipaddress.ip_address(address)
    except ValueError as not_an_address:
        raise ValueError(f"the sandbox listens on loopback only, not on {host!r}") from not_an_address
    if not ip.is_loopback:
        raise ValueError(f"the sandbox listens on loopback only, not on {host!r}")
    family = socket.AF_INET6 if ip.version == 6 else socket.AF_INET
    # Named TCP, since asyncio turns Nagle's delay off only where it reads IPPROTO_TCP: 40 ms a request otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
