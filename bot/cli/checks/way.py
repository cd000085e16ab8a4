"""Whether a server can be reached from here at all, before anything is asked of it; and what time it is there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import httpx

from bot.huawei.clock import date_of
from bot.text.starting import Unreachable


@dataclass(frozen=True)
class Reached:
    """It answers. `ahead` is by how many seconds its clock is ahead of this machine's, if it told the time."""

    ahead: float | None = None


@dataclass(frozen=True)
class Unreached:
    """It does not; `why` says it in a few words, `kind` what it is a matter of."""

    why: str
    kind: Unreachable = "way"


async def reach(http: httpx.AsyncClient, url: str, clock: Callable[[], float]) -> Reached | Unreached:
    """Ask for *url* without any credential; whatever is answered will do."""
    before = clock()
    try:
        async with asyncio.timeout(http.timeout.read):  # also while its name is looked up
            answer = await http.get(url)
    except httpx.ProxyError as error:
        return Unreached(str(error), "proxy")
    except (httpx.TimeoutException, TimeoutError):
        return Unreached("no answer in time")
    except httpx.RequestError as error:
        return _unreached(error.__cause__ or error)
    there = date_of(answer)
    if there is None:
        return Reached()
    # It tells whole seconds, and told them at some moment between sending and receiving.
    return Reached(there + 0.5 - (before + clock()) / 2)


def _unreached(cause: BaseException) -> Unreached:
    match cause:
        case aiohttp.ClientConnectorDNSError():
            return Unreached("there is no host of this name", "name")
        case aiohttp.ClientConnectorCertificateError(certificate_error=error):
            return Unreached(getattr(error, "verify_message", "") or type(error).__name__, "trust")
        case aiohttp.ClientConnectorError(os_error=error):
            # aiohttp's own words have the address in them, once more.
            return Unreached(os.strerror(error.errno).lower() if error.errno else "no connection")
        case _:
            return Unreached(f"the connection broke: {type(cause).__name__}")
