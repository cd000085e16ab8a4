"""Ports for what a test starts: nobody else is given them, neither another test nor a connection."""

from __future__ import annotations

import itertools
import os
import socket
from typing import Final

_FIRST: Final = 20_000
"""Below those that the system gives to whoever asks for any port, from 32768 on (Linux)."""
_EACH: Final = 1_000  # for each process that runs tests

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12
_all = itertools.cycle(range(_FIRST + _worker * _EACH, _FIRST + (_worker + 1) * _EACH))
_next = itertools.islice(_all, os.getpid() % _EACH, None)  # two runs at once begin at different ones


def free_port() -> int:
    """Return a port of loopback that nobody listens on, and that is not chosen again for long.

    One that the system chose for a moment is free again at once: it then gives it to the next who asks.
    """
    for port in _next:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("a cycle has no end")
