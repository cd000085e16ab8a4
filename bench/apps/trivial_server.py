"""The least that can answer: what the generator is measured against, to know that it outruns the others."""

import asyncio
import sys

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Answering(asyncio.Protocol):
    """Answers whatever arrives; the generator's requests arrive in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's callback."""
        self.transport = transport

    def data_received(self, _data: bytes) -> None:
        """Asyncio's callback."""
        self.transport.write(ANSWER)  # type: ignore[attr-defined]  # a connection's can


async def main(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


uvloop.run(main(int(sys.argv[1])))
