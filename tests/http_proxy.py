"""A little HTTP proxy on loopback that tunnels (CONNECT), and a certificate authority for made-up hosts."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Proxy:
    """A proxy that alone knows where its `hosts` are: name → (address, port). Arranged by its fields."""

    hosts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    password: str | None = None
    refuses_with: bytes | None = None
    url: str = ""
    asked: list[str] = field(default_factory=list)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        self.asked.append(f"{method} {target}")
        if refusal := self._refusal(method, target, head):
            writer.write(b"HTTP/1.1 " + refusal + b"\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        behind = await asyncio.open_connection(*self.hosts[target.rpartition(":")[0]])
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _join((reader, writer), behind)

    def _refusal(self, method: str, target: str, head: str) -> bytes | None:
        if self.refuses_with:
            return self.refuses_with
        if method != "CONNECT":
            return b"405 Method Not Allowed"
        if self.password is not None:
            given = base64.b64encode(f"bot:{self.password}".encode()).decode()
            if f"proxy-authorization: basic {given}".lower() not in head.lower():
                return b"407 Proxy Authentication Required"
        return None if target.rpartition(":")[0] in self.hosts else b"502 Bad Gateway"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        """Listen on loopback."""
        async with _listening(self._serve) as (host, port):
            login = f"bot:{self.password}@" if self.password is not None else ""
            self.url = f"http://{login}{host}:{port}"
            yield self


@contextlib.asynccontextmanager
async def behind_tls(url: str, tls: ssl.SSLContext) -> AsyncIterator[tuple[str, int]]:
    """Put TLS in front of a plain server on loopback, and yield where."""
    host, port = url.removeprefix("http://").split(":")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_connection(host, int(port))
        await _join((reader, writer), behind)

    async with _listening(serve, tls) as where:
        yield where


@contextlib.asynccontextmanager
async def _listening(serve: _Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, int]]:
    """Listen on loopback; at the end whatever is still open is torn down."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            tasks.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield "127.0.0.1", server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def _join(one: _Streams, other: _Streams) -> None:
    """Carry bytes both ways until one side ends."""
    pumps = [
        asyncio.create_task(_pump(one[0], other[1])),
        asyncio.create_task(_pump(other[0], one[1])),
    ]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        other[1].transport.abort()  # before anything is awaited: this task may be cancelled just now
        await asyncio.gather(*pumps, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await source.read(65536):
            target.write(chunk)
            await target.drain()


def certificate(folder: Path, *hosts: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for these hosts, and the file with the authority that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    trusted, secret = folder / "authority.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(pem))
    secret.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(trusted, secret)
    return tls, trusted
