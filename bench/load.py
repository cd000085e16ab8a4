"""The load: requests over kept-alive connections, in three shapes. One event loop, no HTTP library.

closed_loop   N connections, each sends as soon as it has its answer: throughput, and latency under it
open_loop     a request every 1/rate seconds whatever the server does; latency counts from when it was *due*
burst         all at once, over as many connections
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Done = Callable[[bytes], None]
"""Called with the whole answer; with b"" when the connection broke instead."""

ANSWER_SECONDS = 30


@dataclass
class Load:
    """What came of a load: seconds of each answered request, and how many were not answered as they should."""

    latencies: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Good answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile(self, q: float) -> float:
        """Return a quantile of the latencies in milliseconds; q=1 is the longest."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else float("nan")


class Line(asyncio.Protocol):
    """One kept-alive connection with at most one request under way."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._done: Done | None = None

    @classmethod
    async def open(cls, port: int) -> Line:
        """Connect to a server on loopback."""
        _, line = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return line

    @property
    def is_open(self) -> bool:
        """Whether the other side is still there."""
        return self._transport is not None

    def send(self, request: bytes, done: Done) -> None:
        """Send; *done* gets the answer."""
        self._done = done
        if self._transport is None:
            self.connection_lost(None)
        else:
            self._transport.write(request)

    async def ask(self, request: bytes) -> bytes:
        """Send, and return the answer."""
        answer = asyncio.get_running_loop().create_future()
        self.send(request, answer.set_result)
        return await asyncio.wait_for(answer, ANSWER_SECONDS)

    def close(self) -> None:
        """Hang up."""
        self._done = None
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's callback."""
        self._transport = transport  # type: ignore[assignment]  # a connection's can write

    def data_received(self, data: bytes) -> None:
        """Asyncio's callback: pass the answer on when it is whole."""
        if self._received:
            data = self._received + data
        if not _is_whole(data):
            self._received = data
            return
        self._received = b""
        done, self._done = self._done, None
        if done:
            done(data)

    def connection_lost(self, _error: Exception | None) -> None:
        """Asyncio's callback: whoever waits learns that no answer comes."""
        self._transport = None
        done, self._done = self._done, None
        if done:
            asyncio.get_running_loop().call_soon(done, b"")


def _is_whole(data: bytes) -> bool:
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = data[:end].lower()
    if (at := head.find(b"\r\ncontent-length:")) >= 0:
        length = int(head[at + 17 :].split(b"\r", 1)[0])
        return len(data) >= end + 4 + length
    if b"\r\ntransfer-encoding: chunked" in head:
        return data.endswith(b"0\r\n\r\n")
    return True


def is_good(answer: bytes) -> bool:
    """Return whether Slack would be content: 200, and the bot does not say that it could not record it."""
    return answer[9:12] == b"200" and BUSY not in answer


BUSY = b"record your request in time"  # part of the bot's `en.busy()`, which is answered with 200


async def closed_loop(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    """Keep *connections* busy for *seconds*, or until *requests* end."""
    load = Load()
    lines = [await Line.open(port) for _ in range(connections)]
    ended = asyncio.get_running_loop().create_future()
    running = len(lines)
    clock = time.perf_counter
    began = clock()
    until = began + seconds

    def next_on(line: Line) -> None:
        nonlocal running
        sent = clock()
        request = next(requests, None) if sent < until and line.is_open else None
        if request is None:
            running -= 1
            if not running:
                load.seconds = clock() - began
                ended.set_result(None)
            return

        def done(answer: bytes) -> None:
            if is_good(answer):
                load.latencies.append(clock() - sent)
            else:
                load.failed += 1
            next_on(line)

        line.send(request, done)

    with _no_garbage_collection():
        for line in lines:
            next_on(line)
        await asyncio.wait_for(ended, seconds + ANSWER_SECONDS)
    for line in lines:
        line.close()
    return load


async def open_loop(port: int, requests: list[bytes], rate: float, connections: int = 200) -> Load:
    """Send all *requests*, each when it is due; an answer's latency counts from then, even if it was sent late."""
    load = Load()
    idle = [await Line.open(port) for _ in range(connections)]
    lines = list(idle)
    waiting: list[tuple[bytes, float]] = []
    ended = asyncio.get_running_loop().create_future()
    clock = time.perf_counter

    def send(request: bytes, due: float) -> None:
        if not idle:
            waiting.append((request, due))
            return
        line = idle.pop()

        def done(answer: bytes) -> None:
            if is_good(answer):
                load.latencies.append(clock() - due)
            else:
                load.failed += 1
            if line.is_open:
                idle.append(line)
            if waiting:
                send(*waiting.pop(0))
            if len(load.latencies) + load.failed == len(requests) and not ended.done():
                ended.set_result(None)

        line.send(request, done)

    with _no_garbage_collection():
        began = clock() + 0.01
        for number, request in enumerate(requests):
            due = began + number / rate
            await _until(due)
            send(request, due)
        await _end(load, ended, lines, began, len(requests))
    return load


async def burst(port: int, requests: list[bytes]) -> Load:
    """Send all *requests* at once, each over a connection of its own that is already open."""
    load = Load()
    lines = [await Line.open(port) for _ in requests]
    ended = asyncio.get_running_loop().create_future()
    clock = time.perf_counter
    left = len(requests)

    def send(line: Line, request: bytes) -> None:
        def done(answer: bytes) -> None:
            nonlocal left
            if is_good(answer):
                load.latencies.append(clock() - began)
            left -= 1
            if not left:
                ended.set_result(None)

        line.send(request, done)

    with _no_garbage_collection():
        began = clock()
        for line, request in zip(lines, requests, strict=True):
            send(line, request)
        await _end(load, ended, lines, began, len(requests))
    return load


async def _end(load: Load, ended: asyncio.Future[None], lines: list[Line], began: float, sent: int) -> None:
    """Wait for the answers; what has none in time has failed."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended, ANSWER_SECONDS)
    load.failed = sent - len(load.latencies)
    load.seconds = time.perf_counter() - began
    for line in lines:
        line.close()


async def _until(due: float) -> None:
    """Wait until *due*. The loop's timers are a millisecond coarse, so the last two are waited for actively."""
    if (left := due - time.perf_counter()) > 0.002:
        await asyncio.sleep(left - 0.002)
    while time.perf_counter() < due:  # noqa: ASYNC110  # an event would be set by such a timer
        await asyncio.sleep(0)


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
