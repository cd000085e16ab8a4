"""The transport over real sockets: what reaches the wire, and what each way to break is called."""

import asyncio
import contextlib
import datetime
import gc
import gzip
import ipaddress
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.huawei import transport
from bot.huawei.errors import AnswerLost, HuaweiError, Unreachable, from_transport
from bot.huawei.transport import AiohttpTransport, new_http_client
from bot.network import Outgoing

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def server(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server of one's own on loopback; yields its URL and leaves no connection behind."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await handler(reader, writer)

    running = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = running.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        running.close()
        for writer in writers:
            writer.transport.abort()
        await running.wait_closed()


def answering(*answers: bytes, seen: list[bytes] | None = None) -> Handler:
    """A handler that gives these answers, in order, on one connection."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            request = await reader.readuntil(b"\r\n\r\n")
            if seen is not None:
                seen.append(request)
            writer.write(answer)
            await writer.drain()

    return handler


def ok(body: bytes = b"{}", *headers: bytes) -> bytes:
    """A 200 with a body."""
    return b"\r\n".join((b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body))


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001  # it is called so
    """Reads, and never answers."""
    await reader.read(-1)


async def failure(url: str, timeout_seconds: float = 5.0) -> HuaweiError:
    """How a POST to this URL fails."""
    async with new_http_client(timeout_seconds, Outgoing()) as http:
        with pytest.raises(httpx.TransportError) as caught:
            await http.post(url)
    return from_transport(caught.value)


async def test_the_request_reaches_the_wire_as_it_was_signed() -> None:
    """Path, query, names and values of headers are not rewritten, and an empty POST says so."""
    seen: list[bytes] = []
    target = "/v2/p/tasks/1/stop?b=%2F%20%2B~&a=%E8%BF%81"
    async with server(answering(ok(), seen=seen)) as url, new_http_client(5, Outgoing()) as http:
        await http.post(
            url + target, headers={"Content-Type": "application/json", "X-Sdk-Date": "20261124T0Z"}
        )
    lines = seen[0].decode().split("\r\n")
    assert lines[0] == f"POST {target} HTTP/1.1"
    assert {"Content-Type: application/json", "X-Sdk-Date: 20261124T0Z", "Content-Length: 0"} <= set(lines)
    assert "Accept-Encoding: identity" in lines
    assert lines.count("Host: " + url.removeprefix("http://")) == 1


async def test_a_body_is_sent_as_it_is() -> None:
    """The bytes that were hashed are the bytes that are sent."""
    bodies: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        bodies.append(await reader.readexactly(8))
        writer.write(ok())

    async with server(handler) as url, new_http_client(5, Outgoing()) as http:
        await http.post(url, content='{"中":1}'.encode())
    assert bodies == ['{"中":1}'.encode()[:8]]


async def test_one_connection_serves_many_requests_and_no_cookie_comes_back() -> None:
    """Keep-alive, and nothing of one person's answer travels with the next request."""
    connections: list[list[bytes]] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append([])
        cookie = ok(b"{}", b"Set-Cookie: session=alice; Path=/")
        await answering(cookie, cookie, seen=connections[-1])(reader, writer)

    async with server(handler) as url, new_http_client(5, Outgoing()) as http:
        await http.get(url)
        await http.get(url)
        assert not http.cookies
    assert [len(seen) for seen in connections] == [2]
    assert b"cookie" not in connections[0][1].lower()


async def test_a_redirect_is_handed_back_not_followed() -> None:
    """A captive portal is seen for what it is."""
    seen: list[bytes] = []
    moved = b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n"
    async with server(answering(moved, seen=seen)) as url, new_http_client(5, Outgoing()) as http:
        assert (await http.get(url)).status_code == 302
    assert len(seen) == 1


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential is not sent through whatever HTTP_PROXY says."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with server(answering(ok())) as url, new_http_client(5, Outgoing()) as http:
        assert (await http.get(url)).status_code == 200


async def test_a_compressed_answer_is_still_understood() -> None:
    """None is asked for, but a gateway that compresses anyway does no harm."""
    body = gzip.compress(b'{"id": 1}')
    async with (
        server(answering(ok(body, b"Content-Encoding: gzip"))) as url,
        new_http_client(5, Outgoing()) as http,
    ):
        assert (await http.get(url)).json() == {"id": 1}


async def test_refused_means_nothing_was_sent() -> None:
    """Nobody listens on the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        error = await failure(f"http://127.0.0.1:{port}")
    assert isinstance(error, Unreachable)
    assert error.message.startswith("ConnectError")


async def test_a_name_that_does_not_resolve_means_nothing_was_sent() -> None:
    """`.invalid` never resolves (RFC 2606)."""
    assert isinstance(await failure("http://oms.invalid"), Unreachable)


async def test_tls_with_something_that_speaks_no_tls_means_nothing_was_sent() -> None:
    """The handshake fails before any request."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with server(plain) as url:
        assert isinstance(await failure(url.replace("http:", "https:")), Unreachable)


async def test_an_untrusted_certificate_means_nothing_was_sent(tmp_path: Path) -> None:
    """Someone in the middle gets no credential."""
    received: list[bytes] = []

    async def curious(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001  # it is called so
        received.append(await reader.read(100))

    async with server(curious, self_signed(tmp_path)[0]) as url:
        error = await failure(url)
    assert isinstance(error, Unreachable)
    assert "certificate" in error.message.lower()
    assert not any(received)


async def test_a_handshake_that_never_ends_means_nothing_was_sent() -> None:
    """A connection that only pretends to be there."""
    async with server(silent) as url:
        assert isinstance(await failure(url.replace("http:", "https:"), 0.05), Unreachable)


async def test_waiting_for_a_free_connection_in_vain_means_nothing_was_sent() -> None:
    """The pool is exhausted: this is our own congestion."""
    async with (
        server(silent) as url,
        new_http_client(0.2, Outgoing(), transport=AiohttpTransport(Outgoing(), max_connections=1)) as http,
    ):
        limits = httpx.Timeout(0.2, pool=0.05)
        waiting = [asyncio.ensure_future(http.get(url, timeout=limits)) for _ in range(2)]
        first, second = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(first, httpx.ReadTimeout)
    assert isinstance(second, httpx.ConnectTimeout)


async def test_silence_after_the_request_is_a_lost_answer() -> None:
    """It may have been received."""
    async with server(silent) as url:
        error = await failure(url, 0.05)
    assert isinstance(error, AnswerLost)
    assert error.message.startswith("ReadTimeout")


async def test_an_answer_dripping_for_ever_is_a_lost_answer() -> None:
    """Each byte is in time, the whole never is."""

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with server(dripping) as url:
        assert isinstance(await failure(url, 0.05), AnswerLost)


async def test_a_connection_cut_after_the_request_is_a_lost_answer() -> None:
    """The case the adapter from PyPI calls a connect timeout."""

    async def cutting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with server(cutting) as url:
        assert isinstance(await failure(url), AnswerLost)


async def test_a_connection_reset_after_the_request_is_a_lost_answer() -> None:
    """The same, by RST."""

    async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with server(resetting) as url:
        assert isinstance(await failure(url), AnswerLost)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\n{}\n",
    ],
)
async def test_an_answer_that_is_not_whole_http_is_a_lost_answer(answer: bytes) -> None:
    """Not HTTP at all, cut in the body, badly framed, badly compressed."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(answer)(reader, writer)
        writer.close()

    async with server(handler) as url, new_http_client(5, Outgoing()) as http:
        with pytest.raises(httpx.RequestError) as caught:
            await http.post(url)
    assert isinstance(from_transport(caught.value), AnswerLost)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_what_changes_something_is_sent_once_also_on_a_connection_that_served_before(
    method: str,
) -> None:
    """Else aiohttp would repeat a PUT there: HTTP lets it, and OMS stops task groups by one."""
    seen: list[bytes] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(ok(), seen=seen)(reader, writer)
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with server(serve_one) as url, new_http_client(2, Outgoing()) as http:
        await http.request(method, url)
        with pytest.raises(httpx.TransportError):
            await http.request(method, url)
    assert len(seen) == 2


async def test_an_endless_answer_is_given_up() -> None:
    """More than 10 MiB is not OMS, and memory is finite."""
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" " * 65536)
            await writer.drain()
            sent += 65536

    async with server(endless) as url:
        error = await failure(url)
    assert isinstance(error, AnswerLost)
    assert "longer than" in error.message
    assert sent < 4 * transport.LARGEST_ANSWER


async def test_closing_leaves_nothing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No ResourceWarning, over TLS too, with the operator's own authority in SSL_CERT_FILE."""
    tls, certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server(answering(ok()), tls) as url:
        async with new_http_client(5, Outgoing()) as http:
            assert (await http.get(url)).status_code == 200
        del http
        gc.collect()


async def test_a_hundred_at_once_all_get_their_answer() -> None:
    """The reason for this transport."""

    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(ok(head.split(b" ")[1]))

    async with server(busy) as url, new_http_client(5, Outgoing()) as http:
        answers = await asyncio.gather(*(http.get(f"{url}/{number}") for number in range(100)))
    assert [answer.text for answer in answers] == [f"/{number}" for number in range(100)]


def self_signed(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1 that nobody trusts, and the file with its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate_file, key_file)
    return tls, certificate_file
