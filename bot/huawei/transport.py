"""httpx on aiohttp's connection pool, faithful about three things that every change depends on.

httpx's own pool slows down as concurrency grows; aiohttp's does not. The adapter on PyPI (httpx-aiohttp 0.2)
is not used: it reports a connection cut *after* sending as `ConnectTimeout`, so that "it may have been
received" looks like "nothing was sent", it lets aiohttp re-quote the query that was signed, and it lets aiohttp
send a PUT again.
"""

import contextlib
import http.cookiejar
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import ContextVar
from typing import Final

import aiohttp
import httpx
import yarl
from aiohttp.connector import Connection
from aiohttp.http_exceptions import LineTooLong

from bot.network import LONGEST_HEADER, Outgoing, ProxyRefusedError, new_session

Permit = Callable[[], Awaitable[None]]
"""Awaited right before a request is sent, with the connection in hand. Whatever it raises, nothing was sent."""
PERMIT: Final = "permit"  # httpx carries it beside the request, under this name

LARGEST_ANSWER: Final = 10 * 1024 * 1024  # bytes; 100 tasks are about 0.2 MB


class AnswerTooLarge(httpx.ReadError):  # as httpx's own
    """The answer has more in it than any of Huawei's, and is not read to its end."""


# The first match wins, so the specific come first. Only the first five mean that nothing was sent.
_TRANSLATIONS: Final[tuple[tuple[type[Exception], type[httpx.TransportError]], ...]] = (
    (ProxyRefusedError, httpx.ProxyError),
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ClientConnectorError, httpx.ConnectError),  # DNS, refused, TLS and certificates
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (TimeoutError, httpx.ReadTimeout),  # also aiohttp.SocketTimeoutError
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),  # not HTTP
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientError, httpx.ReadError),
    (OSError, httpx.ReadError),
)


def _has_too_long_a_header(exc: BaseException | None) -> bool:
    """Whether this is why. aiohttp says it deep down, and quotes the header, which may be a token."""
    while exc is not None and not isinstance(exc, LineTooLong):
        exc = exc.__cause__ or exc.__context__
    return exc is not None


@contextlib.contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, OSError) as exc:  # TimeoutError is an OSError
        if _has_too_long_a_header(exc):
            raise AnswerTooLarge(f"a header of the answer is longer than {LONGEST_HEADER} bytes") from None
        for theirs, ours in _TRANSLATIONS:
            if isinstance(exc, theirs):
                raise ours(str(exc)) from exc
        raise


_permit: ContextVar[Permit | None] = ContextVar("permit", default=None)


class _Permitted(aiohttp.ClientRequest):
    """To connect may take long, so only here."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Write it, if that is permitted still."""
        if permit := _permit.get():
            await permit()
        return await super().send(conn)


class _SeveredError(aiohttp.ClientError):
    """The connection was lost after the request was sent, which is not to be sent again."""


async def _sent_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending what changes something twice.

    On a connection that served before, it repeats a PUT whose answer was lost: HTTP lets it, but OMS starts and stops
    task groups by one.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if request.method == "GET":
            raise
        raise _SeveredError(str(error)) from error


class _Body(httpx.AsyncByteStream):
    """The answer's bytes, no more of them than an answer of OMS can have."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        with _as_httpx_errors():
            async for chunk in self._response.content.iter_any():
                received += len(chunk)
                if received > LARGEST_ANSWER:
                    raise AnswerTooLarge(f"the answer is longer than {LARGEST_ANSWER} bytes")
                yield chunk

    async def aclose(self) -> None:
        if not self._response.content.at_eof():
            self._response.close()  # what is left unread may be endless: give the connection up
        self._response.release()


class AiohttpTransport(httpx.AsyncBaseTransport):
    """One pool of connections for the whole process, created in the loop that first uses it."""

    def __init__(self, outgoing: Outgoing, *, max_connections: int = 200) -> None:
        self._outgoing = outgoing
        self._max_connections = max_connections
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request as it stands.

        Raises:
            httpx.TransportError: `ConnectError` and `ConnectTimeout` only if nothing was sent.
        """
        url = yarl.URL(str(request.url), encoded=True)  # as it is: path and query were signed, byte for byte
        headers = [(name.decode("ascii"), value.decode()) for name, value in request.headers.raw]
        with _as_httpx_errors(), _asking(request.extensions.get(PERMIT)):
            response = await self._open_session().request(
                request.method,
                url,
                headers=headers,
                data=request.content or None,
                allow_redirects=False,
                timeout=_timeouts(request),
            )
        return httpx.Response(
            response.status,
            headers=list(response.raw_headers),
            stream=_Body(response),
            request=request,
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": (response.reason or "").encode()},
        )

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Decompressing is httpx's part.
            self._session = new_session(
                self._outgoing,
                limit=self._max_connections,
                auto_decompress=False,
                middlewares=[_sent_once],
                request_class=_Permitted,
            )
        return self._session


@contextlib.contextmanager
def _asking(permit: Permit | None) -> Iterator[None]:
    token = _permit.set(permit)
    try:
        yield
    finally:
        _permit.reset(token)


def _timeouts(request: httpx.Request) -> aiohttp.ClientTimeout:
    limits = request.extensions.get("timeout", {})
    given = [seconds for seconds in limits.values() if seconds is not None]
    return aiohttp.ClientTimeout(
        sock_connect=limits.get("connect"),
        connect=limits.get("pool"),
        sock_read=limits.get("read"),
        total=sum(given)
        if given
        else None,  # a server that sends a byte now and then must not hold us for ever
    )


def new_http_client(
    timeout_seconds: float,
    outgoing: Outgoing,
    *,
    on_answer: Callable[[httpx.Response], Awaitable[None]] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """The one HTTP client of the process: keep-alive, no redirects, cookies or compression.

    Args:
        timeout_seconds: for connecting, for each read, and for a free connection; four times that in all.
        outgoing: how others are reached.
        on_answer: is shown each answer's head.
        transport: what to send with instead of the network (tests).
    """
    # Cookies of one person's answer must not travel with another person's request.
    no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=()))
    return httpx.AsyncClient(
        transport=transport or AiohttpTransport(outgoing),
        timeout=httpx.Timeout(timeout_seconds),
        follow_redirects=False,
        trust_env=False,
        cookies=no_cookies,
        event_hooks={"response": [on_answer] if on_answer else []},
        headers={"User-Agent": "oms-bot", "Accept": "application/json", "Accept-Encoding": "identity"},
    )
